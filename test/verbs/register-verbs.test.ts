// A license as the people of the sample live with it at the command line: its effect, its draws and duties, what was released under it, and
// the register as a table.

import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { usualPace } from '../../server/src/notices/index.ts'
import { lookForDue, sendDueMails } from '../../server/src/notices/due/send-due-mails.ts'
import { startMailServer, testMailer } from '../../server/src/notices/testing.ts'
import { openBeside, type Site } from '../gate.ts'
import { servedSample } from '../../server/src/http/testing.ts'
import { desksOf, type Desks } from './desks.ts'

let site: Site
let stop: () => Promise<void>
let desks: Desks
let license: Record<string, unknown>
let fileId: string

beforeAll(async () => {
  const sample = await servedSample(9800)
  ;({ site, stop } = sample)
  desks = desksOf(sample.address)
  const idOf = async (name: string) => (await desks.told(api.personShown, 'grace', 'person', 'show', name)).id
  const line = {
    id: 'drawings',
    description: 'Drawings',
    item: 'iv-h-1',
    quantity: 5,
    unit: 'sets',
    valueCents: 100_000,
  }
  const report = { kind: 'duty', id: 'p-1', text: 'Report the first sale.', owner: 'Ada Whitfield', due: '2026-01-31' }
  license = {
    number: 'DSP5-77',
    kind: 'DSP-5',
    citation: '22 CFR 123.1(a)(1)',
    title: 'One British engineer',
    parties: [{ id: 'aldebaran', name: 'Aldebaran Dynamics', country: 'US', side: 'us' }],
    persons: [await idOf('eleanor')],
    countries: ['GB'],
    items: ['iv-h-1'],
    programs: ['falcon'],
    purposes: ['co-development'],
    provisos: [
      { ...report, ownerId: await idOf('ada') },
      { kind: 'duty', id: 'p-2', text: 'Keep the minutes.', owner: 'Export control' },
    ],
    determinations: [],
    lines: [line],
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2126-01-01T00:00:00Z',
  }
  await write('ada', 'plan.txt', 'a plan\n')
  await desks.done('ada', 'file', 'protect', 'plan.txt', '--vault', 'falcon')
  fileId = (await desks.told(api.file, 'ada', 'file', 'show', 'plan.txt')).id
}, 60_000)
afterAll(() => stop())

const nowhere = '0190c0de-0000-7000-8000-0000000000ff'
const at = async (who: string, name: string) => join((await desks.at(who)).workingFolder, name)
const write = async (who: string, name: string, content: string | object) =>
  writeFile(await at(who, name), typeof content === 'string' ? content : JSON.stringify(content))
const read = async (who: string, name: string) => readFile(await at(who, name), 'utf8')
const opens = async (name: string) => desks.run('eleanor', 'file', 'open', fileId, '-o', name)
const shownWithEffect = api.approvalShown.extend({ effect: api.approvalEffect })
async function approved(approvalId: string): Promise<void> {
  for (const who of ['henry', 'wanda']) {
    const { effect } = await desks.told(shownWithEffect, who, 'approval', 'show', approvalId)
    await desks.done(who, 'approval', 'approve', approvalId, '--yes', '--effect', effect.effect ?? '')
  }
}

test('the exemptions are listed, and one is told with what it asks for', async () => {
  expect(await desks.done('grace', 'authorization', 'exemptions')).toMatch(/^125\.4\(b\)\(9\) /m)
  const one = await desks.done('paula', 'authorization', 'exemptions', '126.5')
  expect(one).toMatch(/^exemption +22 CFR 126\.5/m)
  expect(one).toMatch(/^evidence registered +\S/m)
  const { sections } = await desks.told(api.exemptions, 'grace', 'authorization', 'exemptions')
  expect(sections.map(({ section }) => section)).toContain('126.5')
  expect(await desks.wrong('grace', 'authorization', 'exemptions', '123.17\n')).toContain('want one of 125.4')
  expect(await desks.refused('ada', 'authorization', 'exemptions')).toContain('read the exemptions')
})

