// Files to the current key: the sealed half of each file's own key is sealed again under it, a batch at a time. No container is
// touched, and no key of a file changes. Whoever is cut off goes on; several at once share the work.
// INVARIANT: an erased half stays erased: a half takes the place of exactly the one that was read, whose row is locked meanwhile.

import { createHash } from 'node:crypto'
import { Problem, type Id } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
import { keysOfHalves, lockHalvesOf, replaceHalves, type SealedHalf } from '../files/index.ts'
import { currentKey, makeFileKeys } from '../keys/index.ts'
import type { Appended } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { KeyChangeDependencies } from './dependencies.ts'
import { holdGeneration } from './store.ts'

/** Where a batch begins: among the halves of one key, after one file. */
export interface MovePlace {
  readonly kid: string
  readonly after: Id<'file'>
}

export interface FilesMoved {
  /** The key that they are under now. */
  readonly kid: string
  readonly moved: number
  /** Files whose half does not open, and stays where it is. */
  readonly damaged: readonly Id<'file'>[]
  /** Where the next batch begins; null when no half was left to look at. */
  readonly next: MovePlace | null
  /** Files that are under another key now; counted in the first batch and in the last. */
  readonly left: number | null
  /** Of the ledger; none for a batch that moved nothing. */
  readonly entries: readonly Appended[]
}

const batch = 500
const mostTries = 5

/**
 * Move one batch of at most 500 files. Throws Problem `refused` for a permit that does not fit, `conflict` where no key for files
 * is in use, `unavailable` as opening does and while keys change all the time.
 */
export async function moveFiles(
  deps: KeyChangeDependencies,
  permit: Permit<'key.move'>,
  at: MovePlace | null,
): Promise<FilesMoved> {
  spendPermit(permit, 'key.move', 'enclave')
  const { database, keys } = deps
  for (let tried = 0; tried < mostTries; tried++) {
    await keys.upToDate()
    const generation = keys.generation()
    const moved = await database.transaction(async (tx) => {
      // Until this is durable no other key comes into use, and none is destroyed.
      if ((await holdGeneration(tx)) !== generation) return null
      return await moveBatch(tx, deps, permit, at)
    })
    if (moved !== null) return moved
  }
  throw new Problem('unavailable', 'cannot move files: the keys change all the time, want a quiet moment')
}

async function moveBatch(
  tx: Transaction,
  deps: KeyChangeDependencies,
  permit: Permit<'key.move'>,
  at: MovePlace | null,
): Promise<FilesMoved> {
  const { kid, others } = keysForFiles(deps)
  const { halves, next } = await lockBatch(tx, others, at)
  const { reseal } = makeFileKeys(deps.keys.provider, deps.random)
  const damaged: Id<'file'>[] = []
  const sealed = halves.flatMap(({ fileId, sealed: was, kid: by }) => {
    try {
      const now = reseal(was, fileId)
      return now === null ? [] : [{ fileId, from: was, sealed: now, by }]
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      damaged.push(fileId)
      return []
    }
  })
  const moved = new Set<string>(await replaceHalves(tx, sealed))
  const done = sealed.filter(({ fileId }) => moved.has(fileId))
  const entries = done.length === 0 ? [] : await record(tx, deps, permit, { kid, done, damaged: damaged.length })
  const isCounted = at === null || next === null
  const left = isCounted ? await countOthers(tx, kid) : null
  return { kid, moved: done.length, damaged, next, left, entries }
}

function keysForFiles({ keys }: KeyChangeDependencies): { readonly kid: string; readonly others: readonly string[] } {
  const ofFiles = keys.provider.list().filter(({ door }) => door === 'file')
  if (!ofFiles.some(({ isCurrent }) => isCurrent)) {
    throw new Problem('conflict', 'cannot move files: they have no keys of their own here, want a key for files in use')
  }
  const { kid } = currentKey(keys.provider, 'file', 'aes-256')
  const others = ofFiles.filter(({ isCurrent, isWaiting }) => !isCurrent && !isWaiting).map((key) => key.kid)
  return { kid, others: others.toSorted() }
}

type HalfOf = SealedHalf & { readonly kid: string }

/** One key's halves after the other's, in the order of their files, so that two who move lock in one order. */
async function lockBatch(
  tx: Transaction,
  kids: readonly string[],
  at: MovePlace | null,
): Promise<{ readonly halves: readonly HalfOf[]; readonly next: MovePlace | null }> {
  const halves: HalfOf[] = []
  for (const kid of kids.filter((one) => at === null || one >= at.kid)) {
    const after = kid === at?.kid ? at.after : null
    const found = await lockHalvesOf(tx, { kid, after, limit: batch - halves.length })
    halves.push(...found.map((half) => ({ ...half, kid })))
    const last = halves.at(-1)
    if (halves.length === batch && last !== undefined) return { halves, next: { kid: last.kid, after: last.fileId } }
  }
  return { halves, next: null }
}

async function countOthers(tx: Transaction, kid: string): Promise<number> {
  const { halves } = await keysOfHalves(tx)
  return [...halves].reduce((sum, [by, files]) => (by === kid ? sum : sum + files), 0)
}

/** An entry for each batch, in its transaction: which files it were stands in its digest, whatever comes after. */
async function record(
  tx: Transaction,
  { ledger }: KeyChangeDependencies,
  permit: Permit<'key.move'>,
  {
    kid,
    done,
    damaged,
  }: {
    readonly kid: string
    readonly done: readonly { readonly fileId: Id<'file'>; readonly by: string }[]
    readonly damaged: number
  },
): Promise<readonly Appended[]> {
  const ids = done.map(({ fileId }) => fileId).toSorted()
  const from = Object.fromEntries([...Map.groupBy(done, ({ by }) => by)].map(([by, files]) => [by, files.length]))
  const digest = createHash('sha256').update(ids.join('\n')).digest('hex')
  return await ledger.appendIn(tx, [
    {
      kind: 'key.files-moved',
      actor: permit.actor,
      about: { kind: 'enclave', id: 'enclave' },
      body: { kid, from, files: ids.length, digest, damaged, permit: permit.entryId },
    },
  ])
}
