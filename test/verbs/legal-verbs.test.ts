// Legal data and what follows of it as officers live with it at the command line: newer data asked for and approved, whoever is refused
// by it, and the cases that come of that.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { shippedLegalData } from '../../server/src/authorizations/index.ts'
import { servedSample, type Site } from '../../server/src/http/testing.ts'
import { desksOf, type Desks } from './desks.ts'

interface LegalData {
  readonly asOf: string
  readonly proscribedCountries: readonly object[]
  readonly exemptions: { readonly preconditions: readonly { readonly id: string }[] }
}

let site: Site
let stop: () => Promise<void>
let desks: Desks
let shipped: LegalData

beforeAll(async () => {
  const sample = await servedSample(9940)
  ;({ site, stop } = sample)
  desks = desksOf(sample.address)
  shipped = JSON.parse(await readFile(shippedLegalData, 'utf8')) as LegalData
}, 60_000)
afterAll(() => stop())

const write = async (who: string, name: string, content: unknown) =>
  writeFile(
    join((await desks.at(who)).workingFolder, name),
    typeof content === 'string' ? content : JSON.stringify(content),
  )
const asOf = (day: string) => site.database.query('UPDATE legal_data SET as_of = $1 WHERE in_force', [day])

test('what is in force is shown, with how old it is', async () => {
  const { inForce } = await desks.told(api.legalDataShown, 'paula', 'legal', 'show')
  await asOf(inForce?.today ?? '')
  const fresh = await desks.done('grace', 'legal', 'show')
  expect(fresh).toMatch(/^d1 +BY +22 CFR 126\.1\(d\)\(1\) .* today +yes /m)
  expect(fresh).not.toContain('more than a year ago')
  await asOf('2020-01-31')
  expect(await desks.done('grace', 'legal', 'show')).toMatch(
    /up to 2020-01-31;[^]*more than a year ago[^]*legal propose/,
  )
  await asOf(shipped.asOf)
  expect(await desks.refused('ada', 'legal', 'show')).toContain('read legal data')
})

test('other data is compared and asked for out of the folder that the command was given in; two others put it in force', async () => {
  const country = { country: 'GB', name: 'United Kingdom', list: 'd2', paragraph: '22 CFR 126.1(z)', validFrom: null }
  const row = { ...country, validUntil: null, source: 'a test', sureness: 'no' }
  const [dropped, ...preconditions] = shipped.exemptions.preconditions.toReversed()
  await write('grace', 'legal.json', {
    ...shipped,
    proscribedCountries: [...shipped.proscribedCountries, row],
    exemptions: { ...shipped.exemptions, preconditions: preconditions.toReversed() },
  })
  const checked = await desks.done('grace', 'legal', 'check', 'legal.json')
  expect(checked).toMatch(/^\+ +d2 +GB +22 CFR 126\.1\(z\) +no$/m)
  // What an exemption asks for no more goes as a row does.
  expect(checked).toMatch(new RegExp(`^- +every exemption +certification ${dropped?.id ?? ''}: The written`, 'm'))
  expect(checked).not.toContain('125.4(b)(9)')
  expect(checked).toMatch(/^newly under 126\.1 +[1-9]/m)
  const propose = (name: string, ...more: string[]) => ['legal', 'propose', name, '--reason', '91 FR 1234', ...more]

  await write('grace', 'text.json', 'no data')
  await write('grace', 'list.json', '[]')
  await write('grace', 'old.json', { ...shipped, asOf: '2020-01-01' })
  await write('grace', 'shape.json', { ...shipped, asOf: 'today\u001b[2J' })
  for (const [name, said] of [
    ['gone.json', 'it is not there'],
    ['.', 'it is a folder'],
    ['text.json', 'it is not JSON'],
    ['list.json', 'it is no object'],
    ['shape.json', 'asOf'],
  ] as const) {
    expect(await desks.wrong('grace', 'legal', 'check', name)).toContain(said)
    expect(await desks.wrong('grace', ...propose(name))).toContain(said)
  }
  expect(await desks.wrong('grace', ...propose('old.json'))).toContain('want none older')
  await write('ada', 'legal.json', shipped)
  expect(await desks.refused('ada', 'legal', 'check', 'legal.json')).toContain('compare legal data')
  expect(await desks.refused('ada', ...propose('legal.json'))).toContain('ask for legal data')
  expect((await desks.run('grace', 'legal', 'propose', 'legal.json')).exit).toBe(2)

  const { approvalId, digest } = await desks.told(api.legalDataProposed, 'grace', ...propose('legal.json'))
  expect(await desks.wrong('grace', ...propose('legal.json'))).toContain('the same data')
  expect(await desks.done('henry', 'approval', 'show', approvalId)).toMatch(/^removed .*every exemption.*The written/m)
  await desks.done('henry', 'approval', 'approve', approvalId, '--yes')
  expect(await desks.done('wanda', 'approval', 'approve', approvalId, '--yes')).toContain('it is done')
  expect(await desks.done('paula', 'legal', 'show')).toContain(`digest  ${digest}`)
}, 60_000)