test('the effect of terms is told before anybody registers them, and comes about once two others approve', async () => {
  // As an editor of Windows saves it.
  await write('grace', 'license.json', `\ufeff${JSON.stringify(license)}`)
  const effect = ['authorization', 'effect', 'license.json']
  const told = await desks.done('grace', ...effect)
  expect(told).toContain('Openings that would be gained: 1, lost: 0')
  expect(told).toContain('Eleanor Hughes would gain')
  expect((await opens('early.txt')).exit).toBe(3)
  await write('ada', 'license.json', license)
  expect(await desks.refused('ada', ...effect)).toContain('ask what would change')
  expect(await desks.wrong('grace', 'authorization', 'effect', 'gone.json')).toMatch(
    /^cannot use .*gone\.json: it is not/,
  )
  expect(await desks.wrong('grace', 'authorization', 'effect', '.')).toContain('it is a folder, want a file')
  expect(await desks.wrong('grace', ...effect, '--amends', 'TA-9\u001b[2J')).toContain('cannot find authorization TA-9')
  await write('grace', 'hostile.json', { ...license, title: 'One\u001b[31m engineer' })
  expect(await desks.wrong('grace', 'authorization', 'register', 'hostile.json')).toContain('title')

  const { authorization } = await desks.told(
    api.authorizationRegistered,
    'grace',
    'authorization',
    'register',
    'license.json',
  )
  await approved(authorization.approvalId ?? '')
  expect((await opens('open.txt')).exit).toBe(0)
  // In place of what it is, the same terms give nobody anything.
  expect(await desks.done('grace', ...effect, '--amends', 'DSP5-77')).toContain('Nobody would gain or lose anything')
}, 60_000)

test('mail about what is due that failed is sent again once somebody asks for it', async () => {
  await desks.done('grace', 'person', 'correct', 'henry', '--mail', 'henry@calder.example', '--reason', 'asked for it')
  const now = () => desks.told(api.dueMails, 'omar', 'notice', 'due')
  expect(await now()).toEqual({ mail: false, mails: [] })
  let isRefused = true
  const refuse = () => (isRefused ? { code: 550, text: 'no such mailbox' } : null)
  const server = await startMailServer({ refuse })
  const { ground, enclave } = await openBeside(site)
  const deps = {
    ...ground,
    ledger: enclave.ledger,
    mailer: testMailer({ port: server.port }),
    publicUrl: 'https://gate.example',
    counted: ground.metrics.counter({ name: 'sallyport_test', help: 'Test.', labels: ['event', 'outcome'] }),
    pace: usualPace,
  }
  try {
    await lookForDue(deps)
    expect(await sendDueMails(deps, new AbortController().signal)).toBe(0)
    const id = (await now()).mails.find(({ state }) => state === 'failed')?.id ?? ''
    const shown = await desks.run('grace', 'notice', 'due')
    expect(shown.out).toMatch(new RegExp(`^failed +[0-9-]{10} +Henry Walsh +1 +\\S+ +refused-recipient +${id}$`, 'm'))
    // Whoever has no address is told nothing by mail.
    expect(shown.out).not.toContain('Wanda')
    expect(shown.err).toContain('no mail server is configured')
    for (const who of ['ada', 'paula']) await desks.refused(who, 'notice', 'resend', id)
    expect(await desks.refused('ada', 'notice', 'due')).toContain('read the notices')
    expect(await desks.wrong('omar', 'notice', 'resend', 'henry\u001b[A')).toContain('no uuid')
    expect(await desks.wrong('omar', 'notice', 'resend', nowhere)).toContain('want one')
    // Of a gate without a mail server nothing is promised.
    const again = await desks.run('omar', 'notice', 'resend', id)
    expect(again).toMatchObject({ exit: 0, out: expect.stringContaining('It waits to be sent again.') as string })
    expect(again.err).toContain('no mail server is configured')
    expect(await desks.wrong('omar', 'notice', 'resend', id)).toContain('no mail of that id that failed')
    isRefused = false
    expect(await sendDueMails(deps, new AbortController().signal)).toBe(1)
    expect((await now()).mails.find((one) => one.id === id)).toMatchObject({ state: 'sent', trouble: null })
  } finally {
    await server.stop()
  }
}, 60_000)

