import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PeopleImported } from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signedInMachine, type Machine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { makeLedger, signReceipt } from '../testing/ledger.ts'
import { sampleIds } from '../testing/records.ts'

let gate: TestGate
let machine: Machine
let file: string
beforeAll(async () => {
  gate = await startTestGate()
  machine = await signedInMachine(gate)
  file = join(machine.workingFolder, 'people.csv')
  await writeFile(file, 'external id,name\r\nE-1,Ada Quill\r\n')
})
afterAll(() => gate.close())

const compared: PeopleImported = {
  sheet: 'CSV',
  hiddenSheets: ['old people'],
  digest: 'ab'.repeat(32),
  counts: { added: 1, changed: 1, waiting: 0, unchanged: 0, missing: 1, faults: 0 },
  people: [
    {
      row: 2,
      personId: null,
      externalId: 'E-1',
      name: 'Mara\u202e Lind\u001b[31m',
      outcome: 'added',
      waitsFor: null,
      differences: [
        { field: 'name', from: '', to: 'Mara\u202e Lind\u001b[31m', takesApproval: false },
        { field: 'roles', from: '', to: 'engineer', takesApproval: true },
      ],
    },
    {
      row: 3,
      personId: sampleIds.lucas,
      externalId: 'E-2',
      name: 'Lucas Moreau',
      outcome: 'changed',
      waitsFor: null,
      differences: [{ field: 'employer', from: 'calder-aero', to: '', takesApproval: false }],
    },
  ],
  faults: [],
  similar: [
    {
      row: 2,
      name: 'Mara Lind',
      what: 'name',
      match: 'look-alike',
      other: { personId: sampleIds.ada, row: null, text: 'Mаra Lind' },
    },
  ],
  missing: [{ personId: sampleIds.ada, externalId: null, name: 'Ada Quill' }],
  areMoreMissing: false,
  applied: null,
}
const answer = (value: PeopleImported) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})
/** The answers to the comparison and to the import. */
const answers = (first: PeopleImported, second?: PeopleImported): void => {
  gate.once.clear()
  gate.once.set('/people/import', answer(first))
  if (second !== undefined) gate.once.set('/import', answer(second))
}

describe('person import', () => {
  test('shows what would change row by row, and writes nothing', async () => {
    answers(compared)
    const before = gate.seen.length
    const { exit, out, err } = await machine.run(['person', 'import', file])
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(gate.seen.slice(before)).toEqual(['POST /api/v1/people/import'])
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    await expect(out.replaceAll(file, 'people.csv')).toMatchFileSnapshot('./golden/output/person-import.txt')
  })

  test('names every fault by its cell and fails', async () => {
    const faults = [{ sheet: 'CSV', row: 2, column: 'B', text: 'it holds a formula, want its value' }]
    answers({ ...compared, faults, counts: { ...compared.counts, faults: 1 } })
    const { exit, out } = await machine.run(['person', 'import', file, '--apply', '--yes'])
    expect(exit).toBe(1)
    expect(out).toMatch(/CSV!B2 +it holds a formula/)
    expect(out).toContain('Nothing was written')
  })

  test('applies nothing without a yes', async () => {
    answers(compared)
    const before = gate.seen.length
    const { exit } = await machine.run(['person', 'import', file, '--apply'])
    expect(exit).toBe(1)
    expect(gate.seen.slice(before)).toEqual(['POST /api/v1/people/import'])
  })

  test('with --apply sends the digest that was shown, checks the receipt and says what waits', async () => {
    const receipt = { ...signReceipt(gate.ledger, sampleIds.entry), entryId: sampleIds.entry }
    const applied = { added: 1, changed: 1, proposed: 1, approvalId: sampleIds.approval, receipt }
    answers(compared, { ...compared, applied })
    const { exit, out, err } = await machine.run(['person', 'import', file, '--apply', '--yes'])
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(out).toContain('Added 1 and changed 1 people; changes to 1 wait for approval.')
    expect(out).toContain(`sallyport approval show ${sampleIds.approval}`)
    const nothing = { ...applied, added: 0, changed: 0, proposed: 0, approvalId: null, receipt: null }
    answers(compared, { ...compared, applied: nothing })
    const json = await machine.run(['person', 'import', file, '--apply', '--yes', '--json'])
    expect(JSON.parse(json.out)).toMatchObject({ digest: compared.digest, applied: nothing })
  })

  test('believes no receipt of another key', async () => {
    gate.isReceiptFalse = true
    const receipt = { ...signReceipt(makeLedger([]), sampleIds.entry), entryId: sampleIds.entry }
    const applied = { added: 1, changed: 1, proposed: 0, approvalId: null, receipt }
    answers(compared, { ...compared, applied })
    expect((await machine.run(['person', 'import', file, '--apply', '--yes'])).exit).toBe(1)
    gate.isReceiptFalse = false
  })
})

describe('person export', () => {
  test('writes what the gate sends, for the owner alone, and replaces nothing unasked', async () => {
    const target = join(machine.workingFolder, 'out.csv')
    const reply = { status: 200, body: new TextEncoder().encode('external id,name\r\n') }
    gate.once.set('/people/export', reply)
    expect((await machine.run(['person', 'export', target])).exit).toBe(0)
    expect(await readFile(target, 'utf8')).toBe('external id,name\r\n')
    expect((await stat(target)).mode & 0o777).toBe(0o600)
    expect((await machine.run(['person', 'export', target])).exit).toBe(1)
    expect((await machine.run(['person', 'export', join(machine.workingFolder, 'out.pdf')])).err).toContain(
      'want .xlsx or .csv',
    )
  })
})
