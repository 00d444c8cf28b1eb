// Sharing a file. A share gives nobody anything: who may open a file is decided by status, labels, programs and authorizations,
// each time it is opened. It makes the file known to a colleague, or to whoever is assigned to a program when they look, and only
// while they could open it, because a name can tell what it must not. Whoever shared it, or an officer, takes that back at once.

import { Problem, type Id } from '@sallyport/protocol'
import { newId } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { holdStanding, spendListPermit, spendPermit, type ListPermit, type Permit } from '../../policy/index.ts'
import type { FilesDependencies } from '../dependencies.ts'
import { filesById, lockFile, type ProtectedFile } from '../store.ts'
import {
  addressees,
  countShares,
  endShareRow,
  insertShare,
  lockShare,
  sharesOf,
  sharesWith,
  type Addressed,
  type FileShare,
  type Recipient,
} from './store.ts'

// ATTACKER: whoever shares could bury what others share with somebody.
const mostADay = 200
const mostLive = 5_000

/** Whom the sharer means: by id, whole name or mail address, or everybody of a program. */
export type Meant = { readonly person: string } | { readonly program: string }

export interface Shared {
  readonly share: Omit<FileShare, 'sharedAtMs'>
  readonly entries: readonly Appended[]
}

/**
 * Share a stored file. Throws Problem `refused` for a permit that is not for this file; `not-found` for nobody of that name;
 * `invalid-request` for a name of several people and for oneself; `conflict` for a file that is not stored and one that is shared so
 * already; `too-many-requests` beyond 200 a day, or 5,000 that stand.
 */
export async function shareFile(
  deps: Pick<FilesDependencies, 'database' | 'ledger' | 'clock' | 'random'>,
  permit: Permit<'file.share'>,
  { fileId, meant }: { readonly fileId: Id<'file'>; readonly meant: Meant },
): Promise<Shared> {
  spendPermit(permit, 'file.share', fileId)
  const by = permit.actor
  const share = { id: newId<'share'>(deps.clock, deps.random), fileId, sharedBy: by }
  return await deps.database.transaction(async (tx) => {
    const file = await lockFile(tx, fileId)
    if (file?.state !== 'stored')
      throw new Problem('conflict', 'cannot share file: it is not stored, want a stored one')
    const recipient = recipientOf(meant, 'person' in meant ? await addressees(tx, meant.person) : [], by)
    const { live, ofToday } = await countShares(tx, by)
    if (ofToday >= mostADay || live >= mostLive) {
      throw new Problem(
        'too-many-requests',
        `cannot share file: you shared ${ofToday} today and ${live} stand, want ${mostADay} a day and ${mostLive} in all`,
      )
    }
    if (!(await insertShare(tx, { ...share, recipient }))) {
      throw new Problem('conflict', 'cannot share file: you share it so already, want another recipient')
    }
    const entries = await deps.ledger.appendIn(tx, [
      entryOf('file.shared', by, { ...share, recipient }, permit.entryId),
    ])
    return { share: { ...share, recipient }, entries }
  })
}

function recipientOf(meant: Meant, people: readonly Id<'person'>[], by: Id<'person'>): Recipient {
  if ('program' in meant) return { kind: 'program', program: meant.program }
  const [personId, second] = people
  if (personId === undefined) throw new Problem('not-found', 'cannot share file: nobody here has that name or address')
  if (second !== undefined) {
    throw new Problem('invalid-request', 'cannot share file: several have that name, want a mail address')
  }
  if (personId === by) throw new Problem('invalid-request', 'cannot share file: that is you, want somebody else')
  return { kind: 'person', personId }
}

/**
 * Take a share back at once: whoever shared, or an officer. Throws Problem `refused` for anybody else and for a permit that is not
 * for this file, `not-found` for no share of it that stands.
 */
export async function unshareFile(
  deps: Pick<FilesDependencies, 'database' | 'ledger'>,
  permit: Permit<'file.unshare'>,
  { fileId, shareId }: { readonly fileId: Id<'file'>; readonly shareId: Id<'share'> },
): Promise<readonly Appended[]> {
  spendPermit(permit, 'file.unshare', fileId)
  return await deps.database.transaction(async (tx) => {
    const share = await lockShare(tx, shareId)
    if (share?.fileId !== fileId) throw new Problem('not-found', 'cannot unshare file: no such share stands')
    // No access ends with it, so that the epoch stays: whoever shares must not be able to have every decision taken again.
    if (share.sharedBy !== permit.actor && !(await holdStanding(tx, [permit.actor], 'officer')).has(permit.actor))
      throw new Problem('refused', 'cannot unshare file: somebody else shares it, want whoever does, or an officer')
    await endShareRow(tx, shareId, permit.actor)
    return await deps.ledger.appendIn(tx, [entryOf('file.unshared', permit.actor, share, permit.entryId)])
  })
}

function entryOf(
  kind: string,
  actor: Id<'person'>,
  { id, fileId, recipient, sharedBy }: Omit<FileShare, 'sharedAtMs'>,
  decision: Id<'entry'>,
) {
  const whom = recipient.kind === 'person' ? { person: recipient.personId } : { program: recipient.program }
  return { kind, actor, about: { kind: 'file', id: fileId }, body: { share: id, with: whom, sharedBy, decision } }
}

/** Read with whom a file is shared: by whoever looks, or by everybody for whoever oversees. Throws Problem `refused`. */
export async function listShares(
  deps: Pick<FilesDependencies, 'database'>,
  permit: Permit<'file.list'>,
  { fileId, isOfAll }: { readonly fileId: Id<'file'>; readonly isOfAll: boolean },
): Promise<readonly FileShare[]> {
  spendPermit(permit, 'file.list', fileId)
  return await sharesOf(deps.database, fileId, isOfAll ? null : permit.actor)
}

/** Ids of the files that were shared with somebody, each of which is then decided. */
export async function sharedFileIds(
  deps: Pick<FilesDependencies, 'database'>,
  addressed: Addressed,
): Promise<Id<'file'>[]> {
  return [...new Set((await sharesWith(deps.database, addressed)).map(({ fileId }) => fileId))]
}

export interface SharedFile {
  readonly file: ProtectedFile
  readonly shares: readonly FileShare[]
}

/** Read the shared files that the permit names, with who shared them. Throws Problem `refused` for a permit that does not fit. */
export async function listSharedFiles(
  { database }: Pick<FilesDependencies, 'database'>,
  permit: ListPermit<'file.receive'>,
  addressed: Addressed,
): Promise<readonly SharedFile[]> {
  const files = await filesById(database, spendListPermit(permit, 'file.receive'))
  const shares = await sharesWith(database, addressed)
  return files.map((file) => ({ file, shares: shares.filter(({ fileId }) => fileId === file.id) }))
}
