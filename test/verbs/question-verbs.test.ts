// What overseers ask from the command line: who can open what and what would be otherwise, what is inside of the boundary, and which
// sign-ins did not come about. Nothing is changed by asking.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sequenced, servedSample } from '../../server/src/http/testing.ts'
import { desksOf, type Desks } from './desks.ts'

let served: Awaited<ReturnType<typeof servedSample>>
let desks: Desks
beforeAll(async () => {
  served = await servedSample(9985)
  desks = desksOf(served.address)
  for (const [name, vault] of [
    ['bracket.stp', 'falcon'],
    ['spar.stp', 'falcon'],
    ['radar.stp', 'heron'],
  ] as const) {
    await writeFile(join((await desks.at('ada')).workingFolder, name), `content of ${name}\n`)
    await desks.done('ada', 'file', 'protect', name, '--vault', vault)
  }
}, 60_000)
afterAll(() => served.stop())

const totals = async (...more: readonly string[]) =>
  (await desks.told(api.accessMap, 'grace', 'decision', 'access', ...more)).totals

test('an auditor asks who can open what, now and before a change, and hears the same as file by file', async () => {
  const shown = await desks.done('paula', 'decision', 'access')
  expect(shown).toMatch(/^Asked for \d+ people and 3 files, all of them, as at \d{4}-/)
  expect(shown).toMatch(
    /\nJames Calder\nwho +1 person, foreign-person, engineer, falcon\ncan open +2 files of .*program\/falcon/,
  )
  expect(shown).toMatch(/Covered by TA-0042-26 \(22 CFR 124\.1\(a\)\)/)
  // Marc is refused the file of Heron for more than the others, and each reason is told once.
  const [, ofMarc = ''] = /\nMarc Delacroix\n[^]*?why not the rest +(.*)/.exec(shown) ?? []
  expect(ofMarc.match(/does not name every country/g)).toHaveLength(1)
  const map = await desks.told(api.accessMap, 'grace', 'decision', 'access')
  let pairs = 0
  for (const name of ['bracket.stp', 'spar.stp', 'radar.stp']) {
    const { people } = await desks.told(api.whoCanAnswer, 'grace', 'decision', 'who-can', name)
    pairs += people.filter(({ effect }) => effect === 'permit').length
  }
  expect(map.totals).toMatchObject({ files: 3, now: pairs })

  const off = ['--program', 'falcon', '--purpose', 'co-development', '--reason', 'other work']
  await desks.done('grace', 'person', 'unassign', 'tomas', ...off)
  expect((await totals()).now).toBe(pairs - 2)
  await sequenced(served.site)
  expect((await totals('--as-of', map.at)).now).toBe(pairs)
  expect(await desks.done('grace', 'decision', 'access', '--as-of', map.at)).toContain('\ncould open')
  expect(await desks.done('paula', 'decision', 'access', '--as-of', '2020-01-01')).not.toMatch(/\ncould open +\d/)

  for (const who of ['ada', 'omar', 'rosa'])
    expect(await desks.refused(who, 'decision', 'access')).toContain('Refused: ask who can open what')
  expect(await desks.wrong('grace', 'decision', 'access', '--as-of', '2999-01-01')).toContain('yet to come')
  for (const moment of ['yesterday', '2026-02-31', '2026-01-01\u001b[2J'])
    expect(await desks.wrong('grace', 'decision', 'access', '--as-of', moment)).toMatch(/asOf: .*want/)
}, 120_000)

test('an officer asks what would be otherwise before anything is done', async () => {
  const whatIf = (...options: readonly string[]) => desks.done('grace', 'decision', 'what-if', ...options)
  const before = await totals()
  expect(await whatIf('--ends', 'TA-0042-26')).toMatch(/gained: 0, lost: 2,[^]*\nJames Calder would lose\n/)
  expect(await whatIf('--person', 'eleanor', '--becomes', 'us-person')).toMatch(
    /gained: 2, lost: 0,[^]*Eleanor Hughes would gain/,
  )
  const british = ['--becomes', 'foreign-person', '--citizenship', 'gb', '--former-citizenship', 'in']
  expect(await whatIf('--person', 'ada', ...british)).toMatch(/gained: 0, lost: 3/)
  expect(await whatIf('--person', 'ben', '--assign', 'falcon:co-development')).toMatch(/gained: 2, lost: 0/)
  expect(await whatIf('--person', 'ada', '--unassign', 'heron')).toMatch(/gained: 0, lost: 1/)
  expect(await whatIf('--person', 'ada', '--becomes', 'ended')).toMatch(/gained: 0, lost: 3/)
  expect(await whatIf('--person', 'ada', '--place', 'gb')).toMatch(/Ada Whitfield would lose/)
  expect(await whatIf('--place', 'unknown')).toContain(`gained: 0, lost: ${before.now}`)
  expect(await whatIf('--person', 'grace', '--unassign', 'falcon')).toContain('Nobody would gain or lose anything.')

  const { workingFolder } = await desks.at('grace')
  await mkdir(join(workingFolder, 'policies'))
  for (const name of ['limits.cedar', 'permits.cedar'])
    await writeFile(
      join(workingFolder, 'policies', name),
      await readFile(new URL(`../../policies/${name}`, import.meta.url)),
    )
  expect(await whatIf('--policies', 'policies/')).toContain('Nobody gains or loses anything.')
  const { inForce } = await desks.told(api.policySets, 'grace', 'policy', 'show')
  expect(await whatIf('--policies', inForce?.slice(0, 12) ?? '')).toContain('Nobody gains or loses anything.')
  expect(await totals()).toEqual(before)
  for (const who of ['ada', 'omar']) expect((await desks.run(who, 'decision', 'what-if', '--place', 'GB')).exit).toBe(3)
}, 120_000)

