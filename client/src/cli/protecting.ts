// What protecting a file takes from the gate: a reservation before it is sealed, and storage afterwards.

import { createReadStream } from 'node:fs'
import { parseId, parseLabel, Problem, type Id, type LabelFqn } from '@sallyport/protocol'
import { readDocument } from '../documents/index.ts'
import { call, upload, type Connection, type Outcome } from '../gate/index.ts'
import type { KasKey } from '../tdf/index.ts'
import type { SecondGate } from './split-gates.ts'

export interface Target {
  readonly connection: Connection
  /** Checks a receipt and keeps it. */
  readonly keep: (receipt: unknown) => Promise<void>
  readonly vaultId: string
  /** Names of the labels of the vault. */
  readonly labels: readonly string[]
  /** Why files are sealed under less than their documents say; undefined for nobody who asks for that. */
  readonly less: string | undefined
  /** Tell something beside the work. */
  readonly tell: (text: string) => void
  /** The gate that keys are split with; null where this gate releases them alone. */
  readonly second: SecondGate | null
  /** The profile of that gate. */
  readonly also: string | undefined
  /** For small files that are not uploaded yet. */
  readonly folder: string
  /** Begin anew whatever was cut off. */
  readonly isRestart: boolean
}

export interface Source {
  readonly path: string
  /** Name inside the vault. */
  readonly name: string
  /** Why it cannot be protected, known before anything is tried. */
  readonly fault: string | null
}

export interface Protected {
  readonly id: string
  readonly sealedBytes: number
  /** Null where an earlier run had the receipt. */
  readonly entryId: string | null
}

/** Show how far a piece of work is. */
export type Watch = <T>(
  what: string,
  work: (progress: (done: number, total: number | null) => void) => Promise<T>,
) => Promise<T>

export interface Reservation {
  readonly fileId: string
  readonly policy: { readonly uuid: Id<'policy'>; readonly labels: readonly LabelFqn[] }
  readonly key: KasKey
  readonly also: readonly KasKey[]
}

/**
 * Reserve a name in the vault; the gate says under which policy and key it is to be sealed. What the document says of itself goes along,
 * and the file is sealed under that as well.
 */
export async function reserve(target: Target, { path, name }: Source): Promise<Outcome<Reservation>> {
  const { connection, vaultId, second, less = null } = target
  const { found, fault } = await readDocument(path)
  const isUnreadable = fault !== null
  if (isUnreadable && less === null)
    throw new Problem('invalid-file', `${fault}, or --less-than-document with a reason`)
  const document = found.length > 0 || isUnreadable ? { found: [...found], isUnreadable, less } : null
  const reserved = await call(connection, 'reserveFile', { body: { vaultId, name, document } })
  if (reserved.outcome === 'refused') return reserved
  const { file, key, alsoWrapTo } = reserved.value
  if (second !== null && !alsoWrapTo.includes(second.origin)) {
    throw new Problem(
      'conflict',
      `cannot split the file with ${second.origin}: ${connection.origin} takes no such files, want it in files.alsoWrapTo there`,
    )
  }
  const uuid = parseId<'policy'>(file.id)
  const labels = file.labels.map(({ fqn }) => parseLabel(fqn)?.fqn)
  if (uuid === null || labels.length === 0 || labels.some((label) => label === undefined)) {
    throw new Problem('internal', 'cannot seal the file: the gate named no labels that can be read, want at least one')
  }
  const more = file.labels.filter(({ fqn }) => !target.labels.includes(fqn)).map(({ title }) => title)
  if (more.length > 0)
    target.tell(`${name} says more of itself than the vault does, and is sealed under: ${more.join(', ')}.`)
  const policy = { uuid, labels: labels.filter((label) => label !== undefined) }
  return {
    outcome: 'answered',
    value: { fileId: file.id, policy, key, also: second === null ? [] : [second.key] },
  }
}

/** A sealed file that waits for its upload. */
export interface Waiting {
  readonly fileId: string
  readonly sealed: string
  readonly sealedBytes: number
  /** Its digest, where an earlier run sealed it. */
  readonly sha256?: string | null
}

/** Upload a sealed file, and check that the gate signed for it. */
export async function store(
  { connection, keep }: Target,
  { fileId, sealed, sealedBytes, sha256 = null }: Waiting,
  watch: Watch,
): Promise<Outcome<Protected>> {
  const stored = await watch('Uploading', (progress) =>
    upload(connection, { fileId, size: sealedBytes, content: () => createReadStream(sealed), progress, sha256 }),
  )
  if (stored.outcome === 'refused') return stored
  await keep(stored.value.receipt)
  return { outcome: 'answered', value: { id: fileId, sealedBytes, entryId: stored.value.receipt.entryId } }
}
