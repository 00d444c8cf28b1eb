import { Button, Divider, makeStyles, tokens } from '@fluentui/react-components'
import { FingerprintRegular } from '@fluentui/react-icons/svg/fingerprint'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createLazyRoute, Link, Navigate, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Asked } from '../../parts/asked.tsx'
import { Card } from '../../parts/card.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { sessionQuery, type SessionAnswer, type SignInWays } from '../../session/session.ts'
import { enclaveQuery } from '../../shell/enclave.ts'
import { askPasskey, leadToCertificate, leadToIssuer } from './ways.ts'

const useStyles = makeStyles({
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
  ways: { display: 'grid', rowGap: tokens.spacingVerticalS },
})

/** What went wrong on the way back from a provider. */
const problemTexts: Readonly<Record<string, string>> = {
  expired: 'The sign-in took too long, or was begun in another window. Start it again here.',
  cancelled: 'The sign-in was broken off at the provider.',
  mismatch:
    'What came back from the provider did not fit what was asked. Start again here; tell your administrator if it goes on.',
  unavailable: 'The provider did not answer. Try again in a moment.',
  ended: 'The status of whoever signed in has ended, so that nobody signs in as them.',
  'certificate-missing': 'No certificate was shown. Put your card in, choose its certificate, and try again.',
  'certificate-unknown': 'The certificate comes from nobody whose certificates are taken here. Choose another one.',
  'certificate-expired': 'The certificate has expired, or is not valid yet. You need a current one.',
  'certificate-usage': 'That certificate is not for signing in. Choose the one for authentication.',
  'certificate-revoked': 'The certificate was revoked. Ask whoever issued it, or your administrator.',
  'certificate-lists':
    'Certificates cannot be checked now: the lists of revoked ones here are out of date. Tell your administrator.',
  'certificate-name': 'The certificate does not name you in the way that is asked for here. Ask your administrator.',
}

export const page = createLazyRoute('/sign-in')({ component: SignIn })

function SignIn() {
  const styles = useStyles()
  const { returnTo = '/', problem } = page.useSearch()
  const { data: enclave } = useQuery(enclaveQuery)
  const isFounding = enclave?.state === 'founding'
  const session = useQuery(sessionQuery)
  useEffect(() => {
    document.title = 'Sign in · Sallyport'
  }, [])
  if (session.data !== undefined && session.data.session !== null) return <Navigate to={returnTo} replace />
  return (
    <Card title={enclave?.name ?? 'Sallyport'}>
      <p className={styles.text}>
        {enclave?.kind === 'sample'
          ? 'A sample: invented people and data. Nothing here protects anything.'
          : 'What you do here is decided and recorded.'}
      </p>
      {problem !== undefined && <p role="alert">{problemTexts[problem] ?? 'The sign-in did not work. Try again.'}</p>}
      {isFounding && (
        <Nothing title="This enclave is being founded">
          Whoever has the code of a founder <Link to="/founding">enrolls</Link>; who enrolled already signs in here.
        </Nothing>
      )}
      <Asked what="how one signs in" query={session}>
        {({ ways }) => (
          <Ways
            ways={ways}
            returnTo={isFounding ? '/founding' : returnTo}
            // Nobody of a sample has one, to begin with.
            startsWithPasskey={enclave?.kind !== 'sample'}
          />
        )}
      </Asked>
    </Card>
  )
}

const noPasskey = 'No passkey came of it. Try again, or choose another way.'

/** SPEC: WebAuthn 2 section 5.1.4: whatever people do to end it, or no passkey at all, is told alike. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError')
}

interface WaysProps {
  readonly ways: SignInWays
  readonly returnTo: string
  /** Whether a passkey is the first way that is offered. */
  readonly startsWithPasskey: boolean
}

function Ways({ ways, returnTo, startsWithPasskey }: WaysProps) {
  const styles = useStyles()
  const queries = useQueryClient()
  const router = useRouter()
  const passkey = useMutation({
    mutationFn: askPasskey,
    onSuccess: async (answer: SessionAnswer) => {
      queries.setQueryData(sessionQuery.queryKey, answer)
      await router.navigate({ to: returnTo, replace: true })
    },
  })
  const elsewhere = useMutation({
    mutationFn: async (way: () => Promise<string>) => location.assign(await way()),
  })
  const { issuers } = ways
  const hasMore = issuers.length > 0 || ways.certificate
  const error = passkey.error ?? elsewhere.error
  const isBusy = passkey.isPending || elsewhere.isPending
  if (!ways.passkey && !hasMore) {
    return (
      <Nothing title="Nobody can sign in here yet">
        An administrator has to configure a way first; the command line works all the same.
      </Nothing>
    )
  }
  const isFirst = ways.passkey && (startsWithPasskey || !hasMore)
  const byPasskey = ways.passkey && (
    <Button
      appearance={isFirst ? 'primary' : 'secondary'}
      size="large"
      icon={<FingerprintRegular />}
      disabled={isBusy}
      onClick={() => passkey.mutate()}
    >
      Sign in with a passkey
    </Button>
  )
  const otherwise = (
    <>
      {issuers.map(({ id, name }) => (
        <Button
          key={id}
          size="large"
          appearance={isFirst ? 'secondary' : 'primary'}
          disabled={isBusy}
          onClick={() => elsewhere.mutate(async () => await leadToIssuer(id, returnTo))}
        >
          Sign in with {name}
        </Button>
      ))}
      {ways.certificate && (
        <Button
          size="large"
          disabled={isBusy}
          onClick={() => elsewhere.mutate(async () => await leadToCertificate(returnTo))}
        >
          Sign in with a certificate or smart card
        </Button>
      )}
    </>
  )
  const inTurn = isFirst ? [byPasskey, otherwise] : [otherwise, byPasskey]
  return (
    <div className={styles.ways}>
      {inTurn[0]}
      {ways.passkey && hasMore && <Divider>or</Divider>}
      {inTurn[1]}
      {passkey.isPending && <output>Your browser asks for the passkey.</output>}
      {error !== null && (isBrokenOff(error) ? <p role="alert">{noPasskey}</p> : <Trouble error={error} />)}
    </div>
  )
}
