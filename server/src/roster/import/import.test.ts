import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { utf8, type Id } from '@sallyport/protocol'
import { approvalsMigrations, findRequest, giveApproval } from '../../approvals/index.ts'
import { readSpreadsheet, writeCsv, writeXlsx } from '../../spreadsheet/index.ts'
import {
  applyImport,
  compareImport,
  endPerson,
  exportPeople,
  importApprovals,
  listPeople,
  lookAtTies,
  openSealedEntry,
  personImportRequest,
  type Person,
} from '../index.ts'
import { workbookOf } from '../../spreadsheet/testing.ts'
import { enlistOfficers, openTestGate, type TestGate } from '../testing.ts'

let gate: TestGate
let asker: Id<'person'>
let second: Id<'person'>
let third: Id<'person'>
beforeAll(async () => {
  gate = await openTestGate([approvalsMigrations])
  const officers = await enlistOfficers(gate.database, 3)
  ;[asker, second, third] = officers as [Id<'person'>, Id<'person'>, Id<'person'>]
})
afterAll(() => gate.stop())

const head = ['external id', 'name', 'kind', 'employer', 'nda date', 'status', 'basis', 'evidence', 'citizenships']
const ada = ['E-1', 'Ada Lovelace', 'employee', '', '', 'us-person', 'lpr', 'HR 1', '']
const bea = ['E-2', 'Béa Martin', 'contractor', 'calder-aero', '2026-01-05', 'foreign-person', '', 'HR 2', 'FR, CA']
const csv = (...rows: readonly (readonly string[])[]) => writeCsv(rows)
const permit = (by = asker) => gate.permit('person.import', 'enclave', by)
const compare = async (bytes: Uint8Array, by = asker) => (await compareImport(gate, permit(by), bytes)).plan
const apply = async (bytes: Uint8Array, digest?: string) =>
  await applyImport(gate, permit(), {
    bytes,
    digest: digest ?? (await compare(bytes)).digest,
    reason: 'as of the HR system',
  })
const people = async () => (await listPeople(gate, gate.permit('person.list', 'enclave', asker))).people
const find = async (externalId: string): Promise<Person> => {
  const found = (await people()).find((one) => one.externalId === externalId)
  if (found === undefined) throw new Error(`nobody of ${externalId}`)
  return found
}
const faults = async (...rows: readonly (readonly string[])[]) =>
  (await compare(csv(...rows))).faults.map(({ row, column, text }) => `${column}${row} ${text}`)
const approvals = () => ({ ...gate, kinds: new Map([[personImportRequest, importApprovals(gate)]]) })
const show = (id: Id<'approval'>) => findRequest(approvals(), gate.permit('approval.list', 'enclave', second), id)
const give = async (id: Id<'approval'>, by: Id<'person'>) =>
  await giveApproval(approvals(), gate.permit('approval.give', id, by), {
    id,
    digest: (await show(id)).request.digest,
  })
const count = async (what: string) => Number((await gate.database.query(`SELECT count(*) AS n FROM ${what}`))[0]?.['n'])
const everything = async () => ({
  people: await count('person'),
  versions: await count('person_version'),
  requests: await count('approval_request'),
  entries: (await count('ledger_pending')) + (await count('ledger_entries')),
})

