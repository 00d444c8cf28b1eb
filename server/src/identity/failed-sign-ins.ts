// Sign-ins that did not come about, since this gate began: how many by way and reason, and the newest of each. They are kept in memory
// and in no table: anybody can fail without end, and neither the ledger nor a disk is to fill with that. Of one way, reason and place the newest
// few are kept, so that whoever tries often does not push others out; the counts have all.

import type { Clock } from '../base/index.ts'
import type { SignInIdentity } from './bind-person.ts'
import type { SignInFaultCode } from './issuer-sign-in/sign-in-fault.ts'
import type { SessionMethod } from './sessions/session.ts'

/** `refused`: a passkey that is nobody's or did not sign what was asked. */
type FailedSignInReason = SignInFaultCode | 'refused'

export interface FailedSignIn {
  readonly atMs: number
  readonly method: SessionMethod
  readonly reason: FailedSignInReason
  /** The place that is configured for where it came from; null for none. */
  readonly place: string | null
  /** Who was shown to have signed in, and was not let in; null where nobody was shown to be anybody. */
  readonly identity: SignInIdentity | null
}

export interface FailedSignIns {
  readonly sinceMs: number
  /** Every one, by way and reason, those with most first. */
  readonly counts: readonly (Pick<FailedSignIn, 'method' | 'reason'> & {
    readonly count: number
    readonly lastAtMs: number
  })[]
  /** The newest first. */
  readonly newest: readonly FailedSignIn[]
}

export interface FailedSignInJournal {
  note(failed: Omit<FailedSignIn, 'atMs'>): void
  read(): FailedSignIns
}

/** As many of one way, reason and place as are kept. Places are configured, and so are ways and reasons: all of it is bounded. */
const keptOfOne = 20

/** Begin to keep them. */
export function makeFailedSignInJournal(clock: Clock): FailedSignInJournal {
  const sinceMs = clock.now()
  const kept = new Map<string, FailedSignIn[]>()
  const counts = new Map<string, FailedSignIns['counts'][number]>()
  return {
    note({ method, reason, place, identity }) {
      const one = { atMs: clock.now(), method, reason, place, identity }
      const sort = JSON.stringify([method, reason])
      counts.set(sort, { method, reason, count: (counts.get(sort)?.count ?? 0) + 1, lastAtMs: one.atMs })
      const key = JSON.stringify([method, reason, place])
      kept.set(key, [one, ...(kept.get(key) ?? [])].slice(0, keptOfOne))
    },
    read: () => ({
      sinceMs,
      counts: [...counts.values()].toSorted((one, other) => other.count - one.count),
      newest: [...kept.values()].flat().toSorted((one, other) => other.atMs - one.atMs),
    }),
  }
}
