// What an engineer comes for: their files, what was shared with them, and what became of what they asked for.

import { Badge, Button } from '@fluentui/react-components'
import { alikeTogether } from '@sallyport/protocol'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useAct } from '../../parts/act.tsx'
import { Asked } from '../../parts/asked.tsx'
import { FileLink } from '../../parts/file-links.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { Times } from '../../parts/times.tsx'
import { requestStates } from '../../parts/request-state.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { worded } from '../../parts/wording.ts'
import { filesQuery, ownRequestsQuery, refusalsQuery, sharedWithMeQuery, type Refusal } from './query.ts'

export function EngineerHome() {
  return (
    <>
      <MyFiles />
      <SharedWithMe />
      <MyRefusals />
      <MyRequests />
    </>
  )
}

/** A home shows a handful; the rest is on the page of its own. */
const few = 8

function MyFiles() {
  const files = useQuery(filesQuery)
  return (
    <Section title="Files that you may see">
      <Asked what="files" query={files}>
        {({ files, next }) =>
          files.length === 0 ? (
            <Nothing title="No files yet">
              Open <Link to="/files">Files</Link> and choose a vault: there you protect one.
            </Nothing>
          ) : (
            <>
              <Items
                items={files.slice(0, few).map(({ id, name, labels, protectedAt }) => ({
                  key: id,
                  what: <FileLink id={id} name={name} />,
                  more: (
                    <>
                      <Moment at={protectedAt} isDay /> · {labels.map(({ title }) => title).join(', ')}
                    </>
                  ),
                }))}
              />
              {(files.length > few || next !== null) && (
                <p>
                  And more, in <Link to="/files">Files</Link>.
                </p>
              )}
            </>
          )
        }
      </Asked>
    </Section>
  )
}

function SharedWithMe() {
  const shared = useQuery(sharedWithMeQuery)
  return (
    <Section title="Shared with you">
      <Asked what="what was shared" query={shared}>
        {({ files }) =>
          files.length === 0 ? (
            <Nothing title="Nobody shared a file with you" />
          ) : (
            <Items
              items={files.slice(0, few).map(({ file: { id, name }, shares }) => ({
                key: id,
                what: <FileLink id={id} name={name} />,
                more: shares.map(({ by }) => by.name).join(', '),
              }))}
            />
          )
        }
      </Asked>
    </Section>
  )
}

function MyRefusals() {
  const refusals = useQuery(refusalsQuery)
  return (
    <Section title="What you were refused">
      <Asked what="what you were refused" query={refusals}>
        {({ refusals }) =>
          refusals.length === 0 ? (
            <Nothing title="You were refused nothing" />
          ) : (
            <Items
              items={alike(refusals)
                .slice(0, few)
                .map(([{ id, at, action, reasons }, ...others]) => ({
                  key: id,
                  what: (
                    <Link to="/decisions/$decisionId" params={{ decisionId: id }}>
                      {worded(action)}: why
                    </Link>
                  ),
                  more: (
                    <>
                      <Moment at={at} /> · <Times all={[{ at }, ...others]} />
                      {reasons.map(({ text }) => text).join(' ')}
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

/** What was refused again within minutes is told once. */
function alike(refusals: readonly Refusal[]) {
  return alikeTogether(refusals, {
    keyOf: ({ action, resource, place, reasons }) =>
      JSON.stringify([action, resource, place, reasons.map(({ code }) => code)]),
    atMsOf: ({ at }) => Date.parse(at),
  })
}

function MyRequests() {
  const requests = useQuery(ownRequestsQuery)
  const takeBack = useAct({ name: 'withdrawRequest', done: 'You took back what you asked for', changes: ['requests'] })
  return (
    <Section title="What you asked for">
      <Asked what="what you asked for" query={requests}>
        {({ requests }) =>
          requests.length === 0 ? (
            <Nothing title="You asked for nothing">
              When you are refused, the refusal says why and whom you can ask for what would change it.
            </Nothing>
          ) : (
            <Items
              items={requests.map(({ id, text, at, roles, state, answer }) => ({
                key: id,
                what: text,
                more: (
                  <>
                    <Moment at={at} />, asked of: {roles.join(', ')}
                    {answer !== null && ` · ${answer.by.name}: ${answer.text}`}
                  </>
                ),
                end: (
                  <>
                    <Badge appearance="tint" color={requestStates[state].color}>
                      {requestStates[state].text}
                    </Badge>
                    {state === 'waiting' && (
                      <Button
                        size="small"
                        disabled={takeBack.isPending}
                        onClick={() => takeBack.mutate({ path: { requestId: id } })}
                      >
                        Take back
                      </Button>
                    )}
                  </>
                ),
              }))}
            />
          )
        }
      </Asked>
      {takeBack.error !== null && <Trouble error={takeBack.error} />}
    </Section>
  )
}
