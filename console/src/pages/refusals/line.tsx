// A decision as one line: whose, what, of what, from where and when; it leads to its entry for those who read the ledger.

import { Link } from '@tanstack/react-router'
import { Moment } from '../../parts/moment.tsx'
import { worded } from '../../parts/wording.ts'
import { isReader } from '../../shell/not-yours.tsx'
import { useSession } from '../../shell/routes.ts'
import type { Refusal, UnusualRelease } from './query.ts'

export function Line({
  decision: { decisionId, by, action, about, place, at },
}: {
  readonly decision: UnusualRelease | Refusal
}) {
  const what = `${by === null ? 'Nobody of the roster' : by.name || by.id}: ${worded(action)}`
  const isLinked = isReader(useSession(), ['officer', 'auditor'])
  const thing = about.name || (about.kind === 'file' ? `file ${about.id}` : '')
  return (
    <>
      {isLinked ? (
        <Link to="/record/$entryId" params={{ entryId: decisionId }}>
          {what}
        </Link>
      ) : (
        what
      )}
      {thing !== '' && `, ${thing}`}
      {`, ${place.name || 'unknown place'}`}
      {place.country !== null && ` (${place.country})`}, <Moment at={at} />
    </>
  )
}
