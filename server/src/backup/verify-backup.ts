// Reading a backup whole, without changing anything: does all of it decrypt, stand in order and agree with itself, and is the
// ledger in it the one that its checkpoint signs?

import { readFile } from 'node:fs/promises'
import { fromUtf8, Problem } from '@sallyport/protocol'
import type { Checkpoint, VerifyKey } from '@sallyport/protocol/ledger'
import { tokenOf, type TokenName } from '../keys/index.ts'
import { countRows } from './copy-text.ts'
import type { Progress } from './create-backup.ts'
import { Faulty, type BackupFault } from './fault.ts'
import type { BackupSecret } from './header.ts'
import { checkCheckpoint, checkEntries, ledgerTable, readOutside } from './ledger-rows.ts'
import {
  configurationPart,
  keystorePart,
  manifestPart,
  objectContentPart,
  objectIndexPart,
  partNames,
  readManifest,
  tablePart,
  type BackupTable,
  type Manifest,
} from './manifest.ts'
import { readIndex, readObjects, type IndexRead } from './objects-part.ts'
import { openBackup, type OpenBackup } from './open-backup.ts'
import { collect, maxListBytes, parseJson, type PartFacts } from './parts.ts'

export interface VerifyOptions {
  /** Keys that must have signed the checkpoint, known from elsewhere than the backup. */
  readonly pinnedKeys?: readonly VerifyKey[]
  /** Path of a checkpoint of this ledger that was kept outside, to say how far behind it the backup is. */
  readonly outsideCheckpoint?: string
  readonly progress?: Progress
}

export interface BackupVerdict {
  /** Null when all is well. */
  readonly fault: BackupFault | null
  /** What was read before the fault. */
  readonly parts: readonly PartFacts[]
  /** Null when not even that could be read. */
  readonly manifest: Manifest | null
  /** How the enclave was set up, without secrets; null unless all is well. */
  readonly configuration: unknown
  /** As the ledger has it; null unless all is well. */
  readonly digest: string | null
  readonly outside: OutsideCheckpoint | null
  /** The token that holds the keys, which are then not in the backup; null when they are, or before that is known. */
  readonly token: TokenName | null
}

/** A checkpoint outside, against the backup's. */
export interface OutsideCheckpoint {
  readonly size: number
  /** Entries that the outside knows of and the backup does not hold; 0 when it holds them all. */
  readonly behind: number
}

/**
 * Read a backup whole and say the first thing wrong with it. Throws Problem `not-found` or `unavailable` when the file, the key
 * file or the checkpoint outside cannot be read.
 */
export async function verifyBackup(
  path: string,
  secret: BackupSecret,
  options: VerifyOptions = {},
): Promise<BackupVerdict> {
  const seen: Seen = { parts: [], manifest: null, configuration: null }
  try {
    const backup = await openBackup(path, secret, options.progress)
    try {
      const { manifest, digest, outside, keystore } = await readVerified(backup, options, seen)
      const { parts, configuration } = seen
      return { fault: null, parts, manifest, configuration, digest, outside, token: tokenIn(keystore) }
    } finally {
      await backup.close()
    }
  } catch (error) {
    if (!(error instanceof Faulty)) throw error
    return { fault: error.fault, ...seen, configuration: null, digest: null, outside: null, token: null }
  }
}

interface Seen {
  readonly parts: PartFacts[]
  manifest: Manifest | null
  configuration: unknown
}

export interface Verified {
  readonly manifest: Manifest
  readonly digest: string
  readonly outside: OutsideCheckpoint | null
  /** The note outside, when it is of no larger tree than the backup holds. */
  readonly outsideNote: string | null
  /** Text of the keystore's file. */
  readonly keystore: string
}

/** Verify an open backup. Throws Faulty. */
export async function readVerified(
  backup: OpenBackup,
  options: VerifyOptions,
  seen: Seen = { parts: [], manifest: null, configuration: null },
): Promise<Verified> {
  const note = options.outsideCheckpoint === undefined ? null : await readNote(options.outsideCheckpoint)
  let checks: Checks | null = null
  const { digest } = await backup.read(async (name, content) => {
    if (checks === null) {
      if (name !== manifestPart) throw new Faulty('part-order', name)
      const manifest = readManifest(await collect(content, name, maxListBytes))
      seen.manifest = manifest
      checks = await startChecks(manifest, note, options)
      return
    }
    if (checks.names[seen.parts.length] !== name) throw new Faulty('part-order', name)
    await checkPart(checks, name, content, seen)
  }, seen.parts)
  const done = checks as Checks | null
  if (done === null || seen.parts.length !== done.names.length) throw new Faulty('part-order')
  const { manifest, outside, keystore } = done
  if (outside === null) return { manifest, digest, outside, outsideNote: null, keystore }
  const behind = Math.max(0, outside.size - manifest.ledger.size)
  const outsideNote = behind === 0 ? note : null
  return { manifest, digest, outside: { size: outside.size, behind }, outsideNote, keystore }
}

interface Checks {
  readonly manifest: Manifest
  readonly names: readonly string[]
  readonly tables: ReadonlyMap<string, BackupTable>
  readonly head: Checkpoint
  readonly outside: Checkpoint | null
  index: IndexRead
  keystore: string
}

async function startChecks(manifest: Manifest, note: string | null, options: VerifyOptions): Promise<Checks> {
  const tables = new Map(manifest.tables.map((table) => [tablePart(table.name), table]))
  if (!tables.has(tablePart(ledgerTable))) throw new Faulty('malformed', manifestPart)
  return {
    manifest,
    names: partNames(manifest),
    tables,
    head: await checkCheckpoint(manifest, options.pinnedKeys ?? []),
    outside: note === null ? null : await readOutside(note, manifest),
    index: { included: 0, lines: '' },
    keystore: '',
  }
}

async function checkPart(checks: Checks, name: string, content: AsyncIterable<Uint8Array>, seen: Seen): Promise<void> {
  const table = checks.tables.get(name)
  if (table !== undefined) {
    const rows =
      table.name === ledgerTable
        ? await checkEntries(content, table.columns, checks.head, checks.outside)
        : await countRows(content)
    if (rows !== table.rows) throw new Faulty('row-count', name)
  } else if (name === objectIndexPart) {
    checks.index = await readIndex(content, checks.manifest)
  } else if (name === objectContentPart) {
    await readObjects(content, checks.index, readOver)
  } else if (name === configurationPart || name === keystorePart) {
    const bytes = await collect(content, name)
    const parsed = parseJson(bytes)
    if (parsed === null) throw new Faulty('malformed', name)
    if (name === configurationPart) seen.configuration = parsed
    else checks.keystore = fromUtf8(bytes)
  }
}

function tokenIn(keystore: string): TokenName | null {
  try {
    return tokenOf(keystore)
  } catch {
    throw new Faulty('malformed', keystorePart)
  }
}

async function readOver(_: unknown, content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _piece of content);
}

async function readNote(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    const state = `${path} cannot be read${code}`
    throw new Problem('unavailable', `cannot read the checkpoint outside: ${state}, want a signed checkpoint`, {
      cause,
    })
  })
}
