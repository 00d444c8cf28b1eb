// Labels and vaults that a founding ceremony makes, and what every label and vault must be.

import { parseLabel, Problem, type Id, type LabelFqn } from '@sallyport/protocol'
import { labelDimensions, labelSetFaults, labelSetOf, labelValueFault } from '@sallyport/protocol/markings'
import { newId, type Transaction } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { requireCeremony, type FoundingCeremony } from '../policy/index.ts'
import type { FilesDependencies } from './dependencies.ts'
import { activeLabels, insertLabel, insertVault, saidLabels, type LabelRecord } from './store.ts'

type Deps = Pick<FilesDependencies, 'database' | 'ledger' | 'clock' | 'random'>

/** What a vault is made of; all of its labels must be defined. */
export interface NewVault {
  readonly id?: Id<'vault'>
  readonly name: string
  readonly description: string
  readonly labels: readonly string[]
}

/**
 * Define labels at founding, each with the person who classified it and the basis of that decision.
 * Throws Problem `invalid-request` for a name that is no label or for a missing record, `conflict` for a name taken.
 */
export async function defineLabels(
  deps: Deps,
  ceremony: FoundingCeremony,
  labels: readonly LabelRecord[],
): Promise<readonly Appended[]> {
  const records = labels.map(checkLabel)
  return await deps.database.transaction(async (tx) => {
    await requireCeremony(tx, ceremony)
    for (const record of records) await insertLabel(tx, record)
    return await deps.ledger.appendIn(
      tx,
      records.map((record) => ({
        kind: 'label.defined',
        actor: null,
        about: { kind: 'label', id: record.fqn },
        body: { ceremony: ceremony.name, ...record },
      })),
    )
  })
}

/**
 * Make a vault at founding. Throws Problem `invalid-request` without a name or with a label that is not defined: a file in
 * such a vault could never be opened. `conflict` when its name is taken.
 */
export async function makeVault(
  deps: Deps,
  ceremony: FoundingCeremony,
  wanted: NewVault,
): Promise<{ readonly id: Id<'vault'>; readonly entries: readonly Appended[] }> {
  const id = wanted.id ?? newId<'vault'>(deps.clock, deps.random)
  const { name, labels } = checkVault(wanted)
  const entries = await deps.database.transaction(async (tx) => {
    await requireCeremony(tx, ceremony)
    if ((await activeLabels(tx, labels)).length !== labels.length) {
      throw new Problem('invalid-request', 'cannot make vault: a label is not defined, want all of them defined')
    }
    await requireConsistent(tx, labels)
    await insertVault(tx, { id, name, description: wanted.description, labels })
    return await deps.ledger.appendIn(tx, [
      {
        kind: 'vault.made',
        actor: null,
        about: { kind: 'vault', id },
        body: { ceremony: ceremony.name, name, description: wanted.description, labels },
      },
    ])
  })
  return { id, entries }
}

/** Throws Problem `invalid-request` for a vault without a name or labels. */
export function checkVault(wanted: NewVault): { name: string; description: string; labels: readonly LabelFqn[] } {
  const name = wanted.name.trim()
  if (name === '') throw new Problem('invalid-request', 'cannot make vault: it has no name, want one')
  const labels = [...new Set(wanted.labels.map(fqnOf))].sort()
  if (labels.length === 0) throw new Problem('invalid-request', 'cannot make vault: it has no labels, want one or more')
  return { name, description: wanted.description, labels }
}

/** Throws Problem `invalid-request` for labels that contradict each other, or need another that is missing. */
export async function requireConsistent(tx: Transaction, labels: readonly LabelFqn[]): Promise<void> {
  const [fault] = labelSetFaults(labelSetOf(await saidLabels(tx, labels)))
  if (fault !== undefined) throw new Problem('invalid-request', `cannot make vault: ${fault}`)
}

/** Throws Problem `invalid-request` for a name that is no label, for a value that its dimension has no place for, and for a record that is incomplete. */
export function checkLabel(label: LabelRecord): LabelRecord {
  const record = { ...label, fqn: fqnOf(label.fqn), basis: label.basis.trim(), title: label.title.trim() }
  if (!labelDimensions.includes(record.dimension) || record.value === '' || record.title === '') {
    throw new Problem('invalid-request', 'cannot define label: it is incomplete, want dimension, value and title')
  }
  const fault = labelValueFault(record)
  if (fault !== null)
    throw new Problem('invalid-request', `cannot define label ${record.dimension}/${record.value}: ${fault}`)
  if (record.basis === '') {
    throw new Problem(
      'invalid-request',
      'cannot define label: it is not classified, want the basis of its classification',
    )
  }
  return record
}

function fqnOf(text: string): LabelFqn {
  const label = parseLabel(text)
  if (label === null) throw new Problem('invalid-request', 'cannot read label: it is no attribute value name, want one')
  return label.fqn
}
