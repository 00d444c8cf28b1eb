// Trust on first use for the ledger: what the gate's ledger signs with is written down at first contact, and a gate that
// comes with other keys later is refused.

import { Problem } from '@sallyport/protocol'
import type { EnclaveView } from '@sallyport/protocol/api'
import { call, type Connection } from '../gate/index.ts'
import type { Pinned, Profile } from './profile.ts'

/**
 * Ask the gate who it is. Throws Problem conflict when its ledger is not the one that was pinned, and invalid-request when it
 * answers to another address than this one.
 */
export async function meet(connection: Connection, known: Profile | null): Promise<EnclaveView> {
  const answer = await call(connection, 'enclave', {})
  if (answer.outcome === 'refused') {
    throw new Problem('internal', 'cannot ask the gate who it is: it refused, want an answer without sign-in')
  }
  const { ledger, publicUrl } = answer.value
  // Proofs name the address that is called, and files name the gate's own; both must be the same one.
  if (URL.parse(publicUrl)?.origin !== connection.origin) {
    throw new Problem(
      'invalid-request',
      `cannot use the gate at ${connection.origin}: it calls itself ${publicUrl}, want \`sallyport login --gate ${publicUrl}\``,
    )
  }
  const pinned = known?.pinned ?? null
  if (pinned !== null && !isSameLedger(pinned, ledger)) {
    // The kind is the one noted at first contact: a real gate's place is not taken by one that calls itself a sample.
    const isAnew = known?.gate.kind === 'sample'
    const state = 'the keys of its ledger have changed since first contact'
    const officer =
      `want ${pinned.keys.join(' ')}; ask your export control officer whether they were replaced, and only then ` +
      'run `sallyport logout --forget` and sign in again'
    const advice = isAnew
      ? 'as they do when a sample enclave is founded anew, want `sallyport logout --forget` and a new sign-in'
      : officer
    throw new Problem('conflict', `cannot trust the gate at ${connection.origin}: ${state}, ${advice}`, {
      details: { pinned, found: ledger },
    })
  }
  return answer.value
}

function isSameLedger(a: Pinned, b: Pinned): boolean {
  return (
    a.origin === b.origin &&
    a.receiptKey === b.receiptKey &&
    a.keys.length === b.keys.length &&
    a.keys.every((key) => b.keys.includes(key))
  )
}
