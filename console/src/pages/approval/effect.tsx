// What a request would do to who can do what: class by class, nobody and nothing left out.

import type { AnswerOf } from '../../api/index.ts'
import { AccessEffect, gainsAndLosses } from '../../parts/access-effect.tsx'
import { PolicyChanges } from '../../parts/policy-changes.tsx'

export function Effect({
  effect: { approvalId, effect, gains, loses, access, policies },
}: {
  readonly effect: AnswerOf<'approvalEffect'>
}) {
  if (effect === null) return <p>It changes nothing of who can open what.</p>
  if (access !== null) return <AccessEffect access={access} asked={{ change: { kind: 'approval', approvalId } }} />
  return (
    <>
      <p>{gainsAndLosses(gains, loses)}</p>
      {policies !== null && <PolicyChanges effect={policies} />}
    </>
  )
}
