// Protecting files that the person chooses: one after another, each with its progress, and with what to do where it broke off.

import { Button, Field, Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useReducer, useRef, useState, type DragEvent } from 'react'
import { FileLink } from '../../parts/file-links.tsx'
import { JobProgress } from '../../parts/job-progress.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { doJob } from '../../sealing/start.ts'

const useStyles = makeStyles({
  place: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: tokens.spacingVerticalL,
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  isOver: { border: `1px dashed ${tokens.colorBrandStroke1}`, backgroundColor: tokens.colorNeutralBackground1Hover },
  chooser: { display: 'none' },
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  one: { display: 'grid', rowGap: tokens.spacingVerticalXS, paddingBlock: tokens.spacingVerticalM },
  name: { overflowWrap: 'anywhere' },
  ends: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalM },
})

type State =
  | { readonly is: 'waiting' }
  | { readonly is: 'working'; readonly doneBytes: number; readonly totalBytes: number | null }
  | { readonly is: 'protected'; readonly fileId: string }
  | { readonly is: 'stopped'; readonly error: unknown }

interface One {
  readonly key: number
  readonly content: File
  /** Name inside the vault. */
  readonly name: string
  readonly begunAs: string | null
  readonly state: State
}

type Change =
  | { readonly add: readonly One[] }
  | { readonly drop: number }
  | { readonly key: number; readonly with: Partial<Pick<One, 'state' | 'name' | 'begunAs'>> }

function change(all: readonly One[], change: Change): readonly One[] {
  if ('add' in change) return [...all, ...change.add]
  if ('drop' in change) return all.filter(({ key }) => key !== change.drop)
  return all.map((one) => (one.key === change.key ? { ...one, ...change.with } : one))
}

export function Protecting({ vaultId, folder }: { readonly vaultId: string; readonly folder: string }) {
  const styles = useStyles()
  const [all, tell] = useReducer(change, [])
  const [isOver, mark] = useState(false)
  const chooser = useRef<HTMLInputElement>(null)
  const count = useRef(0)
  const stop = useWork(vaultId, all, tell)
  const add = (files: readonly File[]) =>
    tell({
      add: files.map((content) => ({
        key: count.current++,
        content,
        name: folder + content.name,
        begunAs: null,
        state: { is: 'waiting' },
      })),
    })
  const over = (event: DragEvent, is: boolean) => {
    event.preventDefault()
    mark(is)
  }
  return (
    <>
      {/* Whoever has no pointer uses the button inside. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- a place to drop something on is no control */}
      <div
        className={mergeClasses(styles.place, isOver && styles.isOver)}
        onDragOver={(event) => over(event, true)}
        onDragLeave={(event) => over(event, false)}
        onDrop={(event) => {
          over(event, false)
          add([...event.dataTransfer.files])
        }}
      >
        <Button appearance="primary" onClick={() => chooser.current?.click()}>
          Choose files
        </Button>
        <span>or drop them here. They are sealed in this browser before anything is sent.</span>
        <input
          ref={chooser}
          className={styles.chooser}
          type="file"
          multiple
          aria-label="Files to protect"
          onChange={({ target }) => {
            add([...(target.files ?? [])])
            target.value = ''
          }}
        />
      </div>
      <ul className={styles.list} aria-label="What is being protected">
        {all.map((one) => (
          <li key={one.key} className={styles.one}>
            <OneFile
              one={one}
              onCancel={() => stop(one.key)}
              onAgain={(name) => tell({ key: one.key, with: { name, state: { is: 'waiting' } } })}
              onDrop={() => tell({ drop: one.key })}
            />
          </li>
        ))}
      </ul>
    </>
  )
}

/** Work off what waits, one at a time. Yields how to stop one. */
function useWork(vaultId: string, all: readonly One[], tell: (change: Change) => void): (key: number) => void {
  const queries = useQueryClient()
  const current = useRef<{ readonly key: number; readonly stopping: AbortController } | null>(null)
  const next = all.some(({ state }) => state.is === 'working')
    ? undefined
    : all.find(({ state }) => state.is === 'waiting')
  useEffect(() => {
    if (next === undefined || current.current !== null) return
    const { key, content, name, begunAs } = next
    const stopping = new AbortController()
    current.current = { key, stopping }
    const now = (state: State) => tell({ key, with: { state } })
    now({ is: 'working', doneBytes: 0, totalBytes: null })
    doJob(
      { kind: 'protect', content, vaultId, name, begunAs },
      {
        act: `Protected ${name}`,
        signal: stopping.signal,
        onProgress: (doneBytes, totalBytes) => now({ is: 'working', doneBytes, totalBytes }),
        onReserved: (fileId) => tell({ key, with: { begunAs: fileId } }),
      },
    )
      .then(
        (done) => now(done.state === 'protected' ? { is: 'protected', fileId: done.fileId } : { is: 'waiting' }),
        (error: unknown) => now({ is: 'stopped', error }),
      )
      .finally(() => {
        current.current = null
        void queries.invalidateQueries({ queryKey: ['files'] })
        void queries.invalidateQueries({ queryKey: ['vaults'] })
      })
  }, [next, tell, vaultId, queries])
  // Whoever leaves the page stops what is at work on it.
  useEffect(() => () => current.current?.stopping.abort(), [])
  return (key) => {
    if (current.current?.key === key) current.current.stopping.abort()
    else tell({ drop: key })
  }
}

interface OneFileProps {
  readonly one: One
  readonly onCancel: () => void
  readonly onAgain: (name: string) => void
  readonly onDrop: () => void
}

function OneFile({ one: { name, state }, onCancel, onAgain, onDrop }: OneFileProps) {
  const styles = useStyles()
  const [typed, type] = useState(name)
  if (state.is === 'protected') {
    return (
      <>
        <FileLink id={state.fileId} name={name} />
        <output>Protected: sealed here and stored by the gate.</output>
      </>
    )
  }
  if (state.is === 'stopped') {
    return (
      <>
        <span className={styles.name}>{name}</span>
        {isCancelled(state.error) ? (
          <output>Cancelled. Nothing of it is stored.</output>
        ) : (
          <Trouble error={state.error} />
        )}
        <div className={styles.ends}>
          <Field label="Name in the vault">
            <Input value={typed} onChange={(_, { value }) => type(value)} maxLength={1000} />
          </Field>
          <Button appearance="primary" onClick={() => onAgain(typed)}>
            Try again
          </Button>
          <Button onClick={onDrop}>Leave it</Button>
        </div>
      </>
    )
  }
  return (
    <>
      <span className={styles.name}>{name}</span>
      {state.is === 'waiting' ? (
        <span>
          Waits for the one before.{' '}
          <Button size="small" onClick={onCancel}>
            Leave it
          </Button>
        </span>
      ) : (
        <JobProgress
          label={`Sealing ${name}`}
          doneBytes={state.doneBytes}
          totalBytes={state.totalBytes}
          onCancel={onCancel}
        />
      )}
    </>
  )
}

function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
