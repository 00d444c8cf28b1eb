// Enrolling: the code that was handed over says which founder one is; a passkey or the organization's provider says who signs in.

import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components'
import { FingerprintRegular } from '@fluentui/react-icons/svg/fingerprint'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { call } from '../../api/index.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { makePasskeyAt } from '../../session/make-passkey.ts'
import { sessionQuery, type SessionAnswer, type SignInWays } from '../../session/session.ts'
import { leadToIssuer } from '../sign-in/ways.ts'
import { foundingQuery } from './query.ts'

const useStyles = makeStyles({
  form: { display: 'grid', rowGap: tokens.spacingVerticalM, maxWidth: '28rem' },
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
})

export interface CodeProps {
  readonly code: string
  readonly onCode: (code: string) => void
}

/** For somebody who has not signed in. */
export function EnrollAnew({ ways, code, onCode }: CodeProps & { readonly ways: SignInWays }) {
  const styles = useStyles()
  const queries = useQueryClient()
  const enrollment = useMutation({
    mutationFn: async (code: string) => await makePasskeyAt('/api/v1/founding/passkey', { code }),
    onSuccess: (answer: SessionAnswer) => queries.setQueryData(sessionQuery.queryKey, answer),
  })
  const elsewhere = useMutation({
    mutationFn: async (issuer: string) => location.assign(await leadToIssuer(issuer, '/founding')),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    enrollment.mutate(code.trim())
  }
  const error = enrollment.error ?? elsewhere.error
  return (
    <form className={styles.form} onSubmit={submit}>
      {ways.passkey && (
        <>
          <CodeField code={code} onCode={onCode} />
          <Button
            type="submit"
            appearance="primary"
            icon={<FingerprintRegular />}
            disabled={enrollment.isPending || code.trim() === ''}
          >
            Enroll with a passkey
          </Button>
        </>
      )}
      {ways.issuers.map(({ id, name }) => (
        <Button key={id} disabled={elsewhere.isPending} onClick={() => elsewhere.mutate(id)}>
          Sign in with {name}
        </Button>
      ))}
      {ways.issuers.length > 0 && <p className={styles.text}>The code is asked for once you are back from there.</p>}
      {ways.passkey && (
        <p className={styles.text}>
          You enrolled before?{' '}
          <Link to="/sign-in" search={{ returnTo: '/founding' }}>
            Sign in again
          </Link>
        </p>
      )}
      {error !== null && <Trouble error={error} />}
    </form>
  )
}

/** For somebody who signed in and is none of the founders yet. */
export function EnrollSignedIn({ code, onCode }: CodeProps) {
  const styles = useStyles()
  const queries = useQueryClient()
  const enrollment = useMutation({
    mutationFn: async () => await call('enrollFounder', { body: { code: code.trim() } }, () => 'Enrolled as a founder'),
    onSuccess: ({ founding }) => queries.setQueryData(foundingQuery.queryKey, founding),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    enrollment.mutate()
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <CodeField code={code} onCode={onCode} />
      <Button type="submit" appearance="primary" disabled={enrollment.isPending || code.trim() === ''}>
        Enroll
      </Button>
      {enrollment.error !== null && <Trouble error={enrollment.error} />}
    </form>
  )
}

function CodeField({ code, onCode }: CodeProps) {
  return (
    <Field label="Code" required hint="It was printed by sallyport init and handed to you in person">
      <Input value={code} onChange={(_, data) => onCode(data.value)} autoComplete="off" spellCheck={false} />
    </Field>
  )
}
