// What a file is sealed under besides the labels of its vault: what its document says of itself. ATTACKER: whoever protects the file says
// what stood on it. It only ever adds; what nobody mapped stops, and to seal under less takes a reason, which the entry keeps.

import { Problem, type Id } from '@sallyport/protocol'
import { labelSetFaults, labelSetOf, type FoundOutside, type ReadOutside } from '@sallyport/protocol/markings'
import type { Transaction } from '../../base/index.ts'
import { saidLabels, vaultsById } from '../store.ts'
import { meaningsOf } from './use-mappings.ts'

export interface PresentedDocument {
  readonly found: readonly FoundOutside[]
  /** Its labels cannot be read. */
  readonly isUnreadable: boolean
  /** Why it is sealed under less than it says; null for somebody who does not ask for that. */
  readonly less: string | null
}

export interface DocumentLabels {
  /** Names of labels besides those of the vault. */
  readonly more: readonly string[]
  readonly read: readonly ReadOutside[]
}

/**
 * Read what a document is to be sealed under. Throws Problem `conflict` where it carries labels that nobody mapped, that cannot be read,
 * or that contradict those of the vault, unless somebody gave a reason to seal it under less.
 */
export async function documentLabels(
  tx: Transaction,
  vaultId: Id<'vault'>,
  { found, isUnreadable, less }: PresentedDocument,
): Promise<DocumentLabels> {
  const read = await meaningsOf(tx, found)
  if (less !== null) return { more: [], read }
  const unknown = read.filter(({ state }) => state === 'unknown').map(({ outside }) => outside)
  if (isUnreadable) throw stop('its labels cannot be read')
  if (unknown.length > 0) throw stop(`it is labelled ${unknown.join(', ')}, and nobody said what that means here`)
  const [vault] = await vaultsById(tx, [vaultId])
  const own = new Set(vault?.labels.map(({ fqn }) => fqn))
  const more = [...new Set(read.flatMap(({ labels }) => labels))].filter((one) => !own.has(one)).toSorted()
  if (more.length === 0) return { more, read }
  const faults = async (names: readonly string[]) => labelSetFaults(labelSetOf(await saidLabels(tx, names)))
  const known = await faults([...own])
  const fault = (await faults([...own, ...more])).find((one) => !known.includes(one))
  if (fault !== undefined) throw stop(`what its labels mean contradicts the vault: ${fault}`)
  return { more, read }
}

function stop(state: string): Problem {
  return new Problem(
    'conflict',
    `cannot protect document: ${state}, want that put right, or a stated reason to seal it under less than it says`,
  )
}
