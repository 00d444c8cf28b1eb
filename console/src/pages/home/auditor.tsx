// What somebody who only reads looks at: whether the ledger is whole, and what there is to look into.

import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Asked } from '../../parts/asked.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { wordedRequest } from '../../parts/wording.ts'
import { saveAs } from '../../parts/save-as.ts'
import { alarmsQuery, checkpointQuery, timestampsQuery, waitingQuery } from './query.ts'

export function AuditorHome() {
  return (
    <>
      <Ledger />
      <Alarms />
      <Waiting />
    </>
  )
}

function Ledger() {
  const checkpoint = useQuery(checkpointQuery)
  const timestamps = useQuery(timestampsQuery)
  return (
    <Section title="The ledger">
      <Asked what="the latest checkpoint" query={checkpoint}>
        {({ origin, size, root, note }) => (
          <>
            <Facts
              facts={[
                ['Entries', size.toLocaleString()],
                ['Origin', origin],
                ['Root hash', <code key="root">{root}</code>],
                [
                  'Timestamps of an authority',
                  <Asked key="timestamps" what="timestamps" query={timestamps}>
                    {({ isAsked, lastAt }) => {
                      if (!isAsked) return 'No authority is configured'
                      return lastAt === null ? 'None yet' : <Moment at={lastAt} />
                    }}
                  </Asked>,
                ],
              ]}
            />
            <p>
              Keep the signed checkpoint where the gate cannot reach it: whoever has one can tell a ledger that was cut
              or forked.
            </p>
            <Button onClick={() => saveAs(note, `checkpoint-${size}`)}>Save the checkpoint</Button>
          </>
        )}
      </Asked>
    </Section>
  )
}

function Alarms() {
  const alarms = useQuery(alarmsQuery)
  return (
    <Section title="Alarms">
      <Asked what="alarms" query={alarms}>
        {({ alarms }) =>
          alarms.length === 0 ? (
            <Nothing title="No alarm">One is raised when an acknowledged act is not in the ledger.</Nothing>
          ) : (
            <Items
              items={alarms.map(({ id, at, entryId, raisedFrom }) => ({
                key: id,
                what: `Entry ${entryId} is gone`,
                more: (
                  <>
                    <Moment at={at} />, raised from {raisedFrom ?? 'an unknown place'}
                  </>
                ),
              }))}
            />
          )
        }
      </Asked>
    </Section>
  )
}

function Waiting() {
  const waiting = useQuery(waitingQuery)
  return (
    <Section title="Waits for approval">
      <Asked what="what waits" query={waiting}>
        {({ approvals }) =>
          approvals.length === 0 ? (
            <Nothing title="Nothing waits for approval" />
          ) : (
            <Items
              items={approvals.map(({ id, title, about, requestedBy, requestedAt }) => ({
                key: id,
                what: (
                  <Link to="/approvals/$approvalId" params={{ approvalId: id }}>
                    {wordedRequest({ title, about })}
                  </Link>
                ),
                more: (
                  <>
                    {requestedBy.name}, <Moment at={requestedAt} />
                  </>
                ),
              }))}
            />
          )
        }
      </Asked>
    </Section>
  )
}
