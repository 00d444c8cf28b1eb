import { Badge, Button } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { FileLink, VaultLink } from '../../parts/file-links.tsx'
import { Items } from '../../parts/items.tsx'
import { Labels } from '../../parts/labels.tsx'
import { MakingVault } from '../../parts/making-vault.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { useSession } from '../../shell/routes.ts'
import { labelsQuery } from '../file/query.ts'
import { sharedWithMeQuery, vaultsQuery } from './query.ts'

export const page = createLazyRoute('/shell/files')({ component: Files })

function Files() {
  const { roles } = useSession()
  return (
    <Page
      title="Files"
      lead="Files lie sealed in vaults. They are sealed and opened in your browser; the gate stores what it cannot read, and decides who is given a key."
    >
      <Vaults isEngineer={roles.includes('engineer')} isOfficer={roles.includes('officer')} />
      {roles.includes('engineer') && <SharedWithMe />}
    </Page>
  )
}

function Vaults({ isEngineer, isOfficer }: { readonly isEngineer: boolean; readonly isOfficer: boolean }) {
  const { asked, open, close } = useAsking<true>()
  const vaults = useInfiniteQuery(vaultsQuery)
  return (
    <Section title="Vaults" actions={isOfficer && <Button onClick={() => open(true)}>Make a vault</Button>}>
      <Asked what="the vaults" query={vaults}>
        {({ pages }) => {
          const all = pages.flatMap(({ vaults }) => vaults)
          if (all.length === 0 && !vaults.hasNextPage) {
            return (
              <Nothing title="There is no vault that you may see">
                {isEngineer
                  ? 'A vault shows once an authorization covers you, where you need one, and you are assigned to its programs. Ask an export control officer which of them is missing.'
                  : isOfficer
                    ? 'Make one, with the labels that every file in it is sealed under.'
                    : 'An officer makes one, with the labels that every file in it is sealed under.'}
              </Nothing>
            )
          }
          return (
            <>
              <Items
                items={all.map(({ id, name, description, labels, fileCount }) => ({
                  key: id,
                  what: <VaultLink id={id} name={name} />,
                  more: (
                    <>
                      {description !== '' && <>{description} </>}
                      <Labels labels={labels} />
                    </>
                  ),
                  end: <Badge appearance="tint">{counted(fileCount)}</Badge>,
                }))}
              />
              {vaults.hasNextPage && (
                <Button disabled={vaults.isFetchingNextPage} onClick={() => void vaults.fetchNextPage()}>
                  More vaults
                </Button>
              )}
            </>
          )
        }}
      </Asked>
      {asked !== null && <VaultDialog onClose={close} />}
    </Section>
  )
}

function VaultDialog({ onClose }: { readonly onClose: () => void }) {
  const labels = useQuery(labelsQuery)
  return labels.data === undefined ? null : <MakingVault labels={labels.data.labels} onClose={onClose} />
}

/** The gate counts up to a hundred. */
function counted(files: number): string {
  if (files >= 100) return '100 files or more'
  return files === 1 ? '1 file' : `${files} files`
}

function SharedWithMe() {
  const shared = useQuery(sharedWithMeQuery)
  return (
    <Section title="Shared with you">
      <Asked what="what was shared" query={shared}>
        {({ files }) =>
          files.length === 0 ? (
            <Nothing title="Nobody shared a file with you" />
          ) : (
            <Items
              items={files.map(({ file: { id, name }, shares }) => ({
                key: id,
                what: <FileLink id={id} name={name} />,
                more: shares
                  .map(({ by, program }) => (program === null ? by.name : `${by.name} (${program})`))
                  .join(', '),
              }))}
            />
          )
        }
      </Asked>
    </Section>
  )
}
