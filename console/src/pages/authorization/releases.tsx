// The latest releases that relied on it.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Asked } from '../../parts/asked.tsx'
import { FileLink } from '../../parts/file-links.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { recentDays, recentReleasesQuery } from './query.ts'

const shown = 10

export function RecentReleases({ authorizationId }: { readonly authorizationId: string }) {
  const recent = useQuery(recentReleasesQuery(authorizationId))
  return (
    <Section
      title={`Released under it in the last ${recentDays} days`}
      actions={
        <Link to="/releases" search={{ authorization: authorizationId }}>
          All of them
        </Link>
      }
    >
      <Asked what="releases" query={recent}>
        {({ releases, next }) =>
          releases.length === 0 ? (
            <Nothing title="Nothing was released under it">
              Each release is on record here by itself within seconds, with whom it went to and what.
            </Nothing>
          ) : (
            <>
              <Items
                items={releases.slice(0, shown).map(({ decisionId, at, recipient, file, authorization, isFailed }) => ({
                  key: `${decisionId} ${file.id}`,
                  what: <FileLink id={file.id} name={file.name || file.id} />,
                  more: (
                    <>
                      to{' '}
                      <Link to="/people/$personId" params={{ personId: recipient.id }}>
                        {recipient.name || recipient.id}
                      </Link>
                      , <Moment at={at} /> · {authorization?.citation}
                      {isFailed && ' · the key could not be handed out'}
                    </>
                  ),
                }))}
              />
              {(releases.length > shown || next !== null) && <p>And more.</p>}
            </>
          )
        }
      </Asked>
    </Section>
  )
}
