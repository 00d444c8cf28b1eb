// Releases that are unusual by plain rules.

import { useQuery } from '@tanstack/react-query'
import { Asked } from '../../parts/asked.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { Line } from './line.tsx'
import { unusualQuery, type UnusualRelease } from './query.ts'

const unusual = {
  many: 'one of twenty or more within an hour',
  'new-place': 'a place where they opened nothing before',
} as const satisfies Record<UnusualRelease['rules'][number], string>

export function Unusual() {
  const query = useQuery(unusualQuery)
  return (
    <Section title="Unusual releases">
      <Asked what="releases" query={query}>
        {({ releases, compared, since }) => (
          <>
            {releases.length === 0 ? (
              <Nothing title="None is unusual" />
            ) : (
              <Items
                items={releases.map((one) => ({
                  key: one.decisionId,
                  what: <Line decision={one} />,
                  more: one.rules.map((rule) => unusual[rule]).join('; '),
                }))}
              />
            )}
            <p>
              Compared: the newest {compared.toLocaleString()} releases
              {since !== null && (
                <>
                  , since <Moment at={since} />
                </>
              )}
              .
            </p>
          </>
        )}
      </Asked>
    </Section>
  )
}
