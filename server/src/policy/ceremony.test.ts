import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestGate, type TestGate } from '../roster/testing.ts'
import {
  beginCeremony,
  closeCeremony,
  openCeremony,
  readEnclave,
  requireCeremony,
  resumeCeremony,
  type FoundingCeremony,
} from './index.ts'

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
    await expect(openCeremony(gate, { name: ' ', kind: 'sample' })).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

describe('requireCeremony()', () => {
  test('refuses one that was closed, made by hand, or overtaken by another', async () => {
    const first = await openCeremony(gate, { name: 'First', kind: 'sample' })
    const second = await openCeremony(gate, { name: 'Second', kind: 'sample' })
    await expect(use({ ...first })).rejects.toMatchObject({ code: 'refused' })
    await closeCeremony(gate, first)
    await expect(use(first)).rejects.toMatchObject({ code: 'refused' })
    await expect(use(second)).rejects.toMatchObject({ code: 'refused' })
    await expect(closeCeremony(gate, first)).rejects.toMatchObject({ code: 'refused' })
    await expect(closeCeremony(gate, second)).rejects.toMatchObject({ code: 'conflict' })
    expect(await readEnclave(gate.database)).toMatchObject({ name: 'First' })
  })

  test('makes the founding wait for acts that have begun', async () => {
    const first = await openCeremony(gate, { name: 'First', kind: 'sample' })
    const second = await openCeremony(gate, { name: 'Second', kind: 'sample' })
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

describe('beginCeremony()', () => {
  const record = { name: 'Real works', namespace: 'works.example', ledgerOrigin: 'works.example/ledger' }
  const begin = (changes: Partial<typeof record> = {}) =>
    gate.database.transaction((tx) => beginCeremony(tx, { ...record, ...changes }))

  test('is resumed by any process until it is closed', async () => {
    await begin()
    const resumed = await resumeCeremony(gate)
    await use(resumed)
    await closeCeremony(gate, resumed)
    expect(await readEnclave(gate.database)).toMatchObject({ name: 'Real works', kind: 'real' })
    await expect(use(resumed)).rejects.toMatchObject({ code: 'refused' })
    await expect(resumeCeremony(gate)).rejects.toMatchObject({ code: 'conflict' })
    await expect(begin()).rejects.toMatchObject({ code: 'conflict' })
  })

  test('is begun once, however many begin at the same moment', async () => {
    const outcomes = await Promise.allSettled(['A', 'B', 'C'].map((name) => begin({ name })))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('makes the database its own: a sample is refused before and after', async () => {
    const sample = await openCeremony(gate, { name: 'Sample', kind: 'sample' })
    await begin()
    await expect(use(sample)).rejects.toMatchObject({ code: 'refused' })
    await expect(closeCeremony(gate, sample)).rejects.toMatchObject({ code: 'refused' })
    await expect(openCeremony(gate, { name: 'Sample', kind: 'sample' })).rejects.toMatchObject({ code: 'conflict' })
    expect(await readEnclave(gate.database)).toBeNull()
  })

  test('is refused on a founded sample, and for names that nothing can carry', async () => {
    await expect(begin({ name: ' ' })).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(begin({ namespace: 'Works Example' })).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(resumeCeremony(gate)).rejects.toMatchObject({ code: 'not-found' })
    await closeCeremony(gate, await openCeremony(gate, { name: 'Sample', kind: 'sample' }))
    await expect(begin()).rejects.toMatchObject({ code: 'conflict' })
  })
})
