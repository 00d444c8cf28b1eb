// Routes of vaults and protected files.

import { Readable } from 'node:stream'
import { parseId, Problem, toHex, type Action, type Id } from '@sallyport/protocol'
import {
  contentQuery,
  deleteFile as deleteBody,
  filesQuery,
  pageQuery,
  reserveFile as reserveBody,
  type FileShownView,
  type FileView,
} from '@sallyport/protocol/api'
import {
  fileIdsAfter,
  fileIdsNamed,
  findCopies,
  findFile,
  listFiles,
  listVaults,
  openContent,
  pageOfVaults,
  proposeDeletion,
  reserveFile,
  storeFile,
  vaultIdOf,
  vaultIdsAfter,
  type FoundFile,
  type ProtectedFile,
} from '../files/index.ts'
import { permitted, permittedList, receiptOf, refusal, requestOf, type Call, type Gate } from './gate.ts'
import { naming } from './naming-people.ts'

export const fileRoutes = {
  async vaults(gate: Gate, call: Call) {
    const { after } = pageQuery.parse(call.query)
    const [from = null] = after === undefined ? [] : await gate.cursors.open('vaults', after)
    const page = await vaultIdsAfter(gate.database, from)
    const refs = page.map(({ id }) => ({ kind: 'vault', id }) as const)
    const permit = await permittedList(gate, call, 'vault.list', refs)
    const vaults = permit === null ? [] : await listVaults(gate.files, permit)
    const last = page.length === pageOfVaults ? page.at(-1)?.name : undefined
    return { vaults, next: last === undefined ? null : await gate.cursors.seal('vaults', [last]) }
  },

  async reserveFile(gate: Gate, call: Call) {
    const { vaultId, name, document } = reserveBody.parse(call.body)
    const vault = { kind: 'vault' as const, id: vaultId as Id<'vault'> }
    const { permit } = await permitted(gate, call, 'file.protect', vault)
    const { file, key, entry } = await reserveFile(gate.files, permit, { vaultId: vault.id, name, document })
    return {
      file: show(file),
      key: { ...gate.enclave.wrappingKey, ...key },
      alsoWrapTo: gate.files.alsoWrapTo,
      receipt: await receiptOf(gate, [entry]),
    }
  },

  async storeFile(gate: Gate, call: Call) {
    const { id, vaultId } = await placeOf(gate, call, 'file.protect')
    if (!(call.body instanceof Readable)) {
      throw new Problem('unsupported-media-type', 'cannot store file: the body is no octets, want octets')
    }
    const { permit } = await permitted(gate, call, 'file.protect', { kind: 'vault', id: vaultId })
    const { file, entry } = await storeFile(gate.files, permit, id, call.body)
    return { file: show(file), receipt: await receiptOf(gate, [entry]) }
  },

  async files(gate: Gate, call: Call) {
    const { vaultId: asked, name, after } = filesQuery.parse(call.query)
    const vaultId = asked === undefined ? null : parseId<'vault'>(asked)
    if (asked !== undefined && vaultId === null) {
      throw new Problem('invalid-request', 'cannot list files: vaultId is no uuid')
    }
    const list = `files ${vaultId ?? ''}`
    const [from = null] = after === undefined ? [] : await gate.cursors.open(list, after)
    const ids =
      name === undefined
        ? await fileIdsAfter(gate.database, { vaultId, after: from as Id<'file'> | null, limit: pageSize })
        : await fileIdsNamed(gate.database, { vaultId, name, limit: pageSize })
    const permit = await permittedList(gate, call, 'file.list', ids.map(fileRef))
    const files = permit === null ? [] : await listFiles(gate.files, permit)
    const last = name === undefined && ids.length === pageSize ? ids.at(-1) : undefined
    return { files: files.map(show), next: last === undefined ? null : await gate.cursors.seal(list, [last]) }
  },

  async file(gate: Gate, call: Call) {
    const { id } = await placeOf(gate, call, 'file.list')
    const { permit } = await permitted(gate, call, 'file.list', fileRef(id))
    const found = await findFile(gate.files, permit, id)
    if (found === null) throw noSuchFile()
    return { ...show(found.file), deletion: showDeletion(found) }
  },

  async fetchFile(gate: Gate, call: Call) {
    const { from } = contentQuery.parse(call.query)
    const { id } = await placeOf(gate, call, 'file.fetch')
    const { permit } = await permitted(gate, call, 'file.fetch', fileRef(id))
    return await openContent(gate.files, permit, id, from)
  },

  async deleteFile(gate: Gate, call: Call) {
    const { reason } = deleteBody.parse(call.body)
    const { id } = await placeOf(gate, call, 'file.delete')
    const { permit } = await permitted(gate, call, 'file.delete', fileRef(id))
    const { requestId, needed, entries } = await proposeDeletion(gate.files, permit, { fileId: id, reason })
    return { approvalId: requestId, needed, receipt: await receiptOf(gate, entries) }
  },

  async fileCopies(gate: Gate, call: Call) {
    const { id } = await placeOf(gate, call, 'ledger.read')
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' }, { kind: 'file', id })
    const { receivers, backupsAtMs } = await findCopies(gate.files, permit, id)
    const named = await naming(
      gate,
      receivers.map(({ personId }) => personId),
    )
    return {
      fileId: id,
      receivers: receivers.map(({ personId, fetched, opened, lastAtMs }) => ({
        personId,
        name: named(personId).name,
        fetched,
        opened,
        lastAt: new Date(lastAtMs).toISOString(),
      })),
      backups: backupsAtMs.map((atMs) => new Date(atMs).toISOString()),
    }
  },
}

const pageSize = 500

/** A file as a resource, of which the caller brings no manifest. */
export function fileRef(id: Id<'file'>) {
  return { kind: 'file', id, presented: null } as const
}

/**
 * Find where the file of a call is, which says what decides about it. ATTACKER: somebody who is not rostered hears of a file that is not there what they would hear of one
 * that is, and it is on record like any other attempt.
 */
export async function placeOf(
  gate: Gate,
  call: Call,
  action: Action,
): Promise<{ id: Id<'file'>; vaultId: Id<'vault'> }> {
  const id = parseId<'file'>(call.params['fileId'])
  if (id === null) throw new Problem('invalid-request', 'cannot read file: the id is no uuid')
  const vaultId = await vaultIdOf(gate.database, id)
  if (vaultId !== null) return { id, vaultId }
  const decision = await gate.decisions.decide(requestOf(call, 'file.list', fileRef(id)))
  if (decision.effect === 'deny' && !decision.isRostered) throw refusal(action, decision)
  throw noSuchFile()
}

function noSuchFile(): Problem {
  return new Problem('not-found', 'cannot read file: there is none of that id')
}

function showDeletion({ deletion }: FoundFile): FileShownView['deletion'] {
  if (deletion === null) return null
  const { approvalId, requestedAtMs, expiresAtMs, isYours } = deletion
  return {
    approvalId,
    requestedAt: new Date(requestedAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
    isYours,
  }
}

export function show(file: ProtectedFile): FileView {
  const { id, vaultId, name, state, protectedBy } = file
  return {
    id,
    vaultId,
    name,
    state,
    labels: file.labels.map((one) => ({ ...one })),
    addedLabels: file.addedLabels.map((one) => ({ ...one })),
    sealedBytes: file.state === 'reserved' ? null : file.sealedBytes,
    sha256: file.state === 'reserved' ? null : toHex(file.sha256),
    protectedBy,
    protectedAt: new Date(file.protectedAtMs).toISOString(),
  }
}
