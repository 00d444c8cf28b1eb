import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { createLazyRoute, Navigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { call, GateProblem } from '../../api/index.ts'
import { Asked } from '../../parts/asked.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Steps } from '../../parts/steps.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { sessionQuery } from '../../session/session.ts'
import { enclaveQuery } from '../../shell/enclave.ts'
import { EnrollAnew, EnrollSignedIn } from './enrolling.tsx'
import { Founders } from './founders.tsx'
import { foundingQuery, type Founding } from './query.ts'

const useStyles = makeStyles({
  place: {
    minHeight: '100vh',
    display: 'grid',
    justifyContent: 'center',
    gridTemplateColumns: 'minmax(0, 60rem)',
    backgroundColor: tokens.colorNeutralBackground3,
  },
  close: { display: 'grid', rowGap: tokens.spacingVerticalM, justifyItems: 'start' },
  text: { margin: 0 },
})

export const page = createLazyRoute('/founding')({ component: FoundingPage })

function FoundingPage() {
  const styles = useStyles()
  const { data: enclave } = useQuery(enclaveQuery)
  // The code stands behind the #, which no server sees. It goes out of the address, and so out of the history.
  const [code, setCode] = useState('')
  useEffect(() => {
    const take = () => {
      if (location.hash === '') return
      setCode(location.hash.slice(1))
      history.replaceState(history.state, '', location.pathname)
    }
    take()
    addEventListener('hashchange', take)
    return () => removeEventListener('hashchange', take)
  }, [])
  const session = useQuery(sessionQuery)
  if (enclave?.state === 'founded') return <Navigate to="/first-steps" replace />
  return (
    <main className={styles.place}>
      <Page
        title={enclave === undefined ? 'Founding' : `${enclave.name} is being founded`}
        lead="An enclave comes into being once, by its founders: each enrolls, the others attest who they are, and an officer closes the founding. Until then the gate answers nobody else, and decides nothing."
      >
        <Asked what="who you are" query={session}>
          {({ session: own, ways }) =>
            own === null ? (
              <Section title="Enroll">
                <EnrollAnew ways={ways} code={code} onCode={setCode} />
              </Section>
            ) : (
              <Ceremony code={code} onCode={setCode} />
            )
          }
        </Asked>
      </Page>
    </main>
  )
}

function Ceremony({ code, onCode }: { readonly code: string; readonly onCode: (code: string) => void }) {
  const queries = useQueryClient()
  const founding = useQuery(foundingQuery)
  const { error } = founding
  useEffect(() => {
    // Another closed it meanwhile.
    if (error instanceof GateProblem && error.code === 'conflict') void comeOut(queries)
  }, [error, queries])
  return (
    <Asked what="the founding" query={founding}>
      {(found) =>
        found.you === null ? (
          <Section title="Enroll">
            <EnrollSignedIn code={code} onCode={onCode} />
          </Section>
        ) : (
          <>
            <Section title="What happens here">
              <Steps steps={stepsOf(found)} />
            </Section>
            <Section title="Founders">
              <Founders founding={found} />
            </Section>
            <Section title="Close the founding">
              <Closing founding={found} />
            </Section>
          </>
        )
      }
    </Asked>
  )
}

/** It is founded: whoever is signed in has a record and roles from now on, and then the enclave leads away from here. */
async function comeOut(queries: QueryClient): Promise<void> {
  await queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
  await queries.invalidateQueries({ queryKey: enclaveQuery.queryKey })
}

function stepsOf({ founders, missing, absenceRule }: Founding) {
  const officers = founders.filter(({ role }) => role === 'officer')
  return [
    {
      title: 'Everybody enrolls',
      why: 'The code that was handed over binds how somebody signs in to the founder they are. One sign-in is one person.',
      isDone: officers.every(({ identity }) => identity !== null),
    },
    {
      title: 'They attest each other',
      why: "Nobody's status comes from themselves (22 CFR 120.62): another founder says that it is them who enrolled, and what evidence of being a U.S. person they saw.",
      isDone: officers.every(({ attestedBy }) => attestedBy.length > 0),
    },
    {
      title: 'When an officer is away',
      why: absenceRule ?? '',
      isDone: true,
    },
    {
      title: 'An officer closes it',
      why: 'Then the founders are on the roster, and everything from there on takes a decision. Nothing opens the founding again.',
      isDone: false,
      isNext: missing.length === 0,
    },
  ]
}

function Closing({ founding: { founders, you, missing, attention } }: { readonly founding: Founding }) {
  const styles = useStyles()
  const queries = useQueryClient()
  const isOfficer = founders.find(({ id }) => id === you)?.role === 'officer'
  const closing = useMutation({
    mutationFn: async () => await call('closeFounding', {}, () => 'Closed the founding'),
    onSuccess: async () => await comeOut(queries),
  })
  return (
    <div className={styles.close}>
      {[...missing, ...attention].map((text) => (
        <p key={text} className={styles.text}>
          {text}
        </p>
      ))}
      {missing.length === 0 && !isOfficer && (
        <p className={styles.text}>Nothing is missing: an officer can close it.</p>
      )}
      {isOfficer && (
        <Button
          appearance="primary"
          disabled={missing.length > 0 || closing.isPending}
          onClick={() => closing.mutate()}
        >
          Close the founding
        </Button>
      )}
      {closing.error !== null && <Trouble error={closing.error} />}
    </div>
  )
}
