import { Badge, Button, Field, Select } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { ActDialog, ReasonField, useAsking } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { askedFor } from '../../parts/wording.ts'
import { useSession } from '../../shell/routes.ts'
import { keysQuery, moveAll, type Key, type Moved } from './query.ts'

export const page = createLazyRoute('/shell/keys')({ component: Keys })

const states = { current: 'In use', waiting: 'Waits for approval', old: 'Opens what it made' } as const

/** What a key is for, in words; the door's own name where there are none. */
const purposes: Readonly<Record<string, string>> = {
  file: 'Keys of files',
  kas: 'Key access door',
  ledger: 'Checkpoints of the ledger',
  receipt: 'Receipts',
  roster: 'Personal parts of the roster',
  identity: 'Identities',
}

function Keys() {
  const keys = useQuery(keysQuery)
  const { roles } = useSession()
  const isKeeper = roles.includes('administrator')
  const { asked, open, close } = useAsking<'rotate' | { readonly kid: string }>()
  return (
    <Page
      title="Keys"
      lead="A new key and the end of an old one are asked for by an administrator and approved by an officer. Take a backup right after."
      actions={isKeeper && <Button onClick={() => open('rotate')}>New key</Button>}
    >
      <Asked what="the keys" query={keys}>
        {({ keys, filesOfTheEnclave }) => {
          const older = keys.reduce((sum, { state, files }) => sum + (state === 'old' ? (files ?? 0) : 0), 0)
          return (
            <>
              <Section title="Which there are">
                <Items
                  items={keys.map((key) => ({
                    key: key.kid,
                    what: `${purposes[key.door] ?? key.door}: ${key.algorithm}`,
                    more: <Facts of={key} />,
                    end: (
                      <>
                        <Badge appearance="tint" color={key.state === 'current' ? 'success' : 'informative'}>
                          {states[key.state]}
                        </Badge>
                        {isKeeper && key.state === 'old' && key.files === 0 && (
                          <Button size="small" aria-label={`Destroy ${key.kid}`} onClick={() => open({ kid: key.kid })}>
                            Destroy
                          </Button>
                        )}
                      </>
                    ),
                  }))}
                />
                {filesOfTheEnclave > 0 && (
                  <p>{filesOfTheEnclave.toLocaleString()} more files are wrapped to a key of the key access door.</p>
                )}
              </Section>
              {isKeeper && older > 0 && <Move older={older} />}
            </>
          )
        }}
      </Asked>
      {asked === 'rotate' && <Rotate onClose={close} />}
      {asked !== null && asked !== 'rotate' && <Destroy kid={asked.kid} onClose={close} />}
    </Page>
  )
}

function Facts({ of: { kid, madeAt, files } }: { readonly of: Key }) {
  return (
    <>
      {kid}, made <Moment at={madeAt} isDay />
      {files !== null && `, ${files.toLocaleString()} files lean on it`}
    </>
  )
}

function Move({ older }: { readonly older: number }) {
  const queries = useQueryClient()
  const [so, tell] = useState<Moved | null>(null)
  const move = useMutation({
    mutationFn: async () => await moveAll(tell),
    onSettled: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  })
  return (
    <Section title="Files under older keys">
      <p>
        {older.toLocaleString()} files lean on an older key. Moving them changes no container; an old key can end then.
      </p>
      <output>
        {so !== null && `Moved ${so.moved.toLocaleString()}, ${so.left.toLocaleString()} left.`}
        {so !== null && so.damaged.length > 0 && ` Not moved, for their key does not open: ${so.damaged.join(', ')}`}
      </output>
      {move.error !== null && <Trouble error={move.error} />}
      <Button appearance="primary" disabled={move.isPending} onClick={() => move.mutate()}>
        Move them to the current key
      </Button>
    </Section>
  )
}

function Rotate({ onClose }: { readonly onClose: () => void }) {
  const [door, choose] = useState<'file' | 'kas'>('file')
  const [reason, setReason] = useState('')
  const rotate = useAct({
    name: 'rotateKey',
    done: ({ kid, needed }) => askedFor(`the key ${kid}`, needed),
    changes: ['keys', 'approvals'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title="Ask for a new key?"
      verb="Ask an officer"
      isPending={rotate.isPending}
      error={rotate.error}
      onClose={onClose}
      onSubmit={() => rotate.mutate({ body: { door, reason } })}
    >
      <p>It is made now, and used for nothing until an officer approves it.</p>
      <Field label="What it is for">
        <Select value={door} onChange={(_, { value }) => choose(value === 'kas' ? 'kas' : 'file')}>
          <option value="file">The keys of files</option>
          <option value="kas">The key access door</option>
        </Select>
      </Field>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}

function Destroy({ kid, onClose }: { readonly kid: string; readonly onClose: () => void }) {
  const [reason, setReason] = useState('')
  const destroy = useAct({
    name: 'destroyKey',
    done: ({ needed }) => askedFor(`the end of the key ${kid}`, needed),
    changes: ['keys', 'approvals'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title={`Ask for the end of ${kid}?`}
      verb="Ask an officer"
      isPending={destroy.isPending}
      error={destroy.error}
      onClose={onClose}
      onSubmit={() => destroy.mutate({ path: { kid }, body: { reason } })}
    >
      <p>No file leans on it. Backups from before hold files that do: after this, nobody opens those any more.</p>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
