// Opening a file: looked at on the page, or saved to the place that the person chooses as it is opened (through the page's memory where
// the browser knows no such thing and the file is small).

import { Button, Checkbox, makeStyles, tokens } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { GateProblem } from '../../api/index.ts'
import { JobProgress } from '../../parts/job-progress.tsx'
import { saveAs } from '../../parts/save-as.ts'
import { sizeOf } from '../../parts/size.ts'
import { Trouble } from '../../parts/trouble.tsx'
import type { Bound, Destination, OpenedTold } from '../../sealing/job.ts'
import { doJob, JobProblem } from '../../sealing/start.ts'
import { useSession } from '../../shell/routes.ts'
import { fileQuery, type FileFacts } from './query.ts'
import { Viewing } from './viewing.tsx'
import { watermarkOf } from './watermark.ts'

const useStyles = makeStyles({
  opening: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', rowGap: tokens.spacingVerticalM },
  ways: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'center' },
  bound: { display: 'grid', rowGap: tokens.spacingVerticalS, justifyItems: 'start' },
})

/** What one page holds in memory at most. */
export const inMemoryBytes = 256 * 1024 * 1024

/** What may be looked at, which is held in memory whole. */
const shownBytes = 64 * 1024 * 1024

type Way = 'view' | 'save'

/** Obligations that a view keeps: it is drawn with the watermark, and neither saved nor printed. */
const keptByView = ['watermark', 'view-only']

type State =
  | { readonly is: 'idle' }
  | { readonly is: 'working'; readonly doneBytes: number; readonly totalBytes: number | null }
  | { readonly is: 'saved'; readonly contentBytes: number }
  | { readonly is: 'stopped'; readonly error: unknown; readonly way: Way }

/** What is looked at, which stays while the content is saved as well. */
interface Shown {
  readonly content: Uint8Array<ArrayBuffer>
  readonly obligations: readonly Bound[]
  readonly at: Date
}

type PickPlace = (options: { readonly suggestedName: string }) => Promise<FileSystemFileHandle>

export function Opening({ file }: { readonly file: FileFacts }) {
  const styles = useStyles()
  const queries = useQueryClient()
  const [state, now] = useState<State>({ is: 'idle' })
  const [shown, show] = useState<Shown | null>(null)
  const stopping = useRef<AbortController | null>(null)
  useEffect(() => () => stopping.current?.abort(), [])
  const name = file.name.split('/').at(-1) ?? 'content'

  const { person, subject } = useSession()
  const shownAt = shown?.at ?? null
  const watermark = useMemo(
    () => (shownAt === null ? null : watermarkOf(person?.name ?? subject, shownAt)),
    [shownAt, person?.name, subject],
  )

  const open = async (way: Way, acknowledged: boolean) => {
    const to = way === 'view' ? ({ kind: 'memory', maxBytes: shownBytes } as const) : await placeFor(name)
    if (to === null) return
    const { signal } = (stopping.current = new AbortController())
    if (way === 'view') show(null)
    now({ is: 'working', doneBytes: 0, totalBytes: null })
    const kept = way === 'view' ? keptByView : []
    try {
      const done = await doJob(
        { kind: 'open', fileId: file.id, to, fulfilled: acknowledged ? [...kept, 'acknowledge'] : kept },
        {
          act: way === 'view' ? `Viewed ${file.name}` : `Opened ${file.name}`,
          signal,
          onProgress: (doneBytes, totalBytes) => now({ is: 'working', doneBytes, totalBytes }),
        },
      )
      if (done.state !== 'opened') return
      if (way === 'view') {
        show({ content: joined(done), obligations: done.obligations, at: new Date() })
        return now({ is: 'idle' })
      }
      handOver(done, name)
      now({ is: 'saved', contentBytes: done.contentBytes })
    } catch (error) {
      if (isCancelled(error)) return now({ is: 'idle' })
      now({ is: 'stopped', error, way })
      if (!isOverForThem(error)) return
      // Whoever may not open it any more goes on reading neither it nor what the gate said before.
      show(null)
      await queries.invalidateQueries({ queryKey: fileQuery(file.id).queryKey })
    }
  }
  const wipe = shown?.content ?? null
  // INVARIANT: what was shown is overwritten when it is closed, when another view begins, and when one leaves the page.
  useEffect(() => () => void wipe?.fill(0), [wipe])

  const toAcknowledge = state.is === 'stopped' && state.error instanceof JobProblem ? state.error.toAcknowledge : []
  return (
    <div className={styles.opening}>
      {state.is === 'working' ? (
        <JobProgress
          label={`Opening ${file.name}`}
          doneBytes={state.doneBytes}
          totalBytes={state.totalBytes}
          onCancel={() => stopping.current?.abort()}
        />
      ) : (
        <div className={styles.ways}>
          <Button appearance="primary" onClick={() => void open('view', false)}>
            View
          </Button>
          <Button onClick={() => void open('save', false)}>Save the content</Button>
          <span>It is opened in this browser. What you save lies in the clear where you put it.</span>
        </div>
      )}
      {state.is === 'saved' && (
        <output>Saved {sizeOf(state.contentBytes)}. What left here in the clear is yours to keep safe.</output>
      )}
      {toAcknowledge.length > 0 ? (
        <Acknowledging
          bounds={toAcknowledge}
          onAcknowledged={() => state.is === 'stopped' && void open(state.way, true)}
        />
      ) : (
        state.is === 'stopped' && (
          <Trouble error={state.error} wanted={state.way === 'view' ? 'view this file' : 'save this file'} />
        )
      )}
      {shown !== null && (
        <Viewing
          name={name}
          content={shown.content}
          watermark={obliges(shown, 'watermark') ? watermark : null}
          isViewOnly={obliges(shown, 'view-only')}
          onClose={() => show(null)}
        />
      )}
    </div>
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

/** Refused, and not only because this way of opening cannot keep what it is bound to. */
function isOverForThem(error: unknown): boolean {
  return (
    error instanceof GateProblem &&
    error.isRefusal &&
    !error.reasons.some(({ code }) => code === 'obligation-not-fulfillable')
  )
}

function obliges({ obligations }: { readonly obligations: readonly Bound[] }, wanted: string): boolean {
  return obligations.some(({ name }) => name === wanted)
}

/** In one piece; what it came in is overwritten. */
function joined({ content, contentBytes }: OpenedTold): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(contentBytes)
  let at = 0
  for (const piece of content ?? []) {
    all.set(new Uint8Array(piece), at)
    at += piece.byteLength
    new Uint8Array(piece).fill(0)
  }
  return all
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

function handOver({ content }: OpenedTold, name: string): void {
  if (content === null) return
  saveAs(new Blob([...content], { type: 'application/octet-stream' }), name)
}

function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