test('duties are their owner’s: done with what shows it, taken back by an officer, and never lost', async () => {
  const duty = ['authorization', 'duty', 'DSP5-77']
  expect(await desks.done('ada', 'task', 'duties')).toMatch(/^2026-01-31, OVERDUE +DSP5-77 +p-1 +proviso p-1: Report/m)
  expect(await desks.done('omar', 'task', 'duties')).not.toContain('DSP5-77')
  expect(await desks.refused('eleanor', 'task', 'duties')).toContain('read your duties')
  expect(await desks.done('grace', 'task', 'authorizations')).toMatch(/^2026-01-31, OVERDUE +duty p-1 +DSP5-77/m)
  expect(await desks.refused('ada', 'task', 'authorizations')).toContain('read what of authorizations is due')

  const filed = ['--filing', 'DDTC 0815', '--filed-on', '2026-02-01']
  expect(await desks.wrong('ada', ...duty, 'p-1', '--filing', 'DDTC 0815')).toContain('--filed-on')
  expect(await desks.wrong('ada', ...duty, 'p-1', ...filed, '--because', 'x')).toContain('want one of --filing')
  expect(await desks.wrong('ada', ...duty, 'p-1', '--reopen', 'x', '--concluded-on', '2026-02-01')).toContain(
    '--reopen and evidence, want one of them',
  )
  expect(await desks.wrong('ada', ...duty, 'p-1', '--because', 'told\u001b[2J them')).toContain('plain text')
  expect(await desks.wrong('ada', ...duty, 'p-9', ...filed)).toContain('no such duty')
  const done = await desks.done('ada', ...duty, 'p-1', ...filed)
  expect(done).toContain('DSP5-77: p-1 is done.')
  expect(await desks.done('ada', 'task', 'duties')).not.toContain('DSP5-77')
  // It is none of the open ones any more, and the register is not the owner's to read.
  expect(await desks.refused('ada', ...duty, 'p-1', ...filed)).toContain('None of your open duties is of it')
  const { id } = await desks.told(api.authorization, 'grace', 'authorization', 'show', 'DSP5-77')
  expect(await desks.wrong('ada', 'authorization', 'duty', id, 'p-1', ...filed)).toContain('done')
  expect(await desks.refused('ada', 'authorization', 'duty', id, 'p-1', '--reopen', 'mine')).toContain('reopen p-1')

  expect(await desks.done('grace', ...duty, 'p-1', '--reopen', 'of another\nlicense')).toContain('p-1 is open again.')
  expect(await desks.wrong('grace', ...duty, 'p-2', '--file', 'nowhere.txt')).toContain('no name or id fits')
  await desks.done('ada', ...duty, 'p-1', '--file', 'plan.txt')
  const { recordId } = await desks.told(api.dutyRecorded, 'henry', ...duty, 'p-2', '--because', 'kept with the board')
  const shown = await desks.done('paula', 'authorization', 'duties', 'DSP5-77')
  expect(shown).toMatch(/^done +p-1 /m)
  expect(shown).toMatch(/p-1 +file [0-9a-f-]{36}, SHA-256 [0-9a-f]{64}$/m)
  expect(shown).toMatch(/p-1 +reopened: of another\\u\{a\}license$/m)
  expect(shown).toMatch(/p-1 +filing DDTC 0815 of 2026-02-01$/m)
  expect(shown).toMatch(/p-2 +kept with the board$/m)
  const { records } = await desks.told(api.authorizationDuties, 'paula', 'authorization', 'duties', 'DSP5-77')
  expect(records.map((one) => one.id)).toContain(recordId)
  expect(await desks.refused('ada', 'authorization', 'duties', 'DSP5-77')).toContain('read the register')
}, 60_000)

