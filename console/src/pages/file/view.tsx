import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { answerOf, Asked } from '../../parts/asked.tsx'
import { Facts } from '../../parts/facts.tsx'
import { VaultLink } from '../../parts/file-links.tsx'
import { Items } from '../../parts/items.tsx'
import { Labels } from '../../parts/labels.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { sizeOf } from '../../parts/size.ts'
import { labelText } from '../../parts/wording.ts'
import { useSession } from '../../shell/routes.ts'
import { vaultQuery } from '../vault/query.ts'
import { BindingTerms } from './binding.tsx'
import { Changing } from './changing.tsx'
import { DeletionWaits } from './deletion-waits.tsx'
import { Opening } from './opening.tsx'
import { copiesQuery, fileQuery, historyQuery, type FileFacts } from './query.ts'
import { Sharing } from './sharing.tsx'

export const page = createLazyRoute('/shell/files/$fileId')({ component: FilePage })

const states = { reserved: 'Begun, not stored yet', stored: 'Stored', deleted: 'Deleted' } as const

function FilePage() {
  const { fileId } = page.useParams()
  const { roles } = useSession()
  const file = useQuery(fileQuery(fileId))
  const [isEngineer, isOfficer] = [roles.includes('engineer'), roles.includes('officer')]
  const isOverseer = isOfficer || roles.includes('auditor')
  const seen = answerOf(file)
  const vault = useFoundVault(seen)
  const isChanged = isEngineer || isOfficer
  const name = seen?.name.split('/').at(-1)
  return (
    <Page
      title={name ?? 'File'}
      actions={
        <>
          {vault !== null && <VaultLink id={vault.id} name="Back to the vault" />}
          {isOverseer && (
            <Link to="/questions/files/$fileId" params={{ fileId }}>
              Who can open it
            </Link>
          )}
        </>
      }
    >
      <Asked what="the file" query={file}>
        {(file) => (
          <>
            {isEngineer && file.state === 'stored' && (
              <Section title="Open">
                <Opening file={file} />
              </Section>
            )}
            {isEngineer && !isOverseer && file.state === 'stored' && <BindingTerms fileId={fileId} />}
            <Section
              title="What it is"
              actions={isChanged && file.state === 'stored' && <Changing file={file} mayLabel={isOfficer} />}
            >
              {file.deletion !== null && <DeletionWaits deletion={file.deletion} />}
              <Facts
                facts={[
                  ['Name', file.name],
                  ...(vault === null ? [] : [['Vault', <VaultLink key="vault" {...vault} />] as const]),
                  ['State', states[file.state]],
                  ['Labels', <Labels key="labels" labels={file.labels} added={file.addedLabels} />],
                  [
                    'Protected',
                    <span key="at">
                      <Moment at={file.protectedAt} />
                      <Protector file={file} isOverseer={isOverseer} />
                    </span>,
                  ],
                  ...(file.sealedBytes === null ? [] : [['Sealed size', sizeOf(file.sealedBytes)] as const]),
                  ...(file.sha256 === null ? [] : [['SHA-256', <Digest key="digest" hex={file.sha256} />] as const]),
                ]}
              />
            </Section>
            {file.state === 'stored' && (isEngineer || isOverseer) && (
              <Sharing fileId={fileId} mayShare={isEngineer} mayEnd={isEngineer || isOfficer} />
            )}
            {isOverseer && (
              <>
                <Received fileId={fileId} />
                <History fileId={fileId} />
              </>
            )}
          </>
        )}
      </Asked>
    </Page>
  )
}

/** Null for one that one may not see: a file is shared without its vault. */
function useFoundVault(file: FileFacts | undefined): { readonly id: string; readonly name: string } | null {
  const { data } = useQuery({
    ...vaultQuery(file?.vaultId ?? ''),
    enabled: file !== undefined,
    // That it is not there for one is an answer.
    retry: false,
  })
  return file === undefined || data === undefined ? null : { id: data.id, name: data.name }
}

/** The gate names whoever protected it to overseers; whoever it was sees that it was they. */
function Protector({ file, isOverseer }: { readonly file: FileFacts; readonly isOverseer: boolean }) {
  const { person } = useSession()
  const { data } = useQuery({ ...historyQuery(file.id), enabled: isOverseer })
  if (file.protectedBy === person?.id) return <>, by you</>
  const name = data?.registered?.protectedBy.name
  return name === undefined ? null : <>, by {name}</>
}

function Digest({ hex }: { readonly hex: string }) {
  return <code style={{ overflowWrap: 'anywhere' }}>{hex}</code>
}

function Received({ fileId }: { readonly fileId: string }) {
  const copies = useQuery(copiesQuery(fileId))
  return (
    <Section title="Who received it">
      <Asked what="who received it" query={copies}>
        {({ receivers, backups }) => (
          <>
            {receivers.length === 0 ? (
              <Nothing title="Nobody received it through this gate" />
            ) : (
              <Items
                items={receivers.map(({ personId, name, opened, fetched, lastAt }) => ({
                  key: personId,
                  what: name,
                  more: (
                    <>
                      key released {times(opened)}, container fetched {times(fetched)}, last <Moment at={lastAt} />
                    </>
                  ),
                }))}
              />
            )}
            <p>
              {backups.length === 0
                ? 'No backup holds it.'
                : backups.length === 1
                  ? '1 backup holds it.'
                  : `${backups.length} backups hold it.`}
            </p>
          </>
        )}
      </Asked>
    </Section>
  )
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

function History({ fileId }: { readonly fileId: string }) {
  const history = useQuery(historyQuery(fileId))
  return (
    <Section title="What it was labelled">
      <Asked what="its labels" query={history}>
        {({ added, rescues }) => {
          const changes = [
            ...added.map(({ entryId, at, by, approvedBy, labels, reason }) => ({
              key: entryId,
              at,
              what: `Carries besides: ${listed(labels)}`,
              who: [by, ...approvedBy].map(({ name }) => name).join(', '),
              reason,
            })),
            ...rescues.map(({ entryId, at, by, approvedBy, from, to, reason }) => ({
              key: entryId,
              at,
              what: `${listed(to)} in place of ${listed(from)}`,
              who: [by, ...approvedBy].map(({ name }) => name).join(', '),
              reason,
            })),
          ].sort((a, b) => b.at.localeCompare(a.at))
          if (changes.length === 0)
            return <Nothing title="It carries what it was sealed under, and nothing was added" />
          return (
            <Items
              items={changes.map(({ key, at, what, who, reason }) => ({
                key,
                what,
                more: (
                  <>
                    <Moment at={at} />, {who}: {reason}
                  </>
                ),
              }))}
            />
          )
        }}
      </Asked>
    </Section>
  )
}

function listed(labels: readonly string[]): string {
  return labels.length === 0 ? 'none' : labels.map(labelText).join(', ')
}
