// The founders: who enrolled as what, who attested whom, and attesting another.

import { Badge, Button, Field, makeStyles, Textarea, tokens } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../api/index.ts'
import { ActDialog, useAsking } from '../../parts/act-dialog.tsx'
import { Items } from '../../parts/items.tsx'
import { usPersonGrounds } from '../../parts/person-grounds.ts'
import { foundingQuery, type Founder, type Founding } from './query.ts'

const useStyles = makeStyles({
  identity: { overflowWrap: 'anywhere' },
  text: { margin: 0 },
  end: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
})

export function Founders({ founding: { founders, you } }: { readonly founding: Founding }) {
  const styles = useStyles()
  const attesting = useAsking<Founder>()
  const me = founders.find(({ id }) => id === you)
  return (
    <>
      <Items
        items={founders.map((one) => ({
          key: one.id,
          what: (
            <>
              {one.name}
              {one.id === you && ' (you)'}, {one.official ? `${one.role} and empowered official` : one.role}
            </>
          ),
          more: (
            <span className={styles.identity}>
              {usPersonGrounds[one.basis]}, {one.evidence} ·{' '}
              {one.identity === null ? 'has not enrolled' : `enrolled as ${signInOf(one.identity)}`}
              {one.attestedBy.length > 0 && <> · attested by {one.attestedBy.join(', ')}</>}
            </span>
          ),
          end: (
            <span className={styles.end}>
              {one.identity !== null && one.id !== you && !one.attestedBy.includes(me?.name ?? '') && (
                <Button size="small" aria-label={`Attest ${one.name}`} onClick={() => attesting.open(one)}>
                  Attest
                </Button>
              )}
              <State founder={one} />
            </span>
          ),
        }))}
      />
      {attesting.asked !== null && <Attesting founder={attesting.asked} onClose={attesting.close} />}
    </>
  )
}

function State({ founder: { identity, attestedBy } }: { readonly founder: Founder }) {
  if (identity === null) return <Badge appearance="tint">Waits for enrollment</Badge>
  if (attestedBy.length === 0) {
    return (
      <Badge appearance="tint" color="warning">
        Waits for attestation
      </Badge>
    )
  }
  return (
    <Badge appearance="tint" color="success">
      Attested
    </Badge>
  )
}

function Attesting({ founder, onClose }: { readonly founder: Founder; readonly onClose: () => void }) {
  const styles = useStyles()
  const queries = useQueryClient()
  const [statement, say] = useState('')
  const attestation = useMutation({
    mutationFn: async () =>
      await call(
        'attestFounder',
        { body: { founderId: founder.id, statement: statement.trim() } },
        () => `Attested ${founder.name}`,
      ),
    onSuccess: ({ founding }) => {
      queries.setQueryData(foundingQuery.queryKey, founding)
      onClose()
    },
  })
  return (
    <ActDialog
      title={`Attest ${founder.name}`}
      verb="Attest"
      isPending={attestation.isPending || statement.trim() === ''}
      error={attestation.error}
      onSubmit={() => attestation.mutate()}
      onClose={onClose}
    >
      <p className={styles.text}>
        You say that it is {founder.name} who enrolled as{' '}
        {founder.identity === null ? 'nobody' : signInOf(founder.identity)}, and that they are a{' '}
        {usPersonGrounds[founder.basis]} by what you saw of {founder.evidence}. It stands in the ledger under your name,
        and is what verifies them.
      </p>
      <Field label="What you attest, in your own words" required>
        <Textarea value={statement} onChange={(_, data) => say(data.value)} maxLength={500} rows={2} />
      </Field>
    </ActDialog>
  )
}

/** What founders compare with each other: of a passkey the end of its id is enough. */
function signInOf({ issuer, subject }: NonNullable<Founder['identity']>): string {
  return issuer === 'urn:sallyport:passkey'
    ? `a passkey that ends with ${subject.slice(-6)}`
    : `${subject} of ${issuer}`
}
