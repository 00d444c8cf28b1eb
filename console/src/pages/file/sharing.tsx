// With whom a file was shared, and sharing it: that makes it known to a colleague, and gives nobody anything.

import { Button, Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../../parts/act.tsx'
import { ActDialog, useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { sharesQuery } from './query.ts'

export interface SharingProps {
  readonly fileId: string
  /** Whether one's role shares files, besides seeing who did. */
  readonly mayShare: boolean
  /** Whether one's role takes a share back. */
  readonly mayEnd: boolean
}

export function Sharing({ fileId, mayShare, mayEnd }: SharingProps) {
  const shares = useQuery(sharesQuery(fileId))
  const asking = useAsking<true>()
  const end = useAct({ name: 'unshareFile', done: 'Took the share back', changes: ['files'] })
  return (
    <Section
      title="Shared with"
      actions={
        mayShare && (
          <Button size="small" onClick={() => asking.open(true)}>
            Share
          </Button>
        )
      }
    >
      <Asked what="with whom it was shared" query={shares}>
        {({ shares }) =>
          shares.length === 0 ? (
            <Nothing title="Nobody shared it">
              Sharing tells somebody of the file. Whether they may open it is decided for them, each time.
            </Nothing>
          ) : (
            <Items
              items={shares.map((one) => {
                const recipient = 'person' in one.with ? one.with.person.name : `everybody of ${one.with.program}`
                return {
                  key: one.id,
                  what: recipient,
                  more: (
                    <>
                      by {one.by.name}, <Moment at={one.at} />
                    </>
                  ),
                  end: mayEnd && (
                    <Button
                      size="small"
                      disabled={end.isPending}
                      aria-label={`Take back from ${recipient}`}
                      onClick={() => end.mutate({ path: { fileId, shareId: one.id } })}
                    >
                      Take back
                    </Button>
                  ),
                }
              })}
            />
          )
        }
      </Asked>
      {asking.asked !== null && <Share fileId={fileId} onClose={asking.close} />}
    </Section>
  )
}

function Share({ fileId, onClose }: { readonly fileId: string; readonly onClose: () => void }) {
  const [kind, setKind] = useState<'person' | 'program'>('person')
  const [whom, setWhom] = useState('')
  const act = useAct({
    name: 'shareFile',
    done: ({ with: recipient, couldOpen }) => {
      const told = 'person' in recipient ? recipient.person.name : `everybody of ${recipient.program}`
      return couldOpen === false ? `Shared with ${told}, who could not open it now` : `Shared with ${told}`
    },
    changes: ['files'],
    onDone: onClose,
  })
  const recipient = whom.trim()
  const submit = () =>
    act.mutate({
      path: { fileId },
      body: { with: kind === 'person' ? { person: recipient } : { program: recipient } },
    })
  return (
    <ActDialog
      title="Share this file"
      verb="Share"
      isPending={act.isPending || recipient === ''}
      error={act.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <RadioGroup
        value={kind}
        onChange={(_, { value }) => setKind(value as 'person' | 'program')}
        layout="horizontal"
        aria-label="With whom"
      >
        <Radio value="person" label="A person" />
        <Radio value="program" label="Everybody of a program" />
      </RadioGroup>
      <Field
        label={kind === 'person' ? 'Person' : 'Program'}
        required
        hint={kind === 'person' ? 'Their whole name or mail address' : 'Its short name, such as falcon'}
      >
        <Input value={whom} onChange={(_, data) => setWhom(data.value)} autoComplete="off" />
      </Field>
    </ActDialog>
  )
}
