// What an engineer comes for: their files, what was shared with them, and what became of what they asked for.

import { Badge, Button } from '@fluentui/react-components'
import { alikeTogether } from '@sallyport/protocol'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { doingText } from '../../parts/action-words.ts'
import { useAct } from '../../parts/act.tsx'
import { Asked } from '../../parts/asked.tsx'
import { FileLink, VaultLink } from '../../parts/file-links.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { Times } from '../../parts/times.tsx'
import { requestStates } from '../../parts/request-state.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { worded } from '../../parts/wording.ts'
import { filesQuery, ownRequestsQuery, refusalsQuery, sharedWithMeQuery, vaultsQuery, type Refusal } from './query.ts'

export function EngineerHome() {
  return (
    <>
      <MyVaults />
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
            <NoFiles />
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

/** Where one may see a vault, the way there; where one may see none, what that hangs on and whom to ask. */
function NoFiles() {
  const vaults = useQuery(vaultsQuery)
  return (
    <Asked what="vaults" query={vaults}>
      {({ vaults }) =>
        vaults.length === 0 ? (
          <Nothing title="There is no file and no vault that you may see">
            You see those of your programs, where your verified status or an authorization lets you. Ask an export
            control officer for what you need. What you were refused, below, says what would change it.
          </Nothing>
        ) : (
          <Nothing title="No files yet">Open one of your vaults: there you protect one.</Nothing>
        )
      }
    </Asked>
  )
}

/** The short way to protect a file: one's vaults. */
function MyVaults() {
  const { data } = useQuery(vaultsQuery)
  if (data === undefined || data.vaults.length === 0) return null
  return (
    <Section title="Your vaults">
      <p>Open one to protect a file in it, or to see what is there.</p>
      <Items
        items={data.vaults.slice(0, few).map(({ id, name, description }) => ({
          key: id,
          what: <VaultLink id={id} name={name} />,
          more: description,
        }))}
      />
      {(data.vaults.length > few || data.next !== null) && (
        <p>
          And more, in <Link to="/files">Files</Link>.
        </p>
      )}
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
                .map(([{ id, at, action, resource, reasons }, ...others]) => ({
                  key: id,
                  what: (
                    <Link to="/decisions/$decisionId" params={{ decisionId: id }}>
                      {refusedText(action, resource.name)}: why
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

/** With the name of the thing where one may see it. */
function refusedText(action: string, name: string | null): string {
  return name === null ? worded(doingText(action)) : `${worded(doingText(action))}, ${name}`
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
