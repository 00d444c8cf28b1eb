// Labels and vaults that a founding ceremony makes, and what every label and vault must be.

import { parseLabel, Problem, type Id, type LabelFqn } from '@sallyport/protocol'
import { labelDimensions, labelSetFaults, labelSetOf, labelValueFault } from '@sallyport/protocol/markings'
import { newId, type Transaction } from '../base/index.ts'
import { standOn } from '../classifications/index.ts'
import type { Appended, EntryDraft } from '../ledger/index.ts'
import { requireCeremony, type FoundingCeremony } from '../policy/index.ts'
import type { FilesDependencies } from './dependencies.ts'
import { activeLabels, insertLabel, insertVault, saidLabels, type Dimension, type LabelRecord } from './store.ts'

type Deps = Pick<FilesDependencies, 'database' | 'ledger' | 'clock' | 'random'>

/** What a vault is made of; all of its labels must be defined. */
export interface NewVault {
  readonly id?: Id<'vault'>
  readonly name: string
  readonly description: string
  readonly labels: readonly string[]
}

/** A label as somebody defines it. */
export interface WantedLabel {
  readonly fqn: string
  readonly dimension: Dimension
  readonly value: string
  readonly title: string
  readonly classifiedBy: Id<'person'>
  /** Number of the classification record on which it stands. */
  readonly record: string | null
  readonly basis: string | null
}

/**
 * Define labels at founding, each with the person who classified it and the basis of that decision. Throws Problem `invalid-request`
 * for a name that is no label, for a missing basis or record, and for a record that is not in force or says otherwise; `conflict` for
 * a name taken.
 */
export async function defineLabels(
  deps: Deps,
  ceremony: FoundingCeremony,
  labels: readonly WantedLabel[],
): Promise<readonly Appended[]> {
  return await deps.database.transaction(async (tx) => {
    await requireCeremony(tx, ceremony)
    const drafts: EntryDraft[] = []
    for (const wanted of labels) {
      const { label, says } = await classified(tx, wanted)
      await insertLabel(tx, label)
      const body = { ceremony: ceremony.name, ...label, record: says }
      drafts.push({ kind: 'label.defined', actor: null, about: { kind: 'label', id: label.fqn }, body })
    }
    return await deps.ledger.appendIn(tx, drafts)
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

/**
 * INVARIANT: no label of a jurisdiction or an item without a record that is in force and says the same; `says` is what it says.
 * Throws Problem `invalid-request` for a label that is none, that is incomplete, or that names a record where it is about something else.
 */
export async function classified(
  tx: Transaction,
  { record, ...wanted }: WantedLabel,
): Promise<{ readonly label: LabelRecord; readonly says: { number: string; says: string } | null }> {
  const label = { ...wanted, fqn: fqnOf(wanted.fqn), title: wanted.title.trim(), basis: (wanted.basis ?? '').trim() }
  const { dimension, value } = label
  if (!labelDimensions.includes(dimension) || value === '' || label.title === '')
    throw undefinable('it is incomplete', 'dimension, value and title')
  const fault = labelValueFault(label)
  if (fault !== null) throw new Problem('invalid-request', `cannot define label ${dimension}/${value}: ${fault}`)
  if (dimension !== 'jurisdiction' && dimension !== 'item') {
    if (record !== null) throw undefinable(`${dimension} stands on no record`, 'the basis alone')
    if (label.basis === '') throw undefinable('it is not classified', 'the basis of its classification')
    return { label: { ...label, classificationId: null }, says: null }
  }
  if (record === null) throw undefinable('it is not classified', 'the number of its classification record')
  const { id, number, says } = await standOn(tx, record, { dimension, value })
  const basis = `record ${number}, ${says}${label.basis === '' ? '' : `: ${label.basis}`}`
  return { label: { ...label, basis, classificationId: id }, says: { number, says } }
}

function undefinable(state: string, want: string): Problem {
  return new Problem('invalid-request', `cannot define label: ${state}, want ${want}`)
}

function fqnOf(text: string): LabelFqn {
  const label = parseLabel(text)
  if (label === null) throw new Problem('invalid-request', 'cannot read label: it is no attribute value name, want one')
  return label.fqn
}
