// Reserving: the gate names the file, and with it the policy that the client must seal under.

import { fileName } from '@sallyport/protocol/api'
import { Problem, type Id } from '@sallyport/protocol'
import { newId } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { FilesDependencies, NewFileKey } from './dependencies.ts'
import { insertFileKey } from './halves/store.ts'
import { documentLabels, type PresentedDocument } from './mappings/document-labels.ts'
import { dropReservation, fileById, insertFile, type ReservedFile } from './store.ts'

export interface FileReserved {
  readonly file: ReservedFile
  /** The key that the file must be wrapped to; null where it is the enclave's. */
  readonly key: Pick<NewFileKey, 'kid' | 'publicKeyPem'> | null
  readonly entry: Appended
}

/**
 * Reserve a name in a vault for the person of the permit, under the labels that the vault has now and those that the document says of
 * itself, with a key pair for this file alone. A reservation of one's own that was never completed, or anybody's after a day, gives way to the new one.
 * Throws Problem `refused` for a permit that is not for this vault, `invalid-request` for a name that is no file name,
 * `conflict` when it is taken and for a document that says more than it can be sealed under, `not-found` without such a vault.
 */
export async function reserveFile(
  deps: ReserveDependencies,
  permit: Permit<'file.protect'>,
  wanted: Wanted,
): Promise<FileReserved> {
  spendPermit(permit, 'file.protect', wanted.vaultId)
  if (!fileName.safeParse(wanted.name).success) {
    throw new Problem('invalid-request', 'cannot reserve file: its name is not a relative path, want one')
  }
  for (let tried = 0; tried < mostTries; tried++) {
    const reserved = await reserveOnce(deps, permit, wanted)
    if (reserved !== null) return reserved
  }
  throw new Problem('unavailable', 'cannot reserve file: the keys change all the time, want a quiet moment')
}

const mostTries = 5

interface Wanted {
  readonly vaultId: Id<'vault'>
  readonly name: string
  /** What the document says of itself, where it says anything. */
  readonly document?: PresentedDocument | null
}

type ReserveDependencies = Pick<FilesDependencies, 'database' | 'ledger' | 'clock' | 'random' | 'makeFileKey'>

/** Null when another key came into use while this one's was made. */
async function reserveOnce(
  deps: ReserveDependencies,
  permit: Permit<'file.protect'>,
  { vaultId, name, document = null }: Wanted,
): Promise<FileReserved | null> {
  const by = permit.actor
  const id = newId<'file'>(deps.clock, deps.random)
  const key = await deps.makeFileKey(id)
  return await deps.database.transaction(async (tx) => {
    if (key !== null && !(await key.hold(tx))) return null
    const replaced = await dropReservation(tx, { vaultId, name, by })
    const says = document === null ? null : await documentLabels(tx, vaultId, document)
    await insertFile(tx, { id, vaultId, name, by, more: says?.more ?? [] })
    if (key !== null) await insertFileKey(tx, { fileId: id, ...key })
    const file = await fileById(tx, id)
    if (file?.state !== 'reserved')
      throw new Problem('internal', 'cannot reserve file: no row, want the one just written')
    const labels = file.labels.map((label) => label.fqn)
    const [entry] = await deps.ledger.appendIn(tx, [
      {
        kind: 'file.reserved',
        actor: by,
        about: { kind: 'file', id },
        body: {
          vaultId,
          name,
          labels,
          key: key?.kid ?? null,
          replaced,
          permit: permit.entryId,
          ...(document === null || says === null
            ? {}
            : {
                document: {
                  read: says.read.map(({ outside, state }) => ({ outside, state })),
                  isUnreadable: document.isUnreadable,
                  less: document.less,
                },
              }),
        },
      },
    ])
    if (entry === undefined) throw new Problem('unavailable', 'cannot record reservation: no entry, want one')
    return { file, key, entry }
  })
}
