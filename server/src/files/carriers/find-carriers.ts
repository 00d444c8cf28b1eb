// What stands on a classification record: the labels of its line, the vaults that have them, and the files to which they were added.

import type { Id } from '@sallyport/protocol'
import { spendPermit, type Permit } from '../../policy/index.ts'
import type { FilesDependencies } from '../dependencies.ts'
import { filesWithAdded, labelsOfLine, vaultsCarrying, type CarryingVault, type StandingLabel } from './store.ts'

/** What is told of each. */
const mostCarriers = 500

export interface Carriers {
  /** What carries one that does not mean its own name is to be reclassified. */
  readonly labels: readonly StandingLabel[]
  readonly vaults: readonly CarryingVault[]
  readonly filesWithAdded: readonly Id<'file'>[]
}

/** Find what stands on any record of the line of this one, at most 500 of each. Throws Problem `refused` for a permit that does not fit. */
export async function findCarriers(
  { database }: Pick<FilesDependencies, 'database'>,
  permit: Permit<'classification.list'>,
  id: Id<'classification'>,
): Promise<Carriers> {
  spendPermit(permit, 'classification.list', 'enclave')
  const labels = await labelsOfLine(database, id, mostCarriers)
  const fqns = labels.map(({ fqn }) => fqn)
  return {
    labels,
    vaults: await vaultsCarrying(database, fqns, mostCarriers),
    filesWithAdded: await filesWithAdded(database, fqns, mostCarriers),
  }
}
