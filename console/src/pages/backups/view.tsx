import { Badge } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { Asked } from '../../parts/asked.tsx'
import { backupCommands } from '../../parts/backup-commands.ts'
import { backupsQuery, dueTexts, type Backup, type Backups } from '../../parts/backups.ts'
import { Commands } from '../../parts/commands.tsx'
import { Facts } from '../../parts/facts.tsx'
import { FileLink } from '../../parts/file-links.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { sizeOf } from '../../parts/size.ts'
import { enclaveQuery } from '../../shell/enclave.ts'
import { useSession } from '../../shell/routes.ts'

export const page = createLazyRoute('/shell/backups')({ component: BackupsPage })

function BackupsPage() {
  const backups = useQuery(backupsQuery)
  return (
    <Page
      title="Backups"
      lead="What the ledger says of them. A backup is made, read again, tried and restored at the host of the gate alone: nothing of what is in one comes over the network."
    >
      <Asked what="which backups there are" query={backups}>
        {(found) => (
          <>
            <Due found={found} />
            <Newest backup={found.backups[0] ?? null} restoredAt={found.restoredAt} />
            <AtTheHost found={found} />
            <All backups={found.backups} />
          </>
        )}
      </Asked>
    </Page>
  )
}

function Due({ found: { due, everyDays, drillEveryDays } }: { readonly found: Backups }) {
  const rule = `A backup every ${days(everyDays)}, a drill every ${days(drillEveryDays)}, as configured.`
  return (
    <Section title="What is due">
      {due.length === 0 ? (
        <Nothing title="Nothing is due">{rule}</Nothing>
      ) : (
        <>
          <Items items={due.map((what) => ({ key: what, what: dueTexts[what] }))} />
          <p>{rule}</p>
        </>
      )}
    </Section>
  )
}

const days = (count: number) => (count === 1 ? 'day' : `${count.toLocaleString()} days`)

function Newest({ backup, restoredAt }: { readonly backup: Backup | null; readonly restoredAt: string | null }) {
  const restored =
    restoredAt === null ? [] : [['This enclave came back from one', <Moment key="restored" at={restoredAt} />] as const]
  if (backup === null) {
    return (
      <Section title="The newest">
        <Nothing title="No backup was made yet">Below is what to type.</Nothing>
        {restored.length > 0 && <Facts facts={restored} />}
      </Section>
    )
  }
  const { madeAt, by, path, digest, bytes, ledgerSize, objects, verifiedAt, drill, entryId } = backup
  return (
    <Section title="The newest">
      <Facts
        facts={[
          ['Made', <Made key="made" at={madeAt} by={by} />],
          ['Where', path ?? 'Not on record'],
          ['What it holds', holds({ ledgerSize, objects, bytes })],
          ['Read again', verifiedAt === null ? 'Never' : <Moment key="verified" at={verifiedAt} />],
          ['Tried by a drill', drill === null ? 'Never' : <Drilled key="drill" drill={drill} />],
          ['Digest', <code key="digest">{digest}</code>],
          [
            'Entry',
            <Link key="entry" to="/record/$entryId" params={{ entryId }}>
              In the ledger
            </Link>,
          ],
          ...restored,
        ]}
      />
    </Section>
  )
}

function Made({ at, by }: { readonly at: string; readonly by: Backup['by'] }) {
  return (
    <>
      <Moment at={at} />
      {by !== null && `, in the name of ${by.name}`}
    </>
  )
}

function Drilled({ drill: { at, seconds, behind, canary } }: { readonly drill: NonNullable<Backup['drill']> }) {
  return (
    <>
      <Moment at={at} />: restored in {seconds.toLocaleString()} s, {behind.toLocaleString()} entries behind, opened{' '}
      <FileLink id={canary} name="the canary" />
    </>
  )
}

function holds({ ledgerSize, objects: { stored, included }, bytes }: Pick<Backup, 'ledgerSize' | 'objects' | 'bytes'>) {
  const files =
    included === stored
      ? `all of ${stored.toLocaleString()} sealed files`
      : `${included.toLocaleString()} of ${stored.toLocaleString()} sealed files: copy their store as well`
  return `Ledger of ${ledgerSize.toLocaleString()} entries, ${files}; ${sizeOf(bytes)}`
}

function AtTheHost({ found }: { readonly found: Backups }) {
  const { person, roles } = useSession()
  const mayMake = roles.includes('administrator') || roles.includes('officer')
  const { data: enclave } = useQuery(enclaveQuery)
  return (
    <Section title="At the host of the gate">
      <p>
        The command line alone does these, beside the gate that serves, with the secret that seals the backup. It is
        decided for whom <code>--officer</code> names, and recorded.
      </p>
      <Commands text={backupCommands(found, mayMake ? (person?.id ?? null) : null, enclave?.kind === 'sample')} />
    </Section>
  )
}

function All({ backups }: { readonly backups: readonly Backup[] }) {
  if (backups.length < 2) return null
  return (
    <Section title="All of them">
      <Items
        items={backups.map(({ entryId, madeAt, by, path, ledgerSize, objects, bytes, verifiedAt, drill }) => ({
          key: entryId,
          what: (
            <Link to="/record/$entryId" params={{ entryId }}>
              <Made at={madeAt} by={by} />
            </Link>
          ),
          more: `${path ?? 'place not on record'} · ${holds({ ledgerSize, objects, bytes })}`,
          end: <State isDrilled={drill !== null} isVerified={verifiedAt !== null} />,
        }))}
      />
    </Section>
  )
}

function State({ isDrilled, isVerified }: { readonly isDrilled: boolean; readonly isVerified: boolean }) {
  return (
    <Badge appearance="tint" color={isDrilled ? 'success' : isVerified ? 'informative' : 'subtle'}>
      {isDrilled ? 'Tried' : isVerified ? 'Read again' : 'Not read again'}
    </Badge>
  )
}
