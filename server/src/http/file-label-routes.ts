// Routes of what files are labelled beside their manifests. They take files that are not registered here as well, by the uuid of
// their policy: a container that was sealed straight to the enclave's key is opened here all the same.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import { reclassifyFile as reclassifyBody } from '@sallyport/protocol/api'
import { readLabelHistory, reclassifyFile } from '../files/index.ts'
import { fileRef } from './file-routes.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { naming } from './roster-routes.ts'

export const fileLabelRoutes = {
  async reclassifyFile(gate: Gate, call: Call) {
    const wanted = reclassifyBody.parse(call.body)
    const fileId = fileIdOf(call)
    const { permit } = await permitted(gate, call, 'file.reclassify', fileRef(fileId))
    const done = await reclassifyFile(gate.files, permit, { fileId, ...wanted })
    const { added, isRegistered, entries } = done
    return {
      fileId,
      isRegistered,
      added: [...added],
      ...(done.outcome === 'asked'
        ? { approvalId: done.requestId, needed: done.needed }
        : { approvalId: null, needed: 0 }),
      receipt: await receiptOf(gate, entries),
    }
  },

  async fileHistory(gate: Gate, call: Call) {
    const fileId = fileIdOf(call)
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' }, { kind: 'file', id: fileId })
    const { file, added } = await readLabelHistory(gate.files, permit, fileId)
    const named = await naming(gate, [
      ...(file === null ? [] : [file.protectedBy]),
      ...added.flatMap(({ changedBy, approvedBy }) => [changedBy, ...approvedBy]),
    ])
    return {
      fileId,
      registered:
        file === null
          ? null
          : {
              name: file.name,
              state: file.state,
              labels: file.labels.map((one) => ({ ...one })),
              protectedBy: named(file.protectedBy),
              protectedAt: new Date(file.protectedAtMs).toISOString(),
            },
      added: added.map(({ version, labels, changedBy, approvedBy, changedAtMs, reason, entryId }) => ({
        version,
        labels: [...labels],
        at: new Date(changedAtMs).toISOString(),
        by: named(changedBy),
        approvedBy: approvedBy.map(named),
        reason,
        entryId,
      })),
    }
  },
}

function fileIdOf(call: Call): Id<'file'> {
  const id = parseId<'file'>(call.params['fileId'])
  if (id !== null) return id
  throw new Problem('invalid-request', 'cannot read file: the id is no uuid')
}
