// Storing: the client uploads what it sealed. The gate cannot read the content, but it can read what the container claims,
// and stores it only if that is exactly what was reserved.
// INVARIANT: I6, nothing here touches the payload but to hash its sealed bytes.

import { parseId, Problem, toHex, type Id } from '@sallyport/protocol'
import { invalidFile, parsePolicy, readTdf, splitsOf, type KeyAccess, type RandomAccess } from '@sallyport/protocol/tdf'
import { newId } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { FilesDependencies, WrappingKey } from './dependencies.ts'
import { kidOfFile } from './halves/store.ts'
import { fileById, markStored, type ReservedFile, type StoredFile } from './store.ts'
import { giveUp } from './uploads/give-up.ts'
import { endUpload, insertUpload } from './uploads/store.ts'

export interface FileStored {
  readonly file: StoredFile
  readonly entry: Appended
}

/**
 * Store the sealed container of a reserved file. The permit is for its vault and for the person who reserved it.
 * Throws Problem `not-found` without such a file; `refused` for another permit or another person; `conflict` when it is
 * stored already or its reservation is gone; `invalid-file` unless the container is a whole TDF under the very policy that
 * was reserved, with one key access object wrapped to the key of its reservation, and besides only splits for other gates that
 * are configured; `too-large`; `unavailable` without room.
 */
export async function storeFile(
  deps: FilesDependencies,
  permit: Permit<'file.protect'>,
  fileId: Id<'file'>,
  content: AsyncIterable<Uint8Array>,
): Promise<FileStored> {
  const file = await fileById(deps.database, fileId)
  if (file === null) throw new Problem('not-found', 'cannot store file: it is not reserved, want a reservation')
  spendPermit(permit, 'file.protect', file.vaultId)
  if (file.protectedBy !== permit.actor) {
    throw new Problem('refused', 'cannot store file: somebody else reserved it, want your own reservation')
  }
  if (file.state !== 'reserved') throw new Problem('conflict', 'cannot store file: it is stored, want a reservation')
  const own = await kidOfFile(deps.database, fileId)
  const wanted = (await deps.wrappingKeys()).map((key) =>
    own === null ? key : { url: key.url, kid: own, algorithm: 'ec:secp256r1' },
  )
  // A place of its own for every upload, so that two uploads of one file never write to one place.
  const objectKey = newId<'object'>(deps.clock, deps.random)
  await insertUpload(deps.database, objectKey)
  try {
    const stored = await deps.objects.put(objectKey, content, {
      maxBytes: deps.maxSealedBytes,
      check: (source) => checkContainer(source, file, wanted, deps.alsoWrapTo),
    })
    return await record(deps, permit, { ...stored, objectKey, file })
  } catch (error) {
    // Where the commit was lost on the way back, the object is in use and its row is gone; then it stays. Whatever cannot be said or
    // removed now, `removeForgotten` finds later.
    await giveUp(deps, objectKey).catch(() => undefined)
    throw error
  }
}

async function record(
  deps: FilesDependencies,
  permit: Permit<'file.protect'>,
  { file, ...stored }: { file: ReservedFile; bytes: number; sha256: Uint8Array; objectKey: string },
): Promise<FileStored> {
  return await deps.database.transaction(async (tx) => {
    // INVARIANT: an object is stored or given up, never both; the row of its upload is where that is settled.
    if (!(await endUpload(tx, stored.objectKey))) {
      throw new Problem('unavailable', 'cannot store file: its upload was given up, want another upload')
    }
    await markStored(tx, { ...stored, id: file.id, by: permit.actor, sealedBytes: stored.bytes })
    const [entry] = await deps.ledger.appendIn(tx, [
      {
        kind: 'file.stored',
        actor: permit.actor,
        about: { kind: 'file', id: file.id },
        body: {
          vaultId: file.vaultId,
          name: file.name,
          labels: file.labels.map((label) => label.fqn),
          sealedBytes: stored.bytes,
          sha256: toHex(stored.sha256),
          permit: permit.entryId,
        },
      },
    ])
    const now = await fileById(tx, file.id)
    if (entry === undefined || now?.state !== 'stored') {
      throw new Problem('unavailable', 'cannot record storage: no entry or no row, want both')
    }
    return { file: now, entry }
  })
}

/** ATTACKER: the container is whatever somebody uploaded. */
async function checkContainer(
  source: RandomAccess,
  file: ReservedFile,
  wrappingKeys: readonly WrappingKey[],
  alsoWrapTo: readonly string[],
): Promise<void> {
  const { manifest } = await readTdf(source)
  const policy = parsePolicy(manifest.policy)
  if (parseId<'file'>(policy.uuid) !== file.id) throw invalidFile('its policy names another file', 'the reserved id')
  if (policy.dissem.length > 0) throw invalidFile('its policy names people', 'labels alone')
  const presented = new Set<string>(policy.labels.map((label) => label.fqn))
  const reserved = new Set(file.labels.map((label) => label.fqn))
  if (presented.size !== reserved.size || [...presented].some((label) => !reserved.has(label))) {
    throw invalidFile('its policy has other labels', 'those of the reservation')
  }
  checkSplits(manifest.keyAccess, wrappingKeys, alsoWrapTo)
}

/**
 * INVARIANT: nobody opens a stored file past this gate. Objects of one split are alternatives, of which one is enough, so that
 * every split has one; and of those, one is this gate's own.
 */
function checkSplits(
  keyAccess: readonly KeyAccess[],
  wrappingKeys: readonly WrappingKey[],
  alsoWrapTo: readonly string[],
): void {
  if (splitsOf(keyAccess).size !== keyAccess.length) {
    throw invalidFile('it has several key access objects for one split', 'one for each')
  }
  const isOwn = (access: KeyAccess) => wrappingKeys.some((key) => isWrappedTo(access, key))
  if (!keyAccess.some(isOwn))
    throw invalidFile('its key is wrapped to something else', 'the key that it was reserved with')
  const foreign = keyAccess.filter((access) => !isOwn(access))
  if (foreign.some(({ type }) => type === 'other'))
    throw invalidFile('a share is wrapped in an unknown way', 'rsa or ec')
  const others = foreign.map(({ url }) => URL.parse(url)?.origin ?? 'no gate')
  const unlisted = others.find((origin) => !alsoWrapTo.includes(origin))
  if (unlisted !== undefined) {
    throw invalidFile(`its key is split with ${unlisted}`, 'this gate alone, or gates of its `files.alsoWrapTo`')
  }
  if (others.length + 1 !== keyAccess.length || new Set(others).size !== others.length) {
    throw invalidFile('its key is split with one gate twice', 'each gate once')
  }
}

function isWrappedTo(access: KeyAccess, key: WrappingKey): boolean {
  if (access.kid !== key.kid || access.url !== key.url) return false
  if (access.type === 'ec-wrapped') return key.algorithm === 'ec:secp256r1' && access.curve === 'P-256'
  return access.type === 'wrapped' && key.algorithm === `rsa:${access.modulusBits}`
}
