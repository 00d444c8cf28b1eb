// What reads the register and the record: each reader takes the permit of its own action, for its own thing, once, in time.

import type { Action, Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { manualClock } from '../base/testing.ts'
import { findFile, listFiles, listVaults, readLabelHistory, reserveFile } from '../files/index.ts'
import { requestFor, sampleEnclave, type SampleEnclave } from '../main/testing.ts'
import { personHistory } from '../roster/index.ts'
import {
  explainDecision,
  exportLedger,
  readAlarms,
  readEntry,
  readEntryBundle,
  searchLedger,
  whatCanOpen,
  whoCanOpen,
} from './index.ts'
import { issueListPermit, issuePermit, permitLifetimeMs, type ListPermit, type Permit } from './permit.ts'

const clock = manualClock()
let sample: SampleEnclave
let decisionId: Id<'entry'>
let files: readonly [Id<'file'>, Id<'file'>]

beforeAll(async () => {
  sample = await sampleEnclave()
  files = [await reserved('one.step'), await reserved('two.step')]
  const decision = await sample.decide(requestFor('noah', 'vault.create', { kind: 'enclave' }))
  decisionId = decision.decisionId
})
afterAll(() => sample.stop())

async function reserved(name: string): Promise<Id<'file'>> {
  const vaultId = sample.vaultId('falcon')
  const decision = await sample.decide(requestFor('ada', 'file.protect', { kind: 'vault', id: vaultId }))
  if (decision.effect === 'deny') throw new Error('ada may not protect')
  return (await reserveFile(sample.enclave.files, decision.permit, { vaultId, name })).file.id
}

const issued = { entryId: '0190c0de-0000-7000-8000-000000000002' as Id<'entry'>, actor: '' as Id<'person'> }
const permit = <A extends Action>(action: A, resourceId: string, ageMs = 0): Permit<A> =>
  issuePermit({ action, resourceId, ...issued }, clock, ageMs)
const listPermit = <A extends Action>(action: A, resourceIds: readonly string[], ageMs = 0): ListPermit<A> =>
  issueListPermit({ action, resourceIds, ...issued }, clock, ageMs)

/** Run a reader to its outcome: `read`, or why not. */
async function outcomeOf(read: () => unknown): Promise<string> {
  try {
    const answer = await read()
    if (answer !== null && typeof answer === 'object' && 'destroy' in answer) (answer as { destroy(): void }).destroy()
    return 'read'
  } catch (problem) {
    return (problem as Error).message
  }
}

interface Reader {
  readonly action: Action
  readonly resourceId: () => string
  // oxlint-disable-next-line typescript/no-explicit-any -- each reader's own permit; the compiler's part is tested below
  readonly read: (permit: any) => unknown
}

const enclave = () => 'enclave'
const everything = { kind: null, isChange: false, by: null, text: null, fromMs: null, toMs: null }
const readers: Record<string, Reader> = {
  explainDecision: {
    action: 'decision.explain',
    resourceId: enclave,
    read: (one) => explainDecision(one, decisionId, sample.enclave.records),
  },
  exportLedger: { action: 'ledger.read', resourceId: enclave, read: (one) => exportLedger(one, sample.enclave.ledger) },
  readAlarms: { action: 'ledger.read', resourceId: enclave, read: (one) => readAlarms(one, sample.enclave.ledger) },
  searchLedger: {
    action: 'ledger.read',
    resourceId: enclave,
    read: (one) => searchLedger(one, sample.enclave.ledger, everything, null),
  },
  readEntry: {
    action: 'ledger.read',
    resourceId: enclave,
    read: (one) => readEntry(one, sample.enclave.ledger, decisionId),
  },
  readEntryBundle: {
    action: 'ledger.read',
    resourceId: enclave,
    read: (one) => readEntryBundle(one, sample.enclave.ledger, { n: 0, width: 1 }),
  },
  whoCanOpen: {
    action: 'decision.search',
    resourceId: enclave,
    read: (one) => whoCanOpen(one, { fileId: files[0], after: null }, sample.enclave.search),
  },
  whatCanOpen: {
    action: 'decision.search',
    resourceId: enclave,
    read: (one) => whatCanOpen(one, { personId: sample.id('noah'), after: null }, sample.enclave.search),
  },
  personHistory: {
    action: 'person.list',
    resourceId: enclave,
    read: (one) => personHistory(sample.enclave.roster, one, sample.id('noah')),
  },
  readLabelHistory: {
    action: 'ledger.read',
    resourceId: enclave,
    read: (one) => readLabelHistory(sample.enclave.files, one, files[0]),
  },
  findFile: {
    action: 'file.list',
    resourceId: () => files[0],
    read: (one) => findFile(sample.enclave.files, one, files[0]),
  },
}

describe.each(Object.entries(readers))('%s() (I1)', (_, { action, resourceId, read }) => {
  test('reads with its permit, once', async () => {
    const once = permit(action, resourceId())
    expect(await outcomeOf(() => read(once))).toBe('read')
    expect(await outcomeOf(() => read(once))).toContain('spent before')
  })

  test('refuses the permit of another action, of another thing, an old one, and that of a list', async () => {
    expect(await outcomeOf(() => read(permit('vault.create', resourceId())))).toContain('it permits vault.create')
    expect(await outcomeOf(() => read(permit(action, files[1])))).toContain('another resource')
    expect(await outcomeOf(() => read(permit(action, resourceId(), permitLifetimeMs)))).toContain('expired')
    expect(await outcomeOf(() => read(listPermit(action, [resourceId()])))).toContain('another resource')
  })
})

const lists: Record<string, { action: Action; ids: () => readonly string[]; read: Reader['read'] }> = {
  listFiles: { action: 'file.list', ids: () => files, read: (one) => listFiles(sample.enclave.files, one) },
  listVaults: {
    action: 'vault.list',
    ids: () => [sample.vaultId('falcon'), sample.vaultId('heron')],
    read: (one) => listVaults(sample.enclave.files, one),
  },
}

describe.each(Object.entries(lists))('%s() (I1)', (_, { action, ids, read }) => {
  const idsOf = (found: unknown) => (found as { id: string }[]).map(({ id }) => id)

  test('shows what its permit names and nothing else, once', async () => {
    const [first = ''] = ids()
    const once = listPermit(action, [first])
    expect(idsOf(await read(once))).toEqual([first])
    expect(await outcomeOf(() => read(once))).toContain('spent before')
    expect(idsOf(await read(listPermit(action, ids()))).sort()).toEqual([...ids()].sort())
  })

  test('refuses the permit of another action, of one thing, an old one, and one that nobody issued', async () => {
    expect(await outcomeOf(() => read(listPermit('vault.create', ids())))).toContain('it permits vault.create')
    expect(await outcomeOf(() => read(permit(action, ids()[0] ?? '')))).toContain('not for a list')
    expect(await outcomeOf(() => read(listPermit(action, ids(), permitLifetimeMs)))).toContain('expired')
    expect(await outcomeOf(() => read({ ...listPermit(action, ids()) }))).toContain('never issued')
  })
})

describe('filter() (I1)', () => {
  const vaults = () => ['falcon', 'heron'].map((name) => ({ kind: 'vault', id: sample.vaultId(name) }) as const)
  const asked = (subject: string) => {
    const { resource: _, ...question } = requestFor(subject, 'vault.list', { kind: 'enclave' })
    return question
  }

  test('yields one permit for what came through, whose entry is on record', async () => {
    const { permit: one, decisionId: id } = await sample.enclave.decisions.filter(asked('lin'), vaults())
    expect(one?.resourceIds).toEqual([sample.vaultId('falcon')])
    expect(one?.entryId).toBe(id)
    const entry = await sample.enclave.ledger.entry(id)
    expect(entry).toMatchObject({ kind: 'decision.filter', actor: one?.actor, body: { asked: 2, permitted: 1 } })
    expect(Object.isFrozen(one?.resourceIds)).toBe(true)
  })

  test('yields none where nothing came through or nobody is rostered, and records that too', async () => {
    const nothing = await sample.enclave.decisions.filter(asked('ada'), [])
    expect(nothing).toMatchObject({ permit: null, isRostered: true })
    const stranger = await sample.enclave.decisions.filter(asked('nobody-knows'), vaults())
    expect(stranger).toMatchObject({ permit: null, isRostered: false })
    for (const [id, count] of [
      [nothing.decisionId, 0],
      [stranger.decisionId, 2],
    ] as const) {
      expect(await sample.enclave.ledger.entry(id)).toMatchObject({ body: { asked: count, permitted: 0 } })
    }
  })
})

test('each takes the permit of its own action: one for something else does not compile', () => {
  const other = null as unknown as Permit<'vault.create'>
  const otherList = null as unknown as ListPermit<'vault.create'>
  const { records, ledger, files: deps, roster } = { ...sample.enclave }
  // Not called: only the compiler reads these.
  const calls = [
    // @ts-expect-error wants decision.explain
    () => explainDecision(other, decisionId, records),
    // @ts-expect-error wants ledger.read
    () => exportLedger(other, ledger),
    // @ts-expect-error wants person.list
    () => personHistory(roster, other, sample.id('noah')),
    // @ts-expect-error wants file.list
    () => findFile(deps, other, files[0]),
    // @ts-expect-error wants the permit of a list
    () => listFiles(deps, null as unknown as Permit<'file.list'>),
    // @ts-expect-error wants file.list
    () => listFiles(deps, otherList),
    // @ts-expect-error wants vault.list
    () => listVaults(deps, otherList),
  ]
  expect(calls).toHaveLength(7)
})
