import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { FolderRegular } from '@fluentui/react-icons/svg/folder'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { Asked } from '../../parts/asked.tsx'
import { FileLink } from '../../parts/file-links.tsx'
import { Items } from '../../parts/items.tsx'
import { Labels } from '../../parts/labels.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { sizeOf } from '../../parts/size.ts'
import { useSession } from '../../shell/routes.ts'
import { lookInto } from './folder.ts'
import { Protecting } from './protecting.tsx'
import { filesOfVaultQuery, vaultQuery, type FileOfVault } from './query.ts'

export const page = createLazyRoute('/shell/files/vaults/$vaultId')({ component: VaultPage })

const useStyles = makeStyles({
  under: { marginBottom: tokens.spacingVerticalM, overflowWrap: 'anywhere' },
  folder: { justifyContent: 'flex-start', paddingInline: 0 },
  way: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalXS },
})

function VaultPage() {
  const styles = useStyles()
  const { vaultId } = page.useParams()
  const { roles } = useSession()
  const vault = useQuery(vaultQuery(vaultId))
  const [folder, enter] = useState('')
  return (
    <Page title={vault.data?.name ?? 'Vault'} lead={vault.data?.description}>
      <Asked what="the vault" query={vault}>
        {({ labels }) => (
          <>
            {roles.includes('engineer') && (
              <Section title="Protect">
                <div className={styles.under}>
                  What you protect here is sealed under <Labels labels={labels} />
                  {folder !== '' && <> into the folder {folder.slice(0, -1)}</>}.
                </div>
                <Protecting vaultId={vaultId} folder={folder} />
              </Section>
            )}
            <FilesOfVault vaultId={vaultId} folder={folder} onEnter={enter} />
          </>
        )}
      </Asked>
    </Page>
  )
}

interface FolderProps {
  readonly vaultId: string
  readonly folder: string
  readonly onEnter: (folder: string) => void
}

function FilesOfVault({ vaultId, folder, onEnter }: FolderProps) {
  const styles = useStyles()
  const query = useInfiniteQuery(filesOfVaultQuery(vaultId))
  return (
    <Section title="Files" actions={folder !== '' && <Way folder={folder} onEnter={onEnter} />}>
      <Asked what="the files" query={query}>
        {({ pages }) => {
          const { folders, files } = lookInto(
            pages.flatMap((page) => page.files.filter(({ state }) => state !== 'deleted')),
            folder,
          )
          const more = query.hasNextPage && (
            <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              More files
            </Button>
          )
          if (folders.length + files.length === 0) {
            return (
              <>
                <Nothing title="No files here that you may see">
                  {query.hasNextPage
                    ? 'There may be some further on.'
                    : 'What is protected into this vault stands here.'}
                </Nothing>
                {more}
              </>
            )
          }
          return (
            <>
              <Items
                items={[
                  ...folders.map((name) => ({
                    key: `folder ${name}`,
                    what: (
                      <Button
                        className={styles.folder}
                        appearance="transparent"
                        icon={<FolderRegular />}
                        onClick={() => onEnter(`${folder}${name}/`)}
                      >
                        {name}
                      </Button>
                    ),
                  })),
                  ...files.map((file) => itemOf(file, folder)),
                ]}
              />
              {more}
            </>
          )
        }}
      </Asked>
    </Section>
  )
}

function itemOf({ id, name, state, labels, addedLabels, sealedBytes, protectedAt }: FileOfVault, folder: string) {
  return {
    key: id,
    what: <FileLink id={id} name={name.slice(folder.length)} />,
    more: (
      <>
        {state === 'reserved' ? 'Begun' : 'Protected'} <Moment at={protectedAt} />
        {sealedBytes !== null && ` · ${sizeOf(sealedBytes)}`}
        {state === 'reserved' && ' · not stored yet'}
      </>
    ),
    end: <Labels labels={labels} added={addedLabels} />,
  }
}

/** Where one is, and the way back. */
function Way({ folder, onEnter }: Omit<FolderProps, 'vaultId'>) {
  const styles = useStyles()
  const names = folder.slice(0, -1).split('/')
  return (
    <nav className={styles.way} aria-label="Folder">
      <Button size="small" onClick={() => onEnter('')}>
        All
      </Button>
      {names.map((name, index) => {
        const path = `${names.slice(0, index + 1).join('/')}/`
        return (
          <Button
            key={path}
            size="small"
            appearance={path === folder ? 'primary' : 'secondary'}
            aria-current={path === folder ? 'true' : undefined}
            onClick={() => onEnter(path)}
          >
            {name}
          </Button>
        )
      })}
    </nav>
  )
}
