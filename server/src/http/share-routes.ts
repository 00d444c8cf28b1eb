// Routes of shares.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import { shareFile as shareBody } from '@sallyport/protocol/api'
import { listSharedFiles, listShares, shareFile, sharedFileIds, unshareFile, type Recipient } from '../files/index.ts'
import { allRecordsOf, personOf } from '../roster/index.ts'
import { fileRef, placeOf, show } from './file-routes.ts'
import { permitted, permittedList, receiptOf, type Call, type Gate } from './gate.ts'
import { naming } from './naming-people.ts'

export const shareRoutes = {
  async shareFile(gate: Gate, call: Call) {
    const { with: meant } = shareBody.parse(call.body)
    const { id } = await placeOf(gate, call, 'file.share')
    const { permit, person } = await permitted(gate, call, 'file.share', fileRef(id))
    const { share, entries } = await shareFile(gate.files, permit, { fileId: id, meant })
    const { recipient } = share
    const named = await naming(gate, recipient.kind === 'person' ? [recipient.personId] : [])
    return {
      shareId: share.id,
      with: recipientView(recipient, named),
      couldOpen: recipient.kind === 'person' ? await couldOpen(gate, id, recipient.personId, person.id) : null,
      receipt: await receiptOf(gate, entries),
    }
  },

  async fileShares(gate: Gate, call: Call) {
    const { id } = await placeOf(gate, call, 'file.list')
    const { permit, person } = await permitted(gate, call, 'file.list', fileRef(id))
    const isOfAll = person.roles.some((role) => role === 'officer' || role === 'auditor')
    const shares = await listShares(gate.files, permit, { fileId: id, isOfAll })
    const named = await naming(
      gate,
      shares.flatMap(({ sharedBy, recipient }) => [
        sharedBy,
        ...(recipient.kind === 'person' ? [recipient.personId] : []),
      ]),
    )
    return {
      fileId: id,
      shares: shares.map(({ id: shareId, recipient, sharedBy, sharedAtMs }) => ({
        id: shareId,
        with: recipientView(recipient, named),
        by: named(sharedBy),
        at: new Date(sharedAtMs).toISOString(),
      })),
    }
  },

  async unshareFile(gate: Gate, call: Call) {
    const { id } = await placeOf(gate, call, 'file.unshare')
    const shareId = parseId<'share'>(call.params['shareId'])
    if (shareId === null) throw new Problem('invalid-request', 'cannot unshare file: the id of the share is no uuid')
    const { permit } = await permitted(gate, call, 'file.unshare', fileRef(id))
    return { shareId, receipt: await receiptOf(gate, await unshareFile(gate.files, permit, { fileId: id, shareId })) }
  },

  async sharedFiles(gate: Gate, call: Call) {
    const caller = await personOf(gate.database, call.caller)
    const addressed = {
      people: caller === null ? [] : await allRecordsOf(gate.database, caller.id),
      programs: caller === null ? [] : caller.assignments.map(({ program }) => program),
    }
    const ids = await sharedFileIds(gate.files, addressed)
    const permit = await permittedList(gate, call, 'file.receive', ids.map(fileRef))
    const files = permit === null ? [] : await listSharedFiles(gate.files, permit, addressed)
    const named = await naming(
      gate,
      files.flatMap(({ shares }) => shares.map(({ sharedBy }) => sharedBy)),
    )
    return {
      files: files.map(({ file, shares }) => ({
        file: show(file),
        shares: shares.map(({ sharedBy, sharedAtMs, recipient }) => ({
          by: named(sharedBy),
          program: recipient.kind === 'program' ? recipient.program : null,
          at: new Date(sharedAtMs).toISOString(),
        })),
      })),
    }
  },
}

/**
 * Decide, on record, whether somebody could learn of a file at this moment in the United States, which is whether they could open it.
 * What comes of it is told without why: a reason could tell a status (ADR 7).
 */
async function couldOpen(
  gate: Gate,
  fileId: Id<'file'>,
  personId: Id<'person'>,
  askedBy: Id<'person'>,
): Promise<boolean> {
  const { effect } = await gate.decisions.decide({
    subject: { kind: 'person', id: personId },
    action: 'file.receive',
    resource: fileRef(fileId),
    place: { name: null, country: 'US' },
    device: 'unknown',
    door: 'share',
    evidence: { askedBy },
  })
  return effect === 'permit'
}

function recipientView(recipient: Recipient, named: (id: Id<'person'>) => { id: Id<'person'>; name: string }) {
  return recipient.kind === 'person' ? { person: named(recipient.personId) } : { program: recipient.program }
}
