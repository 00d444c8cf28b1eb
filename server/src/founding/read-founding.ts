// How far a founding is: what each founder has done, and what is missing until it can be closed.

import type { Sql } from '../base/index.ts'
import type { FoundingCaller } from './dependencies.ts'
import { isOf } from './enroll-founder.ts'
import { allFounders, foundingOf, type Founder } from './store.ts'

export interface FoundingStatus {
  readonly isOpen: boolean
  readonly absenceRule: string
  /** Names the founders file that it was begun with. */
  readonly foundersDigest: string
  readonly founders: readonly Founder[]
  /** The founder who asks; null for anybody else, who is to see no more than that. */
  readonly own: Founder | null
  /** What must happen before it can be closed, a sentence each. */
  readonly missing: readonly string[]
  /** What can be closed without, at a price. */
  readonly attention: readonly string[]
}

/** Read the founding; null when nobody has begun one here. */
export async function readFounding(sql: Sql, caller: FoundingCaller | null): Promise<FoundingStatus | null> {
  const founding = await foundingOf(sql)
  if (founding === null) return null
  const founders = await allFounders(sql)
  return {
    isOpen: founding.isOpen,
    absenceRule: founding.absenceRule,
    foundersDigest: founding.digest,
    founders,
    own: caller === null ? null : (founders.find((one) => isOf(one, caller)) ?? null),
    missing: missingOf(founders),
    attention: attentionOf(founders),
  }
}

/** What keeps these founders from closing: every officer enrolls, and another founder attests each. */
export function missingOf(founders: readonly Founder[]): readonly string[] {
  return founders.filter(({ role }) => role === 'officer').flatMap(missingFor)
}

function missingFor({ displayName, identity, attestedBy, isCodeOver }: Founder): readonly string[] {
  if (identity === null)
    return [`${displayName} has to enroll${isCodeOver ? '; their code has expired, issue new ones' : ''}.`]
  return attestedBy.length === 0 ? [`Another founder has to attest ${displayName}.`] : []
}

function attentionOf(founders: readonly Founder[]): readonly string[] {
  return founders
    .filter(({ role }) => role === 'administrator')
    .flatMap((one) => missingFor(one))
    .map((text) => `${text} Without it they start unverified, and officers verify them later.`)
}