test('a line is drawn to its end and no further, and a draw is taken back as a whole', async () => {
  const draw = ['authorization', 'draw', 'DSP5-77']
  const of = (quantity: string, ...more: string[]) => [...draw, '--line', 'drawings', '--quantity', quantity, ...more]
  const reference = ['--reference', 'X20260301000001']
  expect(await desks.wrong('grace', ...of('2'))).toContain('want --line and --reference')
  expect(await desks.wrong('grace', ...of('1.5', ...reference))).toContain('no whole number')
  expect(await desks.wrong('grace', ...of('1', '--value', '1e3', ...reference))).toContain('1e3 is no value in USD')
  expect(await desks.wrong('grace', ...of('1', ...reference, '--reason', 'x'))).toContain('want it with --take-back')
  expect(await desks.wrong('grace', ...of('1', '--reference', 'X\u001b]0;x'))).toContain('reference')
  expect(await desks.wrong('grace', ...draw, '--line', 'valves', '--quantity', '1', ...reference)).toContain(
    'no line valves',
  )
  expect(await desks.wrong('grace', ...of('6', ...reference))).toContain('line drawings has 5 sets left')
  const { drawId } = await desks.told(api.lineDrawn, 'grace', ...of('4', '--value', '125.50', ...reference))
  expect(await desks.done('paula', 'task', 'authorizations')).toMatch(/^now +draw-down 80 +DSP5-77 +line drawings/m)
  expect(await desks.refused('paula', ...of('1', ...reference))).toContain('draw against DSP5-77')

  const back = [...draw, '--take-back', drawId]
  expect(await desks.wrong('grace', ...back)).toContain('want --take-back with --reason')
  expect(await desks.wrong('grace', ...back, '--reason', 'x', '--quantity', '1')).toContain('and nothing else')
  expect(await desks.wrong('grace', ...draw, '--take-back', 'all', '--reason', 'x')).toContain('drawId')
  expect(await desks.done('grace', ...back, '--reason', 'never shipped')).toContain('Line drawings: 0 of 5 sets')
  expect(await desks.wrong('grace', ...back, '--reason', 'again')).toContain('it was taken back')
  const shown = await desks.done('paula', 'authorization', 'draws', 'dsp5-77')
  expect(shown).toMatch(/drawings +4 +125\.50 +X20260301000001 +taken back +/)
  expect(shown).toMatch(/drawings +-4 +-125\.50 +X20260301000001 +takes back [0-9a-f-]{36}: never shipped/)
  expect(await desks.refused('ada', 'authorization', 'draws', 'DSP5-77')).toContain('read the register')

  expect(await desks.done('grace', ...of('5', ...reference))).toContain('DSP5-77 is used up: it covers nobody.')
  expect((await opens('late.txt')).exit).toBe(3)
  const { draws, exhaustedAt } = await desks.told(api.draws, 'grace', 'authorization', 'draws', 'DSP5-77')
  expect([draws.length, exhaustedAt === null]).toEqual([3, false])
}, 60_000)

