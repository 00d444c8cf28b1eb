// Saving the content of a file: to the place that the person chooses as it is opened, or through the page's memory where the browser
// knows no such thing and the file is small.

import { Button, Checkbox, makeStyles, tokens } from '@fluentui/react-components'
import { useEffect, useRef, useState } from 'react'
import { JobProgress } from '../../parts/job-progress.tsx'
import { saveAs } from '../../parts/save-as.ts'
import { sizeOf } from '../../parts/size.ts'
import { Trouble } from '../../parts/trouble.tsx'
import type { Bound, Destination } from '../../sealing/job.ts'
import { doJob, JobProblem, type Done } from '../../sealing/start.ts'
import type { FileFacts } from './query.ts'

const useStyles = makeStyles({
  ways: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'center' },
  saved: { display: 'block', marginTop: tokens.spacingVerticalM },
  bound: { display: 'grid', rowGap: tokens.spacingVerticalS, justifyItems: 'start' },
})

/** What one page holds in memory at most. */
export const inMemoryBytes = 256 * 1024 * 1024

type State =
  | { readonly is: 'idle' }
  | { readonly is: 'working'; readonly doneBytes: number; readonly totalBytes: number | null }
  | { readonly is: 'saved'; readonly contentBytes: number }
  | { readonly is: 'stopped'; readonly error: unknown }

type PickPlace = (options: { readonly suggestedName: string }) => Promise<FileSystemFileHandle>

export function Opening({ file }: { readonly file: FileFacts }) {
  const styles = useStyles()
  const [state, now] = useState<State>({ is: 'idle' })
  const stopping = useRef<AbortController | null>(null)
  useEffect(() => () => stopping.current?.abort(), [])
  const name = file.name.split('/').at(-1) ?? 'content'

  const save = async (acknowledged: boolean) => {
    const to = await placeFor(name)
    if (to === null) return
    const { signal } = (stopping.current = new AbortController())
    now({ is: 'working', doneBytes: 0, totalBytes: null })
    try {
      const done = await doJob(
        { kind: 'open', fileId: file.id, to, fulfilled: acknowledged ? ['acknowledge'] : [] },
        {
          act: `Opened ${file.name}`,
          signal,
          onProgress: (doneBytes, totalBytes) => now({ is: 'working', doneBytes, totalBytes }),
        },
      )
      handOver(done, name)
      now({ is: 'saved', contentBytes: done.state === 'opened' ? done.contentBytes : 0 })
    } catch (error) {
      now(isCancelled(error) ? { is: 'idle' } : { is: 'stopped', error })
    }
  }

  const toAcknowledge = state.is === 'stopped' && state.error instanceof JobProblem ? state.error.toAcknowledge : []
  return (
    <>
      {state.is === 'working' ? (
        <JobProgress
          label={`Opening ${file.name}`}
          doneBytes={state.doneBytes}
          totalBytes={state.totalBytes}
          onCancel={() => stopping.current?.abort()}
        />
      ) : (
        <div className={styles.ways}>
          <Button appearance="primary" onClick={() => void save(false)}>
            Save the content
          </Button>
          <span>It is opened in this browser and lies in the clear where you put it.</span>
        </div>
      )}
      {state.is === 'saved' && (
        <output className={styles.saved}>
          Saved {sizeOf(state.contentBytes)}. What left here in the clear is yours to keep safe.
        </output>
      )}
      {toAcknowledge.length > 0 ? (
        <Acknowledging bounds={toAcknowledge} onAcknowledged={() => void save(true)} />
      ) : (
        state.is === 'stopped' && <Trouble error={state.error} />
      )}
    </>
  )
}

/** The words that bind whoever opens it, and that they say so. */
function Acknowledging({
  bounds,
  onAcknowledged,
}: {
  readonly bounds: readonly Bound[]
  readonly onAcknowledged: () => void
}) {
  const styles = useStyles()
  const [isRead, read] = useState(false)
  return (
    <div className={styles.bound} role="alert">
      <p>You are bound by this before you open it:</p>
      <ul>
        {bounds.map(({ name, text }) => (
          <li key={`${name} ${text}`}>{text ?? `${name}; ask an export control officer for its words`}</li>
        ))}
      </ul>
      <Checkbox
        label="I read this and acknowledge it"
        checked={isRead}
        onChange={(_, { checked }) => read(checked === true)}
      />
      <Button disabled={!isRead} onClick={onAcknowledged}>
        Acknowledge and open
      </Button>
    </div>
  )
}

/** Null when the person chose no place after all. */
async function placeFor(suggestedName: string): Promise<Destination | null> {
  const { showSaveFilePicker: pick } = globalThis as { readonly showSaveFilePicker?: PickPlace }
  if (pick === undefined) return { kind: 'memory', maxBytes: inMemoryBytes }
  try {
    return { kind: 'file', handle: await pick({ suggestedName }) }
  } catch (error) {
    if (isCancelled(error)) return null
    throw error
  }
}

function handOver(done: Done, name: string): void {
  if (done.state !== 'opened' || done.content === null) return
  saveAs(new Blob([...done.content], { type: 'application/octet-stream' }), name)
}

function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