describe('applyImport()', () => {
  test('adds people unverified at once, and makes everything that widens one request of two others', async () => {
    const file = csv(head, ada, bea)
    const before = await everything()
    const plan = await compare(file)
    expect(await everything()).toEqual(before)
    expect(plan.faults).toEqual([])
    expect(plan.people.map(({ row, person, proposed }) => [row, person, proposed.map((one) => one.change)])).toEqual([
      [2, null, ['verify-us-person']],
      [3, null, ['verify-foreign-person']],
    ])
    const applied = await apply(file)
    expect(applied).toMatchObject({ added: 2, changed: 0, proposed: 2 })
    expect(await everything()).toEqual({
      people: before.people + 2,
      versions: before.versions + 2,
      requests: before.requests + 1,
      entries: before.entries + 4,
    })
    expect(await find('E-1')).toMatchObject({
      status: 'unverified',
      roles: [],
      version: 1,
      displayName: 'Ada Lovelace',
    })
    const requestId = applied.requestId ?? ('' as Id<'approval'>)
    expect((await show(requestId)).details).toMatchObject({
      people: [
        { name: 'Ada Lovelace', changes: [{ change: 'verify-us-person', basis: 'lpr' }], isOutdated: false },
        {
          name: 'Béa Martin',
          changes: [{ change: 'verify-foreign-person', countries: expect.stringContaining('sealed') }],
        },
      ],
    })
    expect(JSON.stringify((await show(requestId)).details)).not.toContain('"FR"')
    // Asked for already: the same file asks for nothing more.
    const again = await compare(file)
    expect(again.people.map(({ waiting, proposed }) => [waiting, proposed])).toEqual([
      [requestId, []],
      [requestId, []],
    ])
    const waiting = await everything()
    expect(await apply(file)).toMatchObject({ added: 0, changed: 0, proposed: 0, requestId: null, entries: [] })
    expect((await everything()).requests).toBe(waiting.requests)
    await expect(give(requestId, asker)).rejects.toMatchObject({ code: 'refused' })
    expect(await give(requestId, second)).toMatchObject({ approved: 1, isExecuted: false })
    expect(await find('E-1')).toMatchObject({ status: 'unverified' })
    // One more would execute it: theirs does not, and the attempts are on record.
    await expect(give(requestId, asker)).rejects.toMatchObject({ code: 'refused' })
    await expect(give(requestId, second)).rejects.toMatchObject({ code: 'conflict' })
    const refusals = (await gate.entriesAbout('approval', requestId)).filter((one) => one.kind === 'approval.refused')
    expect(refusals.map((one) => one.body['refusal'])).toEqual(['requester', 'requester', 'approved-before'])
    expect(await give(requestId, third)).toMatchObject({ approved: 2, isExecuted: true })
    expect(await find('E-1')).toMatchObject({ status: 'us-person', basis: 'lpr', version: 2 })
    const shown = await lookAtTies(gate, gate.permit('person.look', (await find('E-2')).id, asker), {
      id: (await find('E-2')).id,
      purpose: 'license',
    })
    expect(shown.ties).toEqual({ citizenships: ['FR', 'CA'], formerCitizenships: [], permanentResidencies: [] })
    // Everything is as the file says: it changes nothing, though it looks at the countries, and says so.
    const after = await everything()
    expect((await compare(file)).people.every(({ differences }) => differences.length === 0)).toBe(true)
    expect((await everything()).entries).toBe(after.entries + 1)
    expect(await apply(file)).toMatchObject({ added: 0, changed: 0, proposed: 0, requestId: null })
  })

  test('applies corrections and what narrows at once, and asks for the rest', async () => {
    const columns = ['external id', 'name', 'roles', 'assignments', 'nda date', 'briefing date']
    const first = csv(columns, ['G-1', 'Grace Hopper', 'engineer; auditor', 'falcon:design', '', ''])
    const { requestId } = await apply(first)
    await give(requestId ?? ('' as Id<'approval'>), second)
    await give(requestId ?? ('' as Id<'approval'>), third)
    expect(await find('G-1')).toMatchObject({ roles: ['engineer', 'auditor'], version: 2 })
    const epoch = await gate.epoch()
    const next = csv(columns, ['G-1', 'Grace M. Hopper', 'engineer, officer', 'heron:design', '', '2026-02-01'])
    const plan = await compare(next)
    expect(plan.people[0]?.differences).toEqual([
      { field: 'name', from: 'Grace Hopper', to: 'Grace M. Hopper', takesApproval: false },
      { field: 'briefing date', from: '', to: '2026-02-01', takesApproval: false },
      { field: 'roles', from: 'auditor, engineer', to: 'engineer', takesApproval: false },
      { field: 'assignments', from: 'falcon:design', to: '', takesApproval: false },
      { field: 'roles', from: 'engineer', to: 'engineer, officer', takesApproval: true },
      { field: 'assignments', from: '', to: 'heron:design', takesApproval: true },
    ])
    expect(await apply(next)).toMatchObject({ added: 0, changed: 1, proposed: 1 })
    expect(await gate.epoch()).toBeGreaterThan(epoch)
    expect(await find('G-1')).toMatchObject({
      displayName: 'Grace M. Hopper',
      roles: ['engineer'],
      assignments: [],
      version: 3,
    })
    const [entry] = await gate.entriesAbout('person', (await find('G-1')).id).then((all) => all.slice(-1))
    expect(entry).toMatchObject({
      kind: 'person.changed',
      actor: asker,
      body: { change: 'import', changes: ['remove-role', 'unassign', 'record-briefing', 'correct'], version: 3 },
    })
    expect(Buffer.from(entry?.bytes ?? []).toString()).not.toContain('Hopper')
  })

  test('takes mail addresses at once, and takes them away where the cell is empty', async () => {
    const columns = ['external id', 'name', 'E-mail']
    await apply(csv(columns, ['E-70', 'Postel', 'Postel@Example.COM']))
    expect(await find('E-70')).toMatchObject({ mail: 'Postel@example.com', version: 1 })
    await apply(csv(['external id', 'name'], ['E-70', 'Jon Postel']))
    expect(await find('E-70')).toMatchObject({ mail: 'Postel@example.com', version: 2 })
    await apply(csv(columns, ['E-70', 'Jon Postel', '']))
    expect(await find('E-70')).toMatchObject({ mail: null, version: 3 })
    const hostile = ['E-70', 'Jon Postel', 'postel@example.com\r\nBcc: eve@example.org']
    expect(await faults(columns, hostile)).toEqual([
      'C2 it is not what is wanted: a mail address such as ada@example.com, alone',
    ])
  })

  test('refuses the whole import when one cell is wrong, the difference is another, or somebody changed since', async () => {
    const before = await everything()
    const wrong = csv(
      head,
      ['X-1', 'Xavier', '', '', '', '', '', '', ''],
      ['X-2', '', 'employee', '', '', '', '', '', ''],
    )
    await expect(apply(wrong)).rejects.toMatchObject({ code: 'invalid-request' })
    const file = csv(['external id', 'name'], ['X-1', 'Xavier'])
    const { digest } = await compare(file)
    await expect(apply(csv(['external id', 'name'], ['X-1', 'Xaver']), digest)).rejects.toMatchObject({
      code: 'conflict',
    })
    expect((await everything()).people).toBe(before.people)
    await apply(file, digest)
    await expect(apply(file, digest)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('of two that apply one file at the same moment one does it all, the other nothing', async () => {
    const rows = Array.from({ length: 300 }, (_, at) => [`T-${at}`, `Twin ${at}`])
    const file = csv(['external id', 'name'], ...rows)
    const { digest } = await compare(file)
    const before = await everything()
    const outcomes = await Promise.allSettled([apply(file, digest), apply(file, digest)])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
    const after = await everything()
    expect(after.people - before.people).toBe(300)
    expect(after.entries - before.entries).toBe(301)
  })

  test('an approval after somebody of the import was changed executes nothing, for good', async () => {
    const file = csv(['external id', 'name', 'roles'], ['Y-1', 'Yara', 'engineer'], ['Y-2', 'Yuri', 'engineer'])
    const { requestId } = await apply(file)
    const id = requestId ?? ('' as Id<'approval'>)
    await give(id, second)
    const yuri = await find('Y-2')
    const end = { id: yuri.id, kind: 'left', reason: 'gave notice' } as const
    await endPerson(gate, gate.permit('person.end', yuri.id, asker), end)
    await expect(give(id, third)).rejects.toMatchObject({ code: 'conflict' })
    expect(await find('Y-1')).toMatchObject({ roles: [], version: 1 })
    await expect(give(id, third)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('people whom a file does not name are told and never ended', async () => {
    const plan = await compare(csv(['external id', 'name'], ['E-1', 'Ada Lovelace']))
    expect(plan.missing.map(({ displayName }) => displayName)).toContain('Officer 1')
    await apply(csv(['external id', 'name'], ['E-1', 'Ada Lovelace']))
    expect((await people()).filter(({ displayName }) => displayName.startsWith('Officer '))).toHaveLength(3)
  })

  test('refuses a permit for something else', async () => {
    const other = gate.permit('person.import', second, asker)
    await expect(compareImport(gate, other, csv(head))).rejects.toMatchObject({ code: 'refused' })
  })
})

describe('compareImport() faults', () => {
  test('names every cell that is not what it should be', async () => {
    const columns = ['external id', 'name', 'kind', 'employer', 'nda date', 'roles', 'assignments', 'regular employee']
    const row = ['N-1', 'Nia', 'robot', 'Calder Aero', '31.12.2026', 'boss', 'falcon', 'forever']
    const told = await faults(
      columns,
      row,
      ['', 'No Number', 'employee', '', '', '', '', ''],
      ['N-1', 'Nia', 'employee'],
    )
    expect(told.map((one) => one.split(' ')[0])).toEqual(['C2', 'D2', 'E2', 'F2', 'G2', 'H2', 'A3', 'A4'])
    expect(told.join('\n')).toContain('it is the same as in row 2')
  })

  test('takes no day that is yet to come, and no country that is gone, without saying which it was', async () => {
    const columns = ['external id', 'name', 'nda date', 'briefing date', 'status', 'evidence', 'former citizenships']
    const soon = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
    const told = await faults(columns, ['F-1', 'Fay', soon, soon, 'foreign-person', 'HR 3', 'GB'])
    expect(told.map((one) => one.split(' ')[0])).toEqual(['C2', 'D2'])
    expect(told.join('\n')).toContain('yet to come')
    const gone = await faults(columns, ['F-1', 'Fay', '', '', 'foreign-person', 'HR 3', 'SU'])
    expect(gone).toHaveLength(1)
    expect(gone[0]).toMatch(/^G2 .*each country that followed it/)
    expect(gone[0]).not.toMatch(/\bSU\b|\bRU\b/)
    await apply(csv(['external id', 'name', 'nda date'], ['F-1', 'Fay', '2026-01-01']))
    const later = await faults(['external id', 'name', 'nda date'], ['F-1', 'Fay', soon])
    expect(later.map((one) => one.split(' ')[0])).toEqual(['C2'])
  })

  test('refuses columns that the roster must not hold, each with its reason, and unknown ones by name', async () => {
    const columns = [
      'Place of Birth',
      'Passport No.',
      'A-Number',
      'Visa type',
      'SSN',
      'Shoe size',
      'Name',
      'name',
      'Employee ID',
    ]
    const told = await faults(columns, ['x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', '1'])
    expect(told).toHaveLength(7)
    for (const [at, part] of [
      'birth is no test',
      'never documents',
      'never document numbers',
      'a visa decides',
    ].entries()) {
      expect(told[at]).toContain(part)
    }
    expect(told[5]).toContain('"Shoe size" is no column of the roster')
    expect(told[6]).toContain('"name" stands twice')
  })

  test('takes no country on the row of a U.S. person, and never repeats one', async () => {
    const told = await faults(head, ['U-1', 'Uma', 'employee', '', '', 'us-person', 'lpr', 'HR', 'IR'])
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/^I2 .*nationality never matters for a U.S. person and is not kept/)
    expect(told[0]).not.toContain('IR')
    expect(await faults(head, ['U-2', 'Udo', 'employee', '', '', '', '', '', 'IR'])).toHaveLength(1)
    expect((await faults(head, ['U-3', 'Ugo', 'employee', '', '', 'foreign-person', '', 'HR', 'US'])).join()).toContain(
      'I2',
    )
  })

  test('takes no verification back, ends nobody and verifies nobody without evidence', async () => {
    expect((await faults(head, ['E-1', 'Ada Lovelace', 'employee', '', '', 'ended', '', 'HR 1', ''])).join()).toContain(
      'ends nobody',
    )
    expect(
      (await faults(head, ['E-1', 'Ada Lovelace', 'employee', '', '', 'unverified', '', '', ''])).join(),
    ).toContain('takes no verification back')
    expect((await faults(head, ['V-1', 'Vera', 'employee', '', '', 'us-person', 'citizen', '', ''])).join()).toContain(
      'H2 it is empty, want where',
    )
    expect((await faults(head, ['V-2', 'Vito', 'employee', '', '', 'us-person', '', 'HR', ''])).join()).toContain(
      'G2 it is empty',
    )
    expect((await faults(head, ['V-3', 'Vilma', 'employee', '', '', 'foreign-person', '', 'HR', ''])).join()).toContain(
      'I2 no country',
    )
  })

  test('refuses a change to the record of whoever imports', async () => {
    const own = (await people()).find(({ id }) => id === asker)
    const rows = [
      ['person id', 'external id', 'name', 'roles'],
      [asker, '', own?.displayName ?? '', 'officer, engineer'],
    ]
    expect((await compare(csv(...rows))).faults[0]?.text).toContain('your own record')
    expect((await compare(csv(...rows), second)).faults).toEqual([])
  })

  test('tells an empty table, a formula and a second sheet, and changes nothing then', async () => {
    expect((await compare(utf8(''))).faults[0]?.text).toContain('the table is empty')
    const cells = '<c t="inlineStr"><is><t>external id</t></is></c><c t="inlineStr"><is><t>name</t></is></c>'
    const rows = `<row r="1">${cells}</row><row r="2"><c r="A2"><v>4711</v></c><c r="B2"><f>A1</f><v>1</v></c></row>`
    const formula = await workbookOf(rows)
    expect((await compare(formula)).faults).toContainEqual({
      sheet: 'people',
      row: 2,
      column: 'B',
      text: 'it holds a formula, want its value',
    })
    await expect(apply(formula)).rejects.toMatchObject({ code: 'invalid-request' })
    const both = '<workbook><sheets><sheet name="one" id="s"/><sheet name="two" id="s"/></sheets></workbook>'
    const two = await workbookOf(`<row>${cells}</row>`, { parts: { 'xl/workbook.xml': both } })
    expect((await compare(two)).faults.map(({ text }) => text)).toEqual([
      'there are 2 sheets (one, two), want one with people',
    ])
  })

  test('names look-alikes of people on the roster and in the file', async () => {
    const plan = await compare(
      csv(['external id', 'name'], ['L-10', 'Аdа Lоvеlасе'], ['L-1O', 'ada lovelace'], ['L-12', 'Somebody Else']),
    )
    expect(plan.similar.map(({ row, what, match, other }) => [row, what, match, other.row])).toEqual([
      [2, 'name', 'look-alike', null],
      [3, 'name', 'same', null],
      [3, 'name', 'look-alike', 2],
      [3, 'external id', 'look-alike', 2],
    ])
  })
})

describe('exportPeople()', () => {
  test('comes back without a difference, in both formats, and never with a country', async () => {
    await apply(csv(['external id', 'name'], ['=1+1', '@Formula Name'], ["'=x", '-Minus']))
    for (const format of ['csv', 'xlsx'] as const) {
      const parts = await exportPeople(gate, gate.permit('person.export', 'enclave', asker), format)
      const bytes = await buffer(Readable.from(parts))
      const { sheets } = await readSpreadsheet(bytes)
      expect(sheets[0]?.rows[0]?.cells).not.toContain('citizenships')
      const plan = await compare(bytes)
      expect(plan.faults).toEqual([])
      expect(plan.people).toHaveLength((await people()).length)
      expect(plan.people.flatMap(({ differences }) => differences)).toEqual([])
      expect(plan.missing).toEqual([])
    }
  })

  test('refuses a permit for something else', async () => {
    const other = gate.permit('person.export', asker, asker)
    await expect(exportPeople(gate, other, 'csv')).rejects.toMatchObject({ code: 'refused' })
  })
})

test('what a ledger entry of an import keeps sealed opens with the key of its person', async () => {
  const person = await find('E-2')
  const [entry] = (await gate.entriesAbout('person', person.id)).filter(({ kind }) => kind === 'person.changed')
  const sealed = new Uint8Array(Buffer.from(entry?.body['sealed'] as string, 'base64url'))
  expect(JSON.parse(await openSealedEntry(gate, sealed, person.id))).toMatchObject({
    was: { displayName: 'Béa Martin' },
    is: { ties: { citizenships: ['FR', 'CA'] } },
    reason: 'as of the HR system',
  })
  expect(await compare(await writeXlsx('people', [head, bea]))).toMatchObject({ faults: [] })
})
