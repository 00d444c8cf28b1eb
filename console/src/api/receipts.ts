// Receipts of what was done in this browser: the ledger's word that the act is in it. Kept until the person signs out.

import { forget, keep, readAllKept } from '../session/browser-store.ts'
import type { components } from './gen/schema.ts'
import { problemFrom } from './problem.ts'
import { send } from './send.ts'

export interface KeptReceipt {
  readonly at: string
  /** What was done, in the words of the page that did it. */
  readonly act: string
  readonly receipt: components['schemas']['receipt']
}
export type Proved = components['schemas']['receiptProved']

const watchers = new Set<() => void>()

/** Keep the receipt of an answer, if it brings one. */
export async function keepReceipt(act: string, answer: unknown): Promise<void> {
  const receipt = receiptOf(answer)
  if (receipt === null) return
  const at = new Date().toISOString()
  await keep('receipts', `${at} ${receipt.entryId}`, { at, act, receipt } satisfies KeptReceipt)
  for (const watcher of watchers) watcher()
}

/** The newest first. */
export async function keptReceipts(): Promise<readonly KeptReceipt[]> {
  return (await readAllKept<KeptReceipt>('receipts')).toReversed()
}

/** Be told of each receipt that is kept. Yields how to stop. */
export function watchReceipts(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

export async function forgetReceipts(): Promise<void> {
  await forget('receipts')
  for (const watcher of watchers) watcher()
}

/** Ask the ledger to prove that the act of a receipt is in it. */
export async function proveReceipt({ receipt }: KeptReceipt): Promise<Proved> {
  const response = await send({ method: 'POST', path: '/api/v1/ledger/proofs', body: { receipt }, signal: null })
  if (!response.ok) throw await problemFrom(response)
  return (await response.json()) as Proved
}

function receiptOf(answer: unknown): KeptReceipt['receipt'] | null {
  if (typeof answer !== 'object' || answer === null) return null
  const { receipt, applied } = answer as { receipt?: unknown; applied?: unknown }
  if (typeof receipt === 'object' && receipt !== null && 'entryId' in receipt) return receipt as KeptReceipt['receipt']
  return applied === undefined ? null : receiptOf(applied)
}
