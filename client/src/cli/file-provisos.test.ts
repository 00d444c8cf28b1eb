import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signedInMachine, type Machine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { sampleIds } from '../testing/records.ts'
import { signReceipt } from '../testing/ledger.ts'

let gate: TestGate
let machine: Machine
beforeAll(async () => {
  gate = await startTestGate()
})
beforeEach(async () => {
  machine = await signedInMachine(gate)
  await writeFile(join(machine.workingFolder, 'nozzle.stp'), 'controlled words')
  await machine.run(['file', 'protect', 'nozzle.stp', '--vault', 'falcon'])
})
afterEach(() => {
  gate.once.clear()
  gate.files.clear()
})
afterAll(() => gate.close())

const words = 'Not to be sent on.'
const textSha256 = 'ab'.repeat(32)
const authorization = {
  id: sampleIds.entry,
  number: 'TA-0042-26',
  kind: 'TAA',
  citation: '22 CFR 124.1(a)',
  validUntil: '2029-11-29T00:00:00.000Z',
}
const answer = (end: string, value: object) =>
  gate.once.set(end, {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  })
const asks = (isAcknowledged: boolean) =>
  answer('/provisos', {
    authorization,
    obligations: [],
    conditions: [],
    provisos: [{ id: 'p-4', text: words, textSha256, isAcknowledged }],
  })

describe('sallyport file provisos', () => {
  test('shows the words, and acknowledges nothing by that', async () => {
    asks(false)
    const { exit, out } = await machine.run(['file', 'provisos', 'nozzle.stp'])
    expect(exit).toBe(0)
    expect(out).toContain(`p-4: ${words}`)
    expect(out).toContain('sallyport file provisos nozzle.stp --acknowledge')
  })

  test('acknowledges what was shown once the person says so, and keeps the receipt', async () => {
    asks(false)
    const said = await machine.run(['file', 'provisos', 'nozzle.stp', '--acknowledge'], { typed: 'no\n' })
    expect(said).toMatchObject({ exit: 1, err: expect.stringContaining(words) as string })
    asks(false)
    answer('/provisos/acknowledge', { acknowledged: ['p-4'], receipt: signReceipt(gate.ledger, sampleIds.entry) })
    const { exit, out } = await machine.run(['file', 'provisos', 'nozzle.stp', '--acknowledge', '--yes'])
    expect({ exit, out }).toMatchObject({ exit: 0, out: expect.stringContaining('Acknowledged p-4.') as string })
    expect(out).toContain(sampleIds.entry)
  })

  test('asks nothing again of whoever acknowledged, and nothing of a U.S. person', async () => {
    asks(true)
    const again = await machine.run(['file', 'provisos', 'nozzle.stp', '--acknowledge'])
    expect(again).toMatchObject({ exit: 0, out: expect.stringContaining('p-4 (acknowledged)') as string })
    answer('/provisos', { authorization: null, obligations: [], conditions: [], provisos: [] })
    const { out } = await machine.run(['file', 'provisos', 'nozzle.stp'])
    expect(out).toContain('You rely on no authorization')
  })
})
