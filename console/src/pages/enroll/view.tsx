import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components'
import { FingerprintRegular } from '@fluentui/react-icons/svg/fingerprint'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { createLazyRoute, useRouter } from '@tanstack/react-router'
import { useEffect, useState, type FormEvent } from 'react'
import { Card } from '../../parts/card.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { makePasskeyAt } from '../../session/make-passkey.ts'
import { sessionQuery, type SessionAnswer } from '../../session/session.ts'

const useStyles = makeStyles({
  form: { display: 'grid', rowGap: tokens.spacingVerticalM },
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
})

export const page = createLazyRoute('/enroll')({ component: Enroll })

function Enroll() {
  const styles = useStyles()
  const queries = useQueryClient()
  const router = useRouter()
  // The link's half stands behind the #, which no server sees. It goes out of the address, and so out of the history.
  const [secret] = useState(() => location.hash.slice(1))
  const [code, setCode] = useState('')
  useEffect(() => {
    document.title = 'Make your passkey · Sallyport'
    history.replaceState(history.state, '', location.pathname)
  }, [])
  const enrollment = useMutation({
    mutationFn: async (halves: { readonly secret: string; readonly code: string }) =>
      await makePasskeyAt('/api/v1/enrollment', halves),
    onSuccess: async (answer: SessionAnswer) => {
      queries.setQueryData(sessionQuery.queryKey, answer)
      await router.navigate({ to: '/', replace: true })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    enrollment.mutate({ secret, code: code.trim() })
  }
  if (secret === '') {
    return (
      <Card title="Make your passkey">
        <Nothing title="Half of the link is missing">
          Open it as it was given to you, once. If it was opened before, ask whoever gave it to you for a new one.
        </Nothing>
      </Card>
    )
  }
  return (
    <Card title="Make your passkey">
      <p className={styles.text}>
        Two people arranged this: one gave you the link, the other a code. With both, this device or security key
        becomes how you sign in.
      </p>
      <form className={styles.form} onSubmit={submit}>
        <Field label="Code" required hint="From whoever asked for your passkey">
          <Input value={code} onChange={(_, data) => setCode(data.value)} autoComplete="off" spellCheck={false} />
        </Field>
        <Button
          type="submit"
          appearance="primary"
          size="large"
          icon={<FingerprintRegular />}
          disabled={enrollment.isPending || code.trim() === ''}
        >
          Make the passkey
        </Button>
        {enrollment.error !== null && <Trouble error={enrollment.error} />}
      </form>
    </Card>
  )
}