test('whoever is refused by it opens candidates, each decided and closed by whoever may, and kept', async () => {
  await write('ada', 'plan.txt', 'a plan\n')
  await desks.done('ada', 'file', 'protect', 'plan.txt', '--vault', 'falcon')
  const { id: fileId } = await desks.told(api.file, 'ada', 'file', 'show', 'plan.txt')
  for (const who of ['james', 'irina']) expect((await desks.run(who, 'file', 'open', fileId)).exit).toBe(3)
  // What is pending is not found yet.
  const found = await vi.waitFor(
    async () => {
      const { candidates } = await desks.told(api.candidates, 'henry', 'candidate', 'list')
      expect(candidates).toHaveLength(2)
      return candidates
    },
    { timeout: 30_000, interval: 200 },
  )
  const idOf = (name: string) => found.find(({ person }) => person.name === name)?.id ?? ''
  const [james, irina] = [idOf('James Calder'), idOf('Irina Sokolova')]
  expect(await desks.done('grace', 'candidate', 'list')).toMatch(
    /^open +\S+ +James Calder +\S+: falcon, iv-h-1 +\d+ +/m,
  )
  expect(await desks.done('grace', 'task', 'list')).toContain('2 to decide, 0 open cases')
  for (const who of ['ada', 'omar', 'paula'])
    expect(await desks.refused(who, 'candidate', 'list')).toContain('candidates')

  const decide = (id: string, proposal: string, reason = 'opened the wrong folder') => [
    'candidate',
    'decide',
    id,
    '--proposal',
    proposal,
    '--reason',
    reason,
  ]
  expect(await desks.wrong('henry', ...decide(james, 'maybe'))).toContain('want --proposal yes or --proposal no')
  expect(await desks.wrong('henry', ...decide('james', 'yes'))).toContain('want one of `candidate list`')
  expect(await desks.wrong('henry', ...decide(fileId, 'yes'))).toContain('candidate')
  expect(await desks.wrong('henry', ...decide(james, 'yes', 'by \u001b[7mmail'))).toContain('plain text')
  // That it was none is the official's to say.
  expect(await desks.refused('henry', ...decide(james, 'no'))).toContain('decide the candidate')
  expect(await desks.done('grace', ...decide(james, 'no'))).toContain('It is dismissed, and kept.')
  expect(await desks.wrong('grace', ...decide(james, 'yes'))).toContain('candidate')
  expect(await desks.done('henry', ...decide(irina, 'yes', 'asked by mail\nas well'))).toContain('It is a case')
  expect(await desks.done('grace', 'task', 'list')).toContain('0 to decide, 1 open cases')

  const close = (...more: string[]) => ['candidate', 'close', irina, ...more]
  const filed = ['--filing', 'VD-2025-0117', '--filed-on', '2025-06-03']
  expect(await desks.wrong('henry', ...close('--filing', 'VD-7'))).toContain(
    'want --filing with --filed-on, or --reason',
  )
  expect(await desks.wrong('henry', ...close(...filed, '--reason', 'x'))).toContain('want --filing')
  expect(await desks.wrong('henry', ...close('--filing', 'VD-7', '--filed-on', 'June'))).toContain('filedOn')
  expect(await desks.wrong('henry', ...close('--filing', 'VD-7', '--filed-on', '2126-06-03'))).toContain('yet to come')
  expect(await desks.refused('henry', ...close('--reason', 'published'))).toContain('close the case')
  await desks.done('henry', ...close(...filed))
  expect(await desks.wrong('grace', ...close('--reason', 'published'))).toContain('case')
  expect(await desks.done('grace', 'candidate', 'list')).not.toContain('Irina')
  const all = await desks.done('grace', 'candidate', 'list', '--all')
  expect(all).toMatch(/^notified .* Irina Sokolova .* filed VD-2025-0117, 2025-06-03 /m)
  expect(all).toMatch(/^dismissed .* James Calder .* opened the wrong folder /m)
}, 60_000)
