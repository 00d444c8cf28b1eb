import { Button, Field, Textarea, makeStyles, tokens } from '@fluentui/react-components'
import { useMutation, useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { call } from '../../api/index.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useSession } from '../../shell/routes.ts'

const useStyles = makeStyles({
  words: {
    margin: 0,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeHero800,
    lineHeight: tokens.lineHeightHero800,
  },
  text: { margin: 0, maxWidth: '40rem' },
  parts: { display: 'grid', rowGap: tokens.spacingVerticalM, justifyItems: 'start' },
  grant: { width: '100%', maxWidth: '40rem' },
})

export const page = createLazyRoute('/shell/program')({ component: Program })

function Program() {
  const { request } = page.useSearch()
  return (
    <Page title="Let a program in">
      {request === undefined ? (
        <Nothing title="No program asks">
          Run <code>sallyport sign-in</code> on your machine, and open the address that it shows.
        </Nothing>
      ) : (
        <Asking request={request} />
      )}
    </Page>
  )
}

function Asking({ request }: { readonly request: string }) {
  const styles = useStyles()
  const { person, subject } = useSession()
  const words = useQuery({ queryKey: ['words', request], queryFn: async () => await wordsOf(request) })
  const granted = useMutation({
    mutationFn: async () => await call('grantToProgram', { body: { request } }),
    onSuccess: ({ grant, port }) => {
      // To the program itself, on this machine and no other.
      if (port !== null) location.assign(`http://127.0.0.1:${port}/callback?grant=${encodeURIComponent(grant)}`)
    },
  })
  if (granted.data?.port === null) {
    return (
      <Section title="Copy this into your command line">
        <div className={styles.parts}>
          <p className={styles.text}>It is good for two minutes, once, and only for the program that asked.</p>
          <Field label="For your command line" className={styles.grant}>
            <Textarea readOnly value={granted.data.grant} rows={6} />
          </Field>
        </div>
      </Section>
    )
  }
  return (
    <Section title={`A program asks to act as ${person?.name ?? subject}`}>
      <div className={styles.parts}>
        <p className={styles.text}>Your command line shows these words too, if it is yours that asks:</p>
        <p className={styles.words}>{words.data ?? ''}</p>
        <p className={styles.text}>
          Confirm only if you started it yourself just now and the words are the same. Whoever sent you a link to this
          page would sign in as you.
        </p>
        <Button appearance="primary" disabled={granted.isPending || granted.isSuccess} onClick={() => granted.mutate()}>
          Let it in
        </Button>
        {granted.isSuccess && <output>You can go back to your command line.</output>}
        {granted.error !== null && <Trouble error={granted.error} />}
      </div>
    </Section>
  )
}

/** What the gate told the program as well. */
async function wordsOf(request: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(request)))
  const text = [...digest.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${text.slice(0, 4)}-${text.slice(4)}`.toUpperCase()
}
