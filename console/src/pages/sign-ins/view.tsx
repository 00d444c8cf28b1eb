import { Button, Field, Input } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ActDialog, useAsking } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useSession } from '../../shell/routes.ts'
import { nameQuery, passkeysQuery, sessionsQuery, type Session } from './query.ts'

export const page = createLazyRoute('/shell/people/$personId/sign-in')({ component: SignIns })

function SignIns() {
  const { personId } = page.useParams()
  const { roles } = useSession()
  const person = useQuery(nameQuery(personId))
  const mayEnd = roles.includes('officer') || roles.includes('administrator')
  const name = person.data?.name ?? 'Somebody'
  return (
    <Page title={`Sign-in: ${name}`}>
      {person.error !== null && <Trouble error={person.error} />}
      <p>
        <Link to="/people/$personId" params={{ personId }}>
          Their record
        </Link>
      </p>
      <Sessions personId={personId} name={name} mayEnd={mayEnd} />
      <Passkeys personId={personId} name={name} mayRemove={mayEnd} />
      {mayEnd && <Identity personId={personId} name={name} mayBind={roles.includes('administrator')} />}
    </Page>
  )
}

interface OfPerson {
  readonly personId: string
  readonly name: string
}

const methods = { passkey: 'passkey', oidc: "the organization's provider", certificate: 'certificate' } as const

function Sessions({ personId, name, mayEnd }: OfPerson & { readonly mayEnd: boolean }) {
  const sessions = useQuery(sessionsQuery(personId))
  const end = useAct({ name: 'endSessionOfPerson', done: `Ended a session of ${name}`, changes: ['sign-ins'] })
  return (
    <Section title="Sessions">
      <Asked what="sessions" query={sessions}>
        {({ sessions }) =>
          sessions.length === 0 ? (
            <Nothing title="None">They are not signed in at this gate.</Nothing>
          ) : (
            <Items
              items={sessions.map((one) => ({
                key: one.id,
                what: `${one.channel === 'browser' ? 'A browser' : 'A program'}, by ${methods[one.method]}`,
                more: <SessionFacts session={one} />,
                end: mayEnd && (
                  <Button
                    size="small"
                    disabled={end.isPending}
                    onClick={() => end.mutate({ path: { personId, sessionId: one.id } })}
                  >
                    End it now
                  </Button>
                ),
              }))}
            />
          )
        }
      </Asked>
      {end.error !== null && <Trouble error={end.error} />}
    </Section>
  )
}

function SessionFacts({ session: { startedAt, expiresAt, place, isThis } }: { readonly session: Session }) {
  return (
    <>
      Since <Moment at={startedAt} />, until <Moment at={expiresAt} /> at most, {place ?? 'from an unknown place'}
      {isThis && '; the one you use now'}
    </>
  )
}

function Passkeys({ personId, name, mayRemove }: OfPerson & { readonly mayRemove: boolean }) {
  const passkeys = useQuery(passkeysQuery(personId))
  const remove = useAct({ name: 'removePasskey', done: `Took a passkey of ${name} away`, changes: ['sign-ins'] })
  return (
    <Section title="Passkeys">
      <Asked what="passkeys" query={passkeys}>
        {({ passkeys }) =>
          passkeys.length === 0 ? (
            <Nothing title="None">
              A first one is enrolled by a link that two others arrange: <code>sallyport person enroll</code>.
            </Nothing>
          ) : (
            <Items
              items={passkeys.map(({ credentialId, isDeviceBound, registeredAt, usedAt }) => ({
                key: credentialId,
                what: isDeviceBound ? 'It cannot leave its device' : 'It is synced between devices',
                more: (
                  <>
                    Since <Moment at={registeredAt} isDay />,{' '}
                    {usedAt === null ? (
                      'never used'
                    ) : (
                      <>
                        used <Moment at={usedAt} />
                      </>
                    )}
                  </>
                ),
                end: mayRemove && (
                  <Button
                    size="small"
                    disabled={remove.isPending}
                    onClick={() => remove.mutate({ path: { personId, credentialId } })}
                  >
                    Take it away
                  </Button>
                ),
              }))}
            />
          )
        }
      </Asked>
      {remove.error !== null && <Trouble error={remove.error} />}
    </Section>
  )
}

function Identity({ personId, name, mayBind }: OfPerson & { readonly mayBind: boolean }) {
  const { asked, open, close } = useAsking<'bind' | 'unbind'>()
  return (
    <Section title="At the organization's provider">
      <p>
        A subject of the provider is bound at once while somebody is unverified or ended: those who verify them see it.
        One besides, of somebody verified, takes two others: <code>sallyport person bind</code> asks them. Taking one
        away ends what it signed in.
      </p>
      {mayBind && <Button onClick={() => open('bind')}>Bind a subject</Button>}{' '}
      <Button onClick={() => open('unbind')}>Take a subject away</Button>
      {asked === 'bind' && <Bind personId={personId} name={name} onClose={close} />}
      {asked === 'unbind' && <Unbind personId={personId} name={name} onClose={close} />}
    </Section>
  )
}

interface DialogProps extends OfPerson {
  readonly onClose: () => void
}

function Bind({ personId, name, onClose }: DialogProps) {
  const [subject, type] = useState('')
  const bind = useAct({
    name: 'bindIdentity',
    done: `Bound a subject to ${name}`,
    changes: ['sign-ins', 'people'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title={`Bind a subject to ${name}?`}
      verb="Bind it"
      isPending={bind.isPending}
      error={bind.error}
      onClose={onClose}
      onSubmit={() => bind.mutate({ path: { personId }, body: { subject } })}
    >
      <Subject value={subject} onChange={type} />
    </ActDialog>
  )
}

function Unbind({ personId, name, onClose }: DialogProps) {
  const [subject, type] = useState('')
  const unbind = useAct({
    name: 'unbindIdentity',
    done: `Took a subject of ${name} away`,
    changes: ['sign-ins', 'people'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title={`Take a subject of ${name} away?`}
      verb="Take it away now"
      isPending={unbind.isPending}
      error={unbind.error}
      onClose={onClose}
      onSubmit={() => unbind.mutate({ path: { personId }, body: { subject } })}
    >
      <Subject value={subject} onChange={type} />
    </ActDialog>
  )
}

function Subject({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }) {
  return (
    <Field label="Subject" required hint="As the tokens of the provider name it, exactly">
      <Input value={value} maxLength={255} onChange={(_, data) => onChange(data.value)} />
    </Field>
  )
}
