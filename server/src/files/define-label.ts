// Labels and vaults after founding. One officer makes them: neither lets anybody see anything, for that they would have to be
// assigned to the program, which takes others. What the officer decided, and on which basis, is the record.

import { Problem } from '@sallyport/protocol'
import { newId } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import type { FilesDependencies } from './dependencies.ts'
import { checkLabel, checkVault, requireConsistent, type NewVault } from './found-labels.ts'
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

/** Where the thing stands on the lists: a paragraph of the USML, or an ECCN. */
export type Classification = { readonly usml: string } | { readonly eccn: string }

export interface NewLabel {
  readonly dimension: Dimension
  readonly value: string
  readonly title: string
  /** An item has one; anything else may. */
  readonly classification: Classification | null
  readonly basis: string
}

/**
 * Define a label. Throws Problem `invalid-request` for an item without a classification and for an incomplete record,
 * `conflict` for a name that is taken, `refused` for a permit that does not fit.
 */
export async function defineLabel(
  deps: Deps,
  permit: Permit<'label.define'>,
  namespace: string,
  { classification, basis, ...label }: NewLabel,
): Promise<{ readonly label: LabelRecord; readonly entries: readonly Appended[] }> {
  spendPermit(permit, 'label.define', 'enclave')
  if (label.dimension === 'item' && classification === null)
    throw new Problem(
      'invalid-request',
      'cannot define label: an item is not classified, want its USML paragraph or ECCN',
    )
  const record = checkLabel({
    ...label,
    fqn: `https://${namespace}/attr/${label.dimension}/value/${label.value}`,
    basis: classification === null ? basis : `${classificationText(classification)}: ${basis}`,
    classifiedBy: permit.actor,
  })
  const entries = await deps.database.transaction(async (tx) => {
    await insertLabel(tx, record)
    // A NOFORN that was unknown until now closes what carries it.
    await narrowAccess(tx)
    return await deps.ledger.appendIn(tx, [
      {
        kind: 'label.defined',
        actor: permit.actor,
        about: { kind: 'label', id: record.fqn },
        body: { ...record, decision: permit.entryId, classification },
      },
    ])
  })
  return { label: record, entries }
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

function classificationText(classification: Classification): string {
  return 'usml' in classification ? `USML ${classification.usml}` : `ECCN ${classification.eccn}`
}
