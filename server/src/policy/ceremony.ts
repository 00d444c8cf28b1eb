// The founding ceremony: the one time when people and authorizations come in without the approval of others, because there
// are no others yet. It opens only while the enclave is not founded, and closing it founds the enclave for good.
// INVARIANT: I10, nothing important is created implicitly: who adds the first people holds a ceremony that somebody opened.

import { Problem } from '@sallyport/protocol'
import type { Database, Transaction } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import { foundEnclave, holdUnfounded, readEnclave, type EnclaveKind } from './enclave/store.ts'

declare const founding: unique symbol

/** The right to found: use it in as many founding acts as it takes, then close it. */
export interface FoundingCeremony {
  readonly [founding]: true
  /** Name of the enclave; founding entries carry it. */
  readonly name: string
  readonly kind: EnclaveKind
}

const open = new WeakSet<object>()

/** Open the ceremony. Throws Problem `conflict` when the enclave is founded already. */
export async function openCeremony(
  parts: { readonly database: Database },
  { name, kind }: { readonly name: string; readonly kind: EnclaveKind },
): Promise<FoundingCeremony> {
  const enclave = await readEnclave(parts.database)
  if (enclave !== null)
    throw new Problem('conflict', 'cannot open ceremony: the enclave is founded, want an empty database')
  if (name.trim() === '') throw new Problem('invalid-request', 'cannot open ceremony: it has no name, want one')
  const ceremony = Object.freeze({ name, kind }) as FoundingCeremony
  open.add(ceremony)
  return ceremony
}

/**
 * Show at the start of a founding act's transaction that its ceremony is open, and keep it so until the transaction ends.
 * Throws Problem `refused` when it was closed, was never opened, or when somebody else has founded the enclave meanwhile.
 */
export async function requireCeremony(tx: Transaction, ceremony: FoundingCeremony): Promise<void> {
  if (!open.has(ceremony)) throw refusal('it was closed or was never opened')
  if ((await holdUnfounded(tx)) !== null) throw refusal('the enclave is founded')
}

/**
 * Close the ceremony: from here on the enclave is founded, and everything takes a permit.
 * Throws Problem `refused` for a ceremony that is not open, `conflict` when another ceremony was closed first.
 */
export async function closeCeremony(
  parts: { readonly database: Database; readonly ledger: Pick<Ledger, 'appendIn'> },
  ceremony: FoundingCeremony,
): Promise<readonly Appended[]> {
  if (!open.has(ceremony)) throw refusal('it was closed or was never opened')
  const { name, kind } = ceremony
  const entries = await parts.database.transaction(async (tx) => {
    await foundEnclave(tx, name, kind)
    return await parts.ledger.appendIn(tx, [
      {
        kind: 'enclave.founded',
        actor: null,
        about: { kind: 'enclave', id: 'enclave' },
        body: { ceremony: name, kind },
      },
    ])
  })
  open.delete(ceremony)
  return entries
}

function refusal(state: string): Problem {
  return new Problem('refused', `cannot use ceremony: ${state}, want an open one`)
}
