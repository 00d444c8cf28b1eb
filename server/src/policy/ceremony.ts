// The founding ceremony: the one time when people and authorizations come in without the approval of others, because there
// are no others yet. It opens only while the enclave is not founded, and closing it founds the enclave for good. A sample's
// lives in one process; a real one is a row that somebody wrote, and every process that takes part resumes it from there.
// INVARIANT: I10, nothing important is created implicitly: who adds the first people holds a ceremony that somebody opened.

import { parseLabel, Problem, type Id, type JsonObject } from '@sallyport/protocol'
import type { Database, Transaction } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import {
  foundEnclave,
  holdUnfounded,
  insertCeremony,
  readCeremony,
  readEnclave,
  type CeremonyRecord,
  type EnclaveKind,
} from './enclave/store.ts'

declare const founding: unique symbol

/** The right to found: use it in as many founding acts as it takes, then close it. */
export interface FoundingCeremony {
  readonly [founding]: true
  /** Name of the enclave; founding entries carry it. */
  readonly name: string
  readonly kind: EnclaveKind
}

const open = new WeakSet<object>()

/** Open the ceremony of a sample. Throws Problem `conflict` when the enclave is founded, or a real one is being founded. */
export async function openCeremony(
  parts: { readonly database: Database },
  { name }: { readonly name: string; readonly kind: 'sample' },
): Promise<FoundingCeremony> {
  if ((await readEnclave(parts.database)) !== null)
    throw new Problem('conflict', 'cannot open ceremony: the enclave is founded, want an empty database')
  if ((await readCeremony(parts.database)) !== null)
    throw new Problem('conflict', 'cannot open ceremony: a real enclave is being founded here, want an empty database')
  if (name.trim() === '') throw new Problem('invalid-request', 'cannot open ceremony: it has no name, want one')
  return made({ name, kind: 'sample' })
}

/**
 * Begin the ceremony of a real enclave: from here on this database is that enclave's or nobody's.
 * Throws Problem `conflict` when it is founded or somebody else has begun, `invalid-request` for a bad name or namespace.
 */
export async function beginCeremony(tx: Transaction, record: CeremonyRecord): Promise<FoundingCeremony> {
  const name = record.name.trim()
  if (name === '') throw new Problem('invalid-request', 'cannot begin ceremony: it has no name, want one')
  if (parseLabel(`https://${record.namespace}/attr/a/value/b`)?.namespace !== record.namespace)
    throw new Problem('invalid-request', 'cannot begin ceremony: the namespace is no host name, want one in lower case')
  if ((await holdUnfounded(tx, 'closing')) !== null)
    throw new Problem('conflict', 'cannot begin ceremony: the enclave is founded, want an empty database')
  if (!(await insertCeremony(tx, { ...record, name })))
    throw new Problem('conflict', 'cannot begin ceremony: one was begun here, want an empty database')
  return made({ name, kind: 'real' })
}

/** Resume the ceremony that was begun here. Throws Problem `conflict` when it was closed, `not-found` when there is none. */
export async function resumeCeremony(parts: { readonly database: Database }): Promise<FoundingCeremony> {
  if ((await readEnclave(parts.database)) !== null)
    throw new Problem('conflict', 'cannot resume ceremony: the enclave is founded, want one that is being founded')
  const record = await readCeremony(parts.database)
  if (record === null) throw new Problem('not-found', 'cannot resume ceremony: nobody has begun one, want one')
  return made({ name: record.name, kind: 'real' })
}

/**
 * Show at the start of a founding act's transaction that its ceremony is open, and keep it so until the transaction ends.
 * Throws Problem `refused` when it was closed, was never opened, or when somebody else has founded the enclave meanwhile.
 */
export async function requireCeremony(
  tx: Transaction,
  ceremony: FoundingCeremony,
  purpose: 'acting' | 'closing' = 'acting',
): Promise<void> {
  if (!open.has(ceremony)) throw refusal('it was closed or was never opened')
  if ((await holdUnfounded(tx, purpose)) !== null) throw refusal('the enclave is founded')
  const record = await readCeremony(tx)
  if (ceremony.kind === 'sample' && record !== null) throw refusal('a real enclave is being founded here')
  if (ceremony.kind === 'real' && record?.name !== ceremony.name) throw refusal('nobody has begun it here')
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
  const entries = await parts.database.transaction((tx) => closeCeremonyIn(tx, parts, ceremony, null))
  open.delete(ceremony)
  return entries
}

/** Close it in the caller's transaction, with who does it and what the founding's entry says besides. */
export async function closeCeremonyIn(
  tx: Transaction,
  parts: { readonly ledger: Pick<Ledger, 'appendIn'> },
  ceremony: FoundingCeremony,
  closing: { readonly actor: Id<'person'>; readonly body: JsonObject } | null,
): Promise<readonly Appended[]> {
  const { name, kind } = ceremony
  if ((await holdUnfounded(tx, 'closing')) === null) await requireCeremony(tx, ceremony, 'closing')
  await foundEnclave(tx, name, kind)
  return await parts.ledger.appendIn(tx, [
    {
      kind: 'enclave.founded',
      actor: closing?.actor ?? null,
      about: { kind: 'enclave', id: 'enclave' },
      body: { ceremony: name, kind, ...closing?.body },
    },
  ])
}

function made(fields: Pick<FoundingCeremony, 'name' | 'kind'>): FoundingCeremony {
  const ceremony = Object.freeze(fields) as FoundingCeremony
  open.add(ceremony)
  return ceremony
}

function refusal(state: string): Problem {
  return new Problem('refused', `cannot use ceremony: ${state}, want an open one`)
}