test('what was released is on record for auditors, on the screen and as a table that replaces nothing unasked', async () => {
  const releases = ['authorization', 'releases']
  // The record reaches as far as the last checkpoint.
  const record = await vi.waitFor(
    async () => {
      const found = await desks.told(api.releases, 'paula', ...releases, 'DSP5-77')
      expect(found.releases).toHaveLength(1)
      return found.releases
    },
    { timeout: 30_000, interval: 200 },
  )
  expect(record).toMatchObject([{ recipient: { name: 'Eleanor Hughes' }, countries: 'sealed' }])
  const shown = await desks.done('paula', ...releases, '--person', 'eleanor', '--file', 'plan.txt', '--place', 'us')
  expect(shown).toMatch(/Eleanor Hughes +foreign-person +sealed +plan\.txt +iv-h-1 +falcon +.*DSP5-77, 22 CFR 123\.1/)
  expect(await desks.done('grace', ...releases, 'DSP5-77', '--purpose', 'audit by DDTC')).toMatch(
    /foreign-person +GB +/,
  )
  expect(await desks.wrong('paula', ...releases, '--person', 'nobody')).toContain('cannot find person nobody')
  expect(await desks.wrong('paula', ...releases, '--place', 'Britain')).toContain('want two letters')
  expect(await desks.wrong('paula', ...releases, '--from', 'may')).toContain('from')
  expect(await desks.wrong('paula', ...releases, '--out', 'releases.pdf')).toContain('want .xlsx or .csv')
  expect(await desks.wrong('paula', ...releases, '--out', 'no/releases.csv')).toContain('there is no folder')
  expect(await desks.refused('ada', ...releases)).toContain('read the record of releases')

  const out = [...releases, '--person', 'eleanor', '--out', 'releases.csv']
  expect(await desks.wrong('paula', ...out, '--order', 'newest')).toContain('the oldest first')
  await write('paula', 'releases.csv', 'of last year')
  expect(await desks.wrong('paula', ...out)).toContain('it is there already, want --force')
  expect(await read('paula', 'releases.csv')).toBe('of last year')
  await desks.done('paula', ...out, '--force')
  expect(await read('paula', 'releases.csv')).toContain('Eleanor Hughes')
  // Whoever is refused keeps what was there.
  await write('ada', 'releases.csv', 'of last year')
  await desks.refused('ada', ...releases, '--out', 'releases.csv', '--force')
  expect(await read('ada', 'releases.csv')).toBe('of last year')
}, 60_000)

test('the register goes out as a table and comes in again: nothing new, what narrows at once, no fault half done', async () => {
  const put = ['authorization', 'export', 'register.csv']
  await desks.done('grace', ...put)
  const table = await read('grace', 'register.csv')
  expect((await stat(await at('grace', 'register.csv'))).mode & 0o777).toBe(0o600)
  expect(await desks.wrong('grace', ...put)).toContain('it is there already, want --force')
  expect(await desks.wrong('grace', 'authorization', 'export', 'register.pdf')).toContain('want .xlsx or .csv')
  expect(await desks.wrong('grace', 'authorization', 'export', 'no/register.csv')).toContain('there is no folder')
  await write('ada', 'register.csv', 'mine')
  expect(await desks.refused('ada', ...put, '--force')).toContain('export the register')
  expect(await read('ada', 'register.csv')).toBe('mine')
  expect(await desks.refused('ada', 'authorization', 'import', 'register.csv')).toContain('import register.csv')

  const take = ['authorization', 'import', 'register.csv']
  expect(await desks.done('grace', ...take)).toContain('0 to register, 0 to amend, 0 to narrow, 2 unchanged')
  expect(await desks.done('grace', ...take, '--apply')).toContain('Nothing was to be done.')
  expect(await desks.wrong('grace', 'authorization', 'import', 'gone.csv')).toContain('it is not there')

  await write('grace', 'register.csv', table.replace('2126-01-01', '2125-01-01'))
  // As a shell reads it, whatever the file is called.
  await write('grace', 'of may; it.csv', table.replace('2126-01-01', '2125-01-01'))
  expect(await desks.done('grace', 'authorization', 'import', 'of may; it.csv')).toContain(
    "import 'of may; it.csv' --apply",
  )
  expect(await desks.wrong('grace', ...take, '--apply')).toContain('want --yes')
  expect(await desks.done('grace', ...take, '--apply', '--yes', '--reason', 'shorter')).toContain('Narrowed 1 at once')
  const { terms } = await desks.told(api.authorization, 'grace', 'authorization', 'show', 'DSP5-77')
  expect(terms.validUntil).toMatch(/^2125-01-01/)
  const stale = await desks.run('grace', ...take, '--apply', '--yes')
  expect(stale).toMatchObject({ exit: 1, out: expect.stringContaining('put these cells right first') as string })
}, 60_000)
