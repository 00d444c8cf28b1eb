// Routes of what files are labelled beside their manifests. They take files that are not registered here as well, by the uuid of
// their policy: a container that was sealed straight to the enclave's key is opened here all the same.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import {
  endRescue as endRescueBody,
  reclassifyFile as reclassifyBody,
  rescueFile as rescueBody,
} from '@sallyport/protocol/api'
import { endRescue, proposeRescue, readLabelHistory, reclassifyFile } from '../files/index.ts'
import { fileRef } from './file-routes.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { naming } from './naming-people.ts'

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

  async rescueFile(gate: Gate, call: Call) {
    const wanted = rescueBody.parse(call.body)
    const fileId = fileIdOf(call)
    const { permit } = await permitted(gate, call, 'file.rescue', fileRef(fileId))
    const { requestId, needed, instead, entries } = await proposeRescue(gate.files, permit, { fileId, ...wanted })
    return { fileId, from: [...instead], approvalId: requestId, needed, receipt: await receiptOf(gate, entries) }
  },

  async endRescue(gate: Gate, call: Call) {
    const { reason } = endRescueBody.parse(call.body)
    const fileId = fileIdOf(call)
    const { permit } = await permitted(gate, call, 'file.rescue', fileRef(fileId))
    return { fileId, receipt: await receiptOf(gate, await endRescue(gate.files, permit, { fileId, reason })) }
  },

  async fileHistory(gate: Gate, call: Call) {
    const fileId = fileIdOf(call)
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' }, { kind: 'file', id: fileId })
    const { file, added, rescues } = await readLabelHistory(gate.files, permit, fileId)
    const named = await naming(gate, [
      ...(file === null ? [] : [file.protectedBy]),
      ...added.flatMap(({ changedBy, approvedBy }) => [changedBy, ...approvedBy]),
      ...rescues.flatMap(({ requestedBy, approvedBy, end }) => [
        requestedBy,
        ...approvedBy,
        ...(end === null ? [] : [end.by]),
      ]),
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
      rescues: rescues.map(
        ({ id, policySha256, instead, labels, requestedBy, approvedBy, beganAtMs, end, ...rest }) => ({
          approvalId: id,
          policySha256,
          from: [...instead],
          to: [...labels],
          at: new Date(beganAtMs).toISOString(),
          by: named(requestedBy),
          approvedBy: approvedBy.map(named),
          reason: rest.reason,
          entryId: rest.entryId,
          end:
            end === null
              ? null
              : { at: new Date(end.atMs).toISOString(), by: named(end.by), reason: end.reason, entryId: end.entryId },
        }),
      ),
    }
  },
}

function fileIdOf(call: Call): Id<'file'> {
  const id = parseId<'file'>(call.params['fileId'])
  if (id !== null) return id
  throw new Problem('invalid-request', 'cannot read file: the id is no uuid')
}
