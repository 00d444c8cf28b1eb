import { Badge, Button } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useAsking } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { Asked } from '../../parts/asked.tsx'
import { FileLink, VaultLink } from '../../parts/file-links.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { requestStates } from '../../parts/request-state.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { worded } from '../../parts/wording.ts'
import { useSession } from '../../shell/routes.ts'
import { AnswerRequest } from './answer-request.tsx'
import { MakeRequest } from './make-request.tsx'
import { ownQuery, waitingQuery, type Request } from './query.ts'

export const page = createLazyRoute('/shell/requests')({ component: Requests })

function Requests() {
  const { decision } = page.useSearch()
  const { roles } = useSession()
  const answers = roles.includes('officer') || roles.includes('administrator')
  return (
    <Page
      title="Requests"
      lead="Whoever is refused can ask those who can give what would help, and follow here what becomes of it."
    >
      {decision !== undefined && <MakeRequest key={decision} decisionId={decision} />}
      {answers && <Waiting />}
      <Own />
    </Page>
  )
}

function Waiting() {
  const waiting = useInfiniteQuery(waitingQuery)
  const { asked, open, close } = useAsking<Request>()
  return (
    <Section title="Asked of you">
      <Asked what="what people ask" query={waiting}>
        {({ pages }) =>
          pages[0]?.requests.length === 0 ? (
            <Nothing title="Nobody asks for anything">
              Whoever is refused can ask your role for what would change it.
            </Nothing>
          ) : (
            <Items
              items={pages
                .flatMap(({ requests }) => requests)
                .map((one) => ({
                  key: one.id,
                  what: one.text,
                  more: (
                    <>
                      {one.by.name}, <Moment at={one.at} /> · <Refused request={one} />
                    </>
                  ),
                  end: (
                    <Button size="small" aria-label={`Answer ${one.by.name}: ${one.text}`} onClick={() => open(one)}>
                      Answer
                    </Button>
                  ),
                }))}
            />
          )
        }
      </Asked>
      <More query={waiting} />
      {asked !== null && <AnswerRequest request={asked} onClose={close} />}
    </Section>
  )
}

function Own() {
  const own = useInfiniteQuery(ownQuery)
  const takeBack = useAct({ name: 'withdrawRequest', done: 'You took back what you asked for', changes: ['requests'] })
  return (
    <Section title="What you asked for">
      <Asked what="what you asked for" query={own}>
        {({ pages }) =>
          pages[0]?.requests.length === 0 ? (
            <Nothing title="You asked for nothing">
              When you are refused, the refusal says why, and leads here to ask for what would change it.
            </Nothing>
          ) : (
            <Items
              items={pages
                .flatMap(({ requests }) => requests)
                .map(({ id, text, at, roles, state, answer, action, decisionId, about }) => ({
                  key: id,
                  what: text,
                  more: (
                    <>
                      <Moment at={at} />, asked of: {roles.join(', ')} ·{' '}
                      <Refused request={{ action, decisionId, about }} />
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
                          aria-label={`Take back: ${text}`}
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
      <More query={own} />
      {takeBack.error !== null && <Trouble error={takeBack.error} />}
    </Section>
  )
}

/** What was refused, of what, and why. Of what one may not see, the gate says no name. */
function Refused({
  request: { action, decisionId, about },
}: {
  readonly request: Pick<Request, 'action' | 'decisionId' | 'about'>
}) {
  const { id, kind, name } = about
  return (
    <>
      refused: {worded(action)}
      {kind === 'file' && (
        <>
          {' '}
          of <FileLink id={id} name={name || 'a file that you may not see'} />
        </>
      )}
      {kind === 'vault' && (
        <>
          {' '}
          of <VaultLink id={id} name={name || 'a vault that you may not see'} />
        </>
      )}
      {kind === 'person' && (
        <>
          {' '}
          of{' '}
          <Link to="/people/$personId" params={{ personId: id }}>
            {name || 'this person'}
          </Link>
        </>
      )}
      ,{' '}
      <Link to="/decisions/$decisionId" params={{ decisionId }}>
        the decision
      </Link>
    </>
  )
}

function More({
  query: { hasNextPage, isFetchingNextPage, fetchNextPage },
}: {
  readonly query: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => unknown
  }
}) {
  if (!hasNextPage) return null
  return (
    <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
      More
    </Button>
  )
}
