// How long it takes to import 10,000 people: read the workbook, compare it with the roster, write everybody with entries in one
// transaction, and execute the request that verifies them all.

import { setTimeout } from 'node:timers/promises'
import type { Id } from '../protocol/src/index.ts'
import { approvalsMigrations, findRequest, giveApproval } from '../server/src/approvals/index.ts'
import { holdStanding } from '../server/src/policy/index.ts'
import { applyImport, compareImport, importApprovals, personImportRequest } from '../server/src/roster/index.ts'
import { enlistOfficers, openTestGate, type TestGate } from '../server/src/roster/testing.ts'
import { writeXlsx } from '../server/src/spreadsheet/index.ts'
import type { BenchRow } from './row.ts'

const count = 10_000
const limitSeconds = 30

/** Measure on a database of its own, about a minute. */
export async function benchImport(): Promise<BenchRow[]> {
  const gate = await openTestGate([approvalsMigrations])
  try {
    const [asker, second, third] = (await enlistOfficers(gate.database, 3)) as [
      Id<'person'>,
      Id<'person'>,
      Id<'person'>,
    ]
    const permit = () => gate.permit('person.import', 'enclave', asker)
    const unverified = await writeXlsx('people', peopleRows(false))
    const { plan } = await compareImport(gate, permit(), unverified)
    const apply = (bytes: Uint8Array, digest: string) =>
      applyImport(gate, permit(), { bytes, digest, reason: 'benchmark' })
    const added = await seconds(() => apply(unverified, plan.digest))
    const again = await seconds(() => compareImport(gate, permit(), unverified))
    const verified = await writeXlsx('people', peopleRows(true))
    const { plan: wider } = await compareImport(gate, permit(), verified)
    const asked = await seconds(() => apply(verified, wider.digest))
    const requestId = asked.value.requestId
    if (requestId === null) throw new Error('cannot measure: nothing was asked for, want a request')
    await give(gate, requestId, second)
    const waits = watchWaits(gate)
    const executed = await seconds(() => give(gate, requestId, third))
    const longestWait = await waits.stop()
    return [
      row(
        'people added from a workbook in one transaction',
        added.took,
        `${added.value.added} people, read and compared too`,
      ),
      row('the same workbook compared again: no difference', again.took, `${again.value.plan.people.length} people`),
      row('their verification, role and program asked for', asked.took, `${asked.value.proposed} people, one request`),
      row('that request executed with the last approval', executed.took, 'one version and one entry a person'),
      row(
        'longest wait of a decision for the access epoch meanwhile',
        longestWait,
        'while that request is executed',
        5,
      ),
    ]
  } finally {
    await gate.stop()
  }
}

function peopleRows(isVerified: boolean): readonly (readonly string[])[] {
  const head = ['external id', 'name', 'kind', 'employer', 'regular employee', 'nda date', 'briefing date']
  const more = ['status', 'basis', 'evidence', 'roles', 'assignments']
  const people = Array.from({ length: count }, (_, at) => {
    const facts = ['employee', '', 'direct-permanent', '2026-01-05', '2026-02-01']
    const rest = isVerified ? ['us-person', 'citizen', `HR ${at}`, 'engineer', 'falcon:design; heron:design'] : []
    return [`E-${100_000 + at}`, `Person ${at} of the Benchmark`, ...facts, ...rest]
  })
  return [isVerified ? [...head, ...more] : head, ...people]
}

async function give(gate: TestGate, id: Id<'approval'>, by: Id<'person'>): Promise<void> {
  const deps = { ...gate, kinds: new Map([[personImportRequest, importApprovals(gate)]]) }
  const { request } = await findRequest(deps, gate.permit('approval.list', 'enclave', by), id)
  await giveApproval(deps, gate.permit('approval.give', id, by), { id, digest: request.digest })
}

/** Hold the access epoch as every decision does, again and again. */
function watchWaits({ database }: TestGate): { stop(): Promise<number> } {
  const stopping = new AbortController()
  let longest = 0
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const { took } = await seconds(() => database.transaction((tx) => holdStanding(tx, [], 'officer')))
      longest = Math.max(longest, took)
      await setTimeout(5)
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await watching
      return longest
    },
  }
}

async function seconds<T>(work: () => Promise<T>): Promise<{ readonly took: number; readonly value: T }> {
  const begun = performance.now()
  const value = await work()
  return { took: (performance.now() - begun) / 1000, value }
}

function row(what: string, value: number, note: string, limit = limitSeconds): BenchRow {
  return { what, value, unit: 's', reference: `${limit} s`, ratio: value / limit, target: 1, isCeiling: true, note }
}

if (import.meta.main) console.table(await benchImport())
