import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestGate, type TestGate } from '../roster/testing.ts'
import { closeCeremony, openCeremony, readEnclave, requireCeremony, type FoundingCeremony } from './index.ts'

let gate: TestGate
beforeEach(async () => {
  gate = await openTestGate()
})
afterEach(() => gate.stop())

const use = (ceremony: FoundingCeremony) => gate.database.transaction((tx) => requireCeremony(tx, ceremony))

describe('openCeremony()', () => {
  test('founds nothing until the ceremony is closed, and then for good', async () => {
    const ceremony = await openCeremony(gate, { name: 'Test works', kind: 'sample' })
    expect(await readEnclave(gate.database)).toBeNull()
    await use(ceremony)
    await use(ceremony)
    const entries = await closeCeremony(gate, ceremony)
    expect(await readEnclave(gate.database)).toMatchObject({ name: 'Test works', kind: 'sample' })
    const recorded = await gate.entriesAbout('enclave', 'enclave')
    expect(recorded.map((one) => [one.id, one.kind])).toEqual([[entries[0]?.id, 'enclave.founded']])
    await expect(openCeremony(gate, { name: 'Again', kind: 'sample' })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('refuses a ceremony without a name', async () => {
    await expect(openCeremony(gate, { name: ' ', kind: 'real' })).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

describe('requireCeremony()', () => {
  test('refuses one that was closed, made by hand, or overtaken by another', async () => {
    const first = await openCeremony(gate, { name: 'First', kind: 'real' })
    const second = await openCeremony(gate, { name: 'Second', kind: 'real' })
    await expect(use({ ...first })).rejects.toMatchObject({ code: 'refused' })
    await closeCeremony(gate, first)
    await expect(use(first)).rejects.toMatchObject({ code: 'refused' })
    await expect(use(second)).rejects.toMatchObject({ code: 'refused' })
    await expect(closeCeremony(gate, first)).rejects.toMatchObject({ code: 'refused' })
    await expect(closeCeremony(gate, second)).rejects.toMatchObject({ code: 'conflict' })
    expect(await readEnclave(gate.database)).toMatchObject({ name: 'First' })
  })

  test('makes the founding wait for acts that have begun', async () => {
    const first = await openCeremony(gate, { name: 'First', kind: 'real' })
    const second = await openCeremony(gate, { name: 'Second', kind: 'real' })
    const order: string[] = []
    let closing: Promise<unknown> = Promise.resolve()
    await gate.database.transaction(async (tx) => {
      await requireCeremony(tx, first)
      closing = closeCeremony(gate, second).then(() => order.push('closed'))
      await new Promise((resolve) => setTimeout(resolve, 100))
      order.push('acted')
    })
    await closing
    expect(order).toEqual(['acted', 'closed'])
  })
})
