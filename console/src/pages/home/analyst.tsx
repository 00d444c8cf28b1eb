// What somebody who watches begins with: refusals that nobody closed, releases that are unusual, and how many sign-ins failed.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Asked } from '../../parts/asked.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Section } from '../../parts/page.tsx'
import { countOf } from '../../parts/wording.ts'
import { failedSignInsQuery } from '../failed-sign-ins/query.ts'
import { Refusals } from '../refusals/refusals.tsx'
import { Unusual } from '../refusals/unusual.tsx'

export function AnalystHome() {
  return (
    <>
      <Refusals isAll={false} />
      <Unusual />
      <Failed />
    </>
  )
}

function Failed() {
  const failed = useQuery(failedSignInsQuery)
  return (
    <Section title="Failed sign-ins">
      <Asked what="failed sign-ins" query={failed}>
        {({ since, counts }) => (
          <p>
            {countOf(
              counts.reduce((sum, { count }) => sum + count, 0),
              'sign-in',
            )}{' '}
            did not come about since the gate started, <Moment at={since} />. <Link to="/sign-ins">Look at them</Link>
          </p>
        )}
      </Asked>
    </Section>
  )
}