test.each([
  [[], 'want --ends, --person, --place or --policies'],
  [['--ends', 'TA-0042-26', '--place', 'GB'], 'want --ends, --person, --place or --policies'],
  [['--ends', 'TA-9999-99'], 'cannot find authorization'],
  [['--person', 'nobody', '--becomes', 'ended'], 'cannot find person'],
  [['--person', 'ada', '--becomes', 'citizen\u001b[2J'], '--becomes is citizen'],
  [['--person', 'ada', '--becomes', 'foreign-person'], 'want countries exactly with'],
  [['--person', 'ada', '--becomes', 'foreign-person', '--citizenship', 'Britain'], 'want'],
  [['--person', 'ada', '--becomes', 'us-person', '--place', 'GB'], 'not both'],
  [['--place', 'Mars'], 'want'],
  [['--policies', 'gone/'], 'gone'],
  [['--policies', 'ffffffffffff'], '0 digests begin so'],
  // Nothing of what was asked is left out: what does not go together is said.
  [['--person', 'ada'], 'want --becomes'],
  [['--becomes', 'ended'], 'want --person'],
  [['--place', 'GB', '--assign', 'falcon:design'], 'want --person'],
  [['--ends', 'TA-0042-26', '--becomes', 'us-person'], 'want --person'],
  [['--person', 'ada', '--assign', 'falcon'], 'want it as program:purpose'],
  [['--person', 'ada', '--assign', 'falcon:design:test'], 'want it as program:purpose'],
  [['--person', 'ada', '--assign', 'Falcon:design'], 'want lower case letters'],
  [['--person', 'ada', '--unassign', 'Fal con'], 'want lower case letters'],
])('what-if %j says what is wrong with it', async (options, said) => {
  expect(await desks.wrong('grace', 'decision', 'what-if', ...options)).toContain(said)
})

test('an auditor reads the boundary in words, as the console draws it', async () => {
  const { people } = await desks.told(api.people, 'grace', 'person', 'list')
  const seen = await desks.told(api.boundary, 'paula', 'boundary', 'show')
  const count = (status: string) => people.filter((one) => one.status === status).length
  expect(seen.people).toMatchObject({ usPerson: count('us-person'), foreignPerson: count('foreign-person') })
  const shown = await desks.done('omar', 'boundary', 'show')
  for (const [name, text] of [
    ['enclave', seen.gate.name],
    ['U.S. persons', String(count('us-person'))],
    ['files', '3 in 2 vaults, under '],
    ['doors', 'console, api, kas'],
    ['keys', `software, ${seen.keys.inUse.length} in use, 0 older`],
    ['passkeys', seen.passkeys ? 'at the gate itself' : 'none'],
    ['mail', 'none'],
    ['ledger', 'entries, checkpoints open to anybody'],
  ] as const)
    expect(shown.split('\n').find((line) => line.startsWith(`${name} `))).toContain(text)
  for (const who of ['ada', 'rosa']) expect(await desks.refused(who, 'boundary', 'show')).toContain('read the boundary')
}, 120_000)

test('who watches hears which sign-ins failed, of nobody what they merely said', async () => {
  expect(await desks.done('rosa', 'session', 'failed')).toMatch(/^No sign-in has failed since the gate started, \d{4}-/)
  const comeBack = (path: string) =>
    new Promise((resolve, reject) => {
      const asked = request(new URL(path, served.address.url), { rejectUnauthorized: false }, (response) =>
        response.resume().on('end', resolve),
      )
      asked.on('error', reject).end()
    })
  for (let n = 0; n < 2; n++) await comeBack('/session/callback/sample?code=ada%1b[2Jsays&state=of-nobody')
  const shown = await desks.done('rosa', 'session', 'failed')
  expect(shown).toMatch(/way +reason +times +last\noidc +expired +2 /)
  expect(shown).not.toMatch(/says|of-nobody/)
  const { counts, newest } = await desks.told(api.failedSignIns, 'omar', 'session', 'failed')
  expect([counts.length, newest.length]).toEqual([1, 2])
  expect(await desks.refused('ada', 'session', 'failed')).toContain('Refused: read failed sign-ins')
}, 120_000)
