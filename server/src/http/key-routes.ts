// Routes of the keys: which there are, and new ones in their place.

import type { Id } from '@sallyport/protocol'
import { moveFiles as moveBody, rotateKey as rotateBody, destroyKey as destroyBody } from '@sallyport/protocol/api'
import { listKeysInUse, moveFiles, proposeDestruction, proposeRotation } from '../key-changes/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const keyRoutes = {
  async keys(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'key.list', { kind: 'enclave' })
    const { keys, filesOfTheEnclave } = await listKeysInUse(gate.keys, permit)
    return {
      keys: keys.map(({ kid, door, algorithm, isCurrent, isWaiting, createdAtMs, files }) => ({
        kid,
        door,
        algorithm,
        state: isWaiting ? 'waiting' : isCurrent ? 'current' : 'old',
        madeAt: new Date(createdAtMs).toISOString(),
        files,
      })),
      filesOfTheEnclave,
    }
  },

  async rotateKey(gate: Gate, call: Call) {
    const wanted = rotateBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'key.rotate', { kind: 'enclave' })
    const { requestId, kid, needed, entries } = await proposeRotation(gate.keys, permit, wanted)
    return { approvalId: requestId, kid, needed, receipt: await receiptOf(gate, entries) }
  },

  async moveFiles(gate: Gate, call: Call) {
    const { at } = moveBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'key.move', { kind: 'enclave' })
    const place = at === null ? null : { kid: at.kid, after: at.after as Id<'file'> }
    const { kid, moved, damaged, next, left, entries } = await moveFiles(gate.keys, permit, place)
    const receipt = entries.length === 0 ? null : await receiptOf(gate, entries)
    return { kid, moved, damaged: [...damaged], next, left, receipt }
  },

  async destroyKey(gate: Gate, call: Call) {
    const { reason } = destroyBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'key.destroy', { kind: 'enclave' })
    const wanted = { kid: call.params['kid'] ?? '', reason }
    const { requestId, kid, needed, entries } = await proposeDestruction(gate.keys, permit, wanted)
    return { approvalId: requestId, kid, needed, receipt: await receiptOf(gate, entries) }
  },
}
