// What becomes of two records that are merged, as far as it shows: whatever narrows is taken over, nothing that gives is. The gate joins
// them; this says it beforehand.

import type { PersonView } from '@sallyport/protocol/api'

type Shown = Pick<
  PersonView,
  'status' | 'roles' | 'assignments' | 'externalId' | 'employer' | 'regularEmployee' | 'nda' | 'actsForForeignEmployer'
>

export interface Joined {
  readonly what: string
  readonly is: string
  readonly other: string
  readonly after: string
}

/** Fact by fact: how it is in both, and in the kept record afterwards. */
export function becomes(
  kept: Shown,
  duplicate: Shown,
  statusText: (status: Shown['status']) => string,
): readonly Joined[] {
  const row = (what: string, told: (one: Shown) => string, after = told(kept)): Joined => ({
    what,
    is: told(kept),
    other: told(duplicate),
    after,
  })
  const isUnverified = disagreementsSeen(kept, duplicate).length > 0
  return [
    row('Status', ({ status }) => statusText(status), statusText(isUnverified ? 'unverified' : kept.status)),
    row('Roles', ({ roles }) => listed(roles)),
    row('Assigned to', ({ assignments }) =>
      listed(assignments.map(({ program, purpose }) => `${program} for ${purpose}`)),
    ),
    row(
      'Number in other systems',
      ({ externalId }) => externalId ?? 'None',
      kept.externalId ?? duplicate.externalId ?? 'None',
    ),
    row('Employer', ({ employer }) => employer ?? 'This enclave'),
    row('Regular employee', ({ regularEmployee }) => yesOrNo(regularEmployee)),
    row('NDA', ({ nda }) => yesOrNo(nda)),
    row(
      'Acts for a foreign employer',
      ({ actsForForeignEmployer }) => yesOrNo(actsForForeignEmployer),
      yesOrNo(kept.actsForForeignEmployer || duplicate.actsForForeignEmployer),
    ),
  ]
}

/** In what the two disagree that decides access, of what is shown; nothing of a kept record that is not verified. */
export function disagreementsSeen(kept: Shown, duplicate: Shown): readonly string[] {
  if (kept.status !== 'us-person' && kept.status !== 'foreign-person') return []
  const isStated = duplicate.status === 'us-person' || duplicate.status === 'foreign-person'
  const isForeign = kept.status === 'foreign-person'
  return [
    ...(isStated && duplicate.status !== kept.status ? ['status'] : []),
    ...(isForeign && namesAnother(kept, duplicate, isStated) ? ['employer'] : []),
    ...(isForeign && isStated && kept.regularEmployee && !duplicate.regularEmployee ? ['regular employment'] : []),
    ...(isForeign && isStated && kept.nda && !duplicate.nda ? ['NDA'] : []),
  ]
}

function namesAnother(kept: Shown, duplicate: Shown, isStated: boolean): boolean {
  if (duplicate.employer === kept.employer) return false
  return isStated || duplicate.employer !== null
}

function listed(all: readonly string[]): string {
  return all.length === 0 ? 'None' : all.join(', ')
}

function yesOrNo(value: boolean): string {
  return value ? 'Yes' : 'No'
}
