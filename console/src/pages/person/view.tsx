import {
  Button,
  makeStyles,
  Menu,
  MenuButton,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  tokens,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { PersonStatus } from '../../parts/person-status.tsx'
import { worded } from '../../parts/wording.ts'
import { useSession } from '../../shell/routes.ts'
import { ChangePerson } from './change-person.tsx'
import { Countries } from './countries.tsx'
import { EndPerson } from './end-person.tsx'
import { PersonFacts } from './facts.tsx'
import { HistoryTimeline } from './history.tsx'
import { MergePerson } from './merge-person.tsx'
import { SplitPerson } from './split-person.tsx'
import { Verification } from './verification.tsx'
import { historyQuery, personQuery, waitingQuery, type Approval, type Person as PersonView } from './query.ts'

const useStyles = makeStyles({
  head: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'center' },
  links: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalL, rowGap: tokens.spacingVerticalS },
})

export const page = createLazyRoute('/shell/people/$personId')({ component: Person })

function Person() {
  const { personId } = page.useParams()
  const { roles } = useSession()
  const person = useQuery(personQuery(personId))
  const history = useQuery(historyQuery(personId))
  const isOfficer = roles.includes('officer')
  const waiting = useQuery({
    ...waitingQuery(personId),
    enabled: [...readers, 'administrator' as const].some((role) => roles.includes(role)),
  })
  return (
    <Page
      title={person.data?.name ?? 'Person'}
      actions={
        person.data !== undefined && <Acts person={person.data} waiting={waiting.data ?? []} isOfficer={isOfficer} />
      }
    >
      <Asked what="the person" query={person}>
        {(one) => (
          <>
            {waiting.data?.map((approval) => (
              <Waiting key={approval.id} approval={approval} />
            ))}
            {one.mergedInto !== null && (
              <p>
                This record was merged into{' '}
                <Link to="/people/$personId" params={{ personId: one.mergedInto }}>
                  another one of the same human being
                </Link>
                .
              </p>
            )}
            <Links personId={one.id} roles={roles} />
            <Section title="Now">
              <PersonFacts person={one} />
            </Section>
            <Verification person={one} />
            {one.status === 'foreign-person' && isOfficer && <Countries personId={one.id} />}
          </>
        )}
      </Asked>
      <Section title="History">
        <Asked what="the history" query={history}>
          {(told) => <HistoryTimeline key={told.versions.length} history={told} />}
        </Asked>
      </Section>
    </Page>
  )
}

function Waiting({ approval: { id, title, requestedBy } }: { readonly approval: Approval }) {
  return (
    <MessageBar layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>Waits for approval:</MessageBarTitle>{' '}
        <Link to="/approvals/$approvalId" params={{ approvalId: id }}>
          {worded(title)}
        </Link>
        , asked by {requestedBy.name}
      </MessageBarBody>
    </MessageBar>
  )
}

/** Who may ask what somebody can open, and look for their decisions. */
const readers = ['officer', 'auditor', 'empowered-official'] as const

/** Who sees what somebody signs in with. */
const overseers = ['officer', 'administrator', 'auditor'] as const

function Links({ personId, roles }: { readonly personId: string; readonly roles: readonly string[] }) {
  const styles = useStyles()
  const isOne = (of: readonly string[]) => of.some((role) => roles.includes(role))
  if (!isOne(overseers) && !isOne(readers)) return null
  return (
    <nav aria-label="More about them" className={styles.links}>
      {isOne(overseers) && (
        <Link to="/people/$personId/sign-in" params={{ personId }}>
          Sessions and passkeys
        </Link>
      )}
      {isOne(readers) && (
        <>
          <Link to="/questions/people/$personId" params={{ personId }}>
            What they can open
          </Link>
          <Link to="/decisions" search={{ person: personId }}>
            Decisions about them
          </Link>
        </>
      )}
    </nav>
  )
}

interface ActsProps {
  readonly person: PersonView
  readonly waiting: readonly Approval[]
  readonly isOfficer: boolean
}

function Acts({ person, waiting, isOfficer }: ActsProps) {
  const styles = useStyles()
  const { roles } = useSession()
  const { asked, open, close } = useAsking<'verify' | 'review' | 'change' | 'end' | 'merge' | 'split'>()
  const { status } = person
  const isVerifyAsked = waiting.some(({ title }) => /^verify/i.test(title))
  const isThere = status === 'us-person' || status === 'foreign-person'
  return (
    <div className={styles.head}>
      <PersonStatus status={status} />
      {(isOfficer || roles.includes('administrator')) && !isThere && (
        <Button appearance={isVerifyAsked ? 'secondary' : 'primary'} onClick={() => open('verify')}>
          {status === 'ended' ? 'Restore' : 'Verify'}
        </Button>
      )}
      {isOfficer && isThere && <Button onClick={() => open('review')}>Confirm</Button>}
      {(isOfficer || roles.includes('administrator')) && <Button onClick={() => open('change')}>Change</Button>}
      {isOfficer && status !== 'ended' && <Button onClick={() => open('end')}>End</Button>}
      {isOfficer && person.mergedInto === null && (
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <MenuButton>Records</MenuButton>
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              <MenuItem onClick={() => open('merge')}>Merge with another record</MenuItem>
              <MenuItem onClick={() => open('split')}>Split somebody new from it</MenuItem>
            </MenuList>
          </MenuPopover>
        </Menu>
      )}
      {asked === 'verify' && (
        <ChangePerson
          person={person}
          title={`${status === 'ended' ? 'Restore' : 'Verify'} ${person.name}`}
          kinds={['verify-us-person', 'verify-foreign-person']}
          onClose={close}
        />
      )}
      {asked === 'review' && <ChangePerson person={person} kinds={['review']} onClose={close} />}
      {asked === 'change' && <ChangePerson person={person} kinds={null} onClose={close} />}
      {asked === 'end' && <EndPerson person={person} onClose={close} />}
      {asked === 'merge' && <MergePerson person={person} onClose={close} />}
      {asked === 'split' && <SplitPerson person={person} onClose={close} />}
    </div>
  )
}
