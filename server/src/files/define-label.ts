// Labels and vaults after founding. One officer makes them: neither lets anybody see anything, for that they would have to be
// assigned to the program, which takes others. What the officer decided, and on which basis, is the record.

import { Problem } from '@sallyport/protocol'
import { newId } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import type { FilesDependencies } from './dependencies.ts'
import { checkVault, classified, requireConsistent, type NewVault } from './found-labels.ts'
import {
  activeLabels,
  insertLabel,
  insertVault,
  vaultsById,
  type Dimension,
  type LabelRecord,
  type Vault,
} from './store.ts'

type Deps = Pick<FilesDependencies, 'database' | 'ledger' | 'clock' | 'random'>

export interface NewLabel {
  readonly dimension: Dimension
  readonly value: string
  readonly title: string
  /** Number of the classification record on which it stands: a jurisdiction and an item have one, nothing else has. */
  readonly record: string | null
  /** Null where the record says it all. */
  readonly basis: string | null
}

/**
 * Define a label. Throws Problem `invalid-request` for a jurisdiction or an item without a record that is in force and says the same,
 * and for an incomplete record; `conflict` for a name that is taken, `refused` for a permit that does not fit.
 */
export async function defineLabel(
  deps: Deps,
  permit: Permit<'label.define'>,
  namespace: string,
  wanted: NewLabel,
): Promise<{ readonly label: LabelRecord; readonly entries: readonly Appended[] }> {
  spendPermit(permit, 'label.define', 'enclave')
  const fqn = `https://${namespace}/attr/${wanted.dimension}/value/${wanted.value}`
  return await deps.database.transaction(async (tx) => {
    const { label, says } = await classified(tx, { ...wanted, fqn, classifiedBy: permit.actor })
    await insertLabel(tx, label)
    // A NOFORN that was unknown until now closes what carries it.
    await narrowAccess(tx)
    const entries = await deps.ledger.appendIn(tx, [
      {
        kind: 'label.defined',
        actor: permit.actor,
        about: { kind: 'label', id: label.fqn },
        body: { ...label, decision: permit.entryId, record: says },
      },
    ])
    return { label, entries }
  })
}

/**
 * Create a vault. Throws Problem `invalid-request` without a name or with a label that is not defined, `conflict` for a name
 * that is taken, `refused` for a permit that does not fit.
 */
export async function createVault(
  deps: Deps,
  permit: Permit<'vault.create'>,
  wanted: NewVault,
): Promise<{ readonly vault: Vault; readonly entries: readonly Appended[] }> {
  spendPermit(permit, 'vault.create', 'enclave')
  const id = newId<'vault'>(deps.clock, deps.random)
  const { name, description, labels } = checkVault(wanted)
  return await deps.database.transaction(async (tx) => {
    if ((await activeLabels(tx, labels)).length !== labels.length)
      throw new Problem('invalid-request', 'cannot create vault: a label is not defined, want all of them defined')
    await requireConsistent(tx, labels)
    await insertVault(tx, { id, name, description, labels })
    const [vault] = await vaultsById(tx, [id])
    if (vault === undefined) throw new Problem('internal', 'cannot create vault: no row, want the one just written')
    const entries = await deps.ledger.appendIn(tx, [
      {
        kind: 'vault.made',
        actor: permit.actor,
        about: { kind: 'vault', id },
        body: { decision: permit.entryId, name, description, labels },
      },
    ])
    return { vault, entries }
  })
}
