// Importing the register: a dry run that shows the exact difference and writes nothing; then exactly that difference, told by its digest,
// whole or not at all in one transaction. What narrows holds at once; what is new, and what gives, waits for two others, each for itself.

import { Problem, type Id } from '@sallyport/protocol'
import type { Sql } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { spendPermit, type Permit } from '../../policy/index.ts'
import { readSpreadsheet } from '../../spreadsheet/index.ts'
import { amendIn } from '../amend-authorization.ts'
import type { AuthorizationDependencies } from '../dependencies.ts'
import { exemptionLawInForce } from '../exemptions/law-in-force.ts'
import { registerIn } from '../register-authorization.ts'
import { lockAuthorization, timeOf } from '../store.ts'
import type { Fault } from '../fault.ts'
import { doubtfulRows } from './doubtful-rows.ts'
import { standingIn } from './export-register.ts'
import { planRegisterImport, type RegisterPlan } from './plan-import.ts'

export interface RegisterCompared {
  readonly plan: RegisterPlan
  readonly hiddenSheets: readonly string[]
}

/** With what is odd about rows and still may be so, by their number in the sheet. */
export interface RegisterLookedAt extends RegisterCompared {
  readonly doubts: ReadonlyMap<number, readonly Fault[]>
}

/** Requests that wait for two others, and the entries to acknowledge. */
export interface RegisterApplied extends RegisterCompared {
  readonly requests: readonly Id<'approval'>[]
  readonly entries: readonly Appended[]
}

/**
 * Compare a spreadsheet with the register. Throws Problem `invalid-file` and `too-large` as `readSpreadsheet` does, `refused` for a permit
 * that does not fit.
 */
export async function compareRegister(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.register'>,
  bytes: Uint8Array,
): Promise<RegisterLookedAt> {
  spendPermit(permit, 'authorization.register', 'enclave')
  const compared = await planned(deps.database, permit.actor, bytes)
  return { ...compared, doubts: await doubtfulRows(deps.database, compared.plan.rows, await timeOf(deps.database)) }
}

async function planned(sql: Sql, by: Id<'person'>, bytes: Uint8Array): Promise<RegisterCompared> {
  const file = await readSpreadsheet(bytes)
  const standing = { register: await standingIn(sql), law: await exemptionLawInForce(sql), by, atMs: await timeOf(sql) }
  return { plan: planRegisterImport(file, standing), hiddenSheets: file.hiddenSheets }
}

/**
 * Apply exactly the difference of that digest. `mayAmend` gives the permit for each authorization that it amends. Throws Problem
 * `invalid-request` for a file with faults, with all of them; `conflict` when the difference is another by now; else as
 * `compareRegister`, `registerAuthorization` and `amendAuthorization`.
 */
export async function applyRegister(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.register'>,
  {
    bytes,
    digest,
    reason,
    mayAmend,
  }: {
    readonly bytes: Uint8Array
    readonly digest: string
    readonly reason: string
    readonly mayAmend: (id: Id<'authorization'>) => Promise<Permit<'authorization.amend'>>
  },
): Promise<RegisterApplied> {
  spendPermit(permit, 'authorization.register', 'enclave')
  const by = permit.actor
  const before = sound(await planned(deps.database, by, bytes), digest)
  // Each amendment is decided on before anything is locked, and spent within the life of its permit.
  const decisions = new Map<Id<'authorization'>, Id<'entry'>>()
  for (const one of before.plan.rows) {
    if (one.outcome !== 'narrowed' && one.outcome !== 'amended') continue
    const { id } = one.authorization
    const given = await mayAmend(id)
    spendPermit(given, 'authorization.amend', id)
    decisions.set(id, given.entryId)
  }
  // A connection of its own: this takes longer than other statements may, and must not run twice.
  return await deps.database.bulk('load', async (tx) => {
    // In one order, and before the epoch: as whoever amends or approves one of them alone.
    for (const id of [...decisions.keys()].toSorted()) await lockAuthorization(tx, id)
    const compared = sound(await planned(tx, by, bytes), digest)
    const requests: Id<'approval'>[] = []
    const entries: Appended[] = []
    for (const one of compared.plan.rows) {
      if (one.outcome === 'unchanged') continue
      if (one.outcome === 'registered') {
        const done = await registerIn(tx, deps, { input: one.terms, registrant: by, decision: permit.entryId })
        if (done.authorization.state === 'registered') requests.push(done.authorization.requestId)
        entries.push(...done.entries)
        continue
      }
      const { id, version } = one.authorization
      const decision = decisions.get(id)
      if (decision === undefined) throw movedOn()
      const amendment = one.amendment ?? undefined
      const done = await amendIn(tx, deps, { id, version, terms: one.terms, amendment, reason, by, decision })
      if (done.requestId !== null) requests.push(done.requestId)
      entries.push(...done.entries)
    }
    return { ...compared, requests, entries }
  })
}

function sound(compared: RegisterCompared, digest: string): RegisterCompared {
  const { faults, digest: now } = compared.plan
  if (faults.length > 0) {
    throw new Problem(
      'invalid-request',
      `cannot import authorizations: ${faults.length} cells are not right, want none`,
      {
        details: { faults: faults.slice(0, 1000) },
      },
    )
  }
  if (now !== digest) throw movedOn()
  return compared
}

function movedOn(): Problem {
  return new Problem(
    'conflict',
    'cannot import authorizations: the difference is another by now, want it shown and sent anew',
  )
}
