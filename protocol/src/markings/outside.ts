// Labels of other systems, by their ids alone (names are translated and reused), and what they mean here. One outside label and one set
// of labels belong together, so that whatever is read can be written again, and the other way round.

import { parseLabel } from '../labels.ts'

export const outsideSystems = ['opentdf', 'microsoft', 'google'] as const
export type OutsideSystem = (typeof outsideSystems)[number]

/** `scope` is whose label it is: a namespace of OpenTDF, a tenant of Microsoft, a label of Google Drive, of which fields have choices. */
export interface OutsideLabel {
  readonly system: OutsideSystem
  readonly scope: string
  /**
   * Canonical: `opentdf:https://<namespace>/attr/<name>/value/<value>`, `microsoft:<tenant>/<label>` (GUIDs in lower case),
   * `google:<label>/<field>/<choice>`.
   */
  readonly id: string
}

const guid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const microsoft = new RegExp(`^(${guid})/(${guid})$`)
const google = /^([A-Za-z0-9_-]{1,100})\/([A-Za-z0-9_-]{1,100})\/([A-Za-z0-9_-]{1,100})$/

/** Read an outside label; null for what is none. ATTACKER: it stands in documents that anybody writes. */
export function parseOutside(text: unknown): OutsideLabel | null {
  if (typeof text !== 'string' || text.length > 800) return null
  const [, system, rest = ''] = /^(opentdf|microsoft|google):(.+)$/.exec(text) ?? []
  if (system === 'opentdf') {
    const label = parseLabel(rest)
    return label === null ? null : { system, scope: label.namespace, id: `opentdf:${label.fqn}` }
  }
  if (system === 'microsoft') {
    const [all, tenant] = microsoft.exec(rest.toLowerCase()) ?? []
    return all === undefined || tenant === undefined ? null : { system, scope: tenant, id: `microsoft:${all}` }
  }
  if (system === 'google') {
    const [all, label] = google.exec(rest) ?? []
    return all === undefined || label === undefined ? null : { system, scope: label, id: `google:${all}` }
  }
  return null
}

/** One outside label and the labels that it means here, by their names, sorted. */
export interface Mapping {
  readonly outside: string
  readonly labels: readonly string[]
}

/** An outside label as it was found on a document. */
export interface FoundOutside {
  readonly outside: string
  /** False for one that was switched off or taken off: it is shown, and protects nothing. */
  readonly isOn: boolean
}

/**
 * `mapped`: it means these labels. `unknown`: nobody said what it means, so that nobody may go on as if it meant nothing. `elsewhere`: it
 * is a label of another organization's Microsoft tenant. `off`: it was switched off or taken off.
 */
export type OutsideState = 'mapped' | 'unknown' | 'elsewhere' | 'off'

export interface ReadOutside extends FoundOutside {
  readonly state: OutsideState
  readonly labels: readonly string[]
}

/** Say what outside labels mean. `tenants` are those of Microsoft that are ours: those of which any label is mapped. */
export function readOutside(
  found: readonly FoundOutside[],
  mappings: ReadonlyMap<string, readonly string[]>,
  tenants: ReadonlySet<string>,
): readonly ReadOutside[] {
  return found.map(({ outside, isOn }) => {
    const label = parseOutside(outside)
    const labels = label === null ? undefined : mappings.get(label.id)
    const known = { outside: label?.id ?? outside, isOn }
    if (!isOn) return { ...known, state: 'off', labels: [] }
    if (labels !== undefined) return { ...known, state: 'mapped', labels }
    const isElsewhere = label?.system === 'microsoft' && !tenants.has(label.scope)
    return { ...known, state: isElsewhere ? 'elsewhere' : 'unknown', labels: [] }
  })
}

/**
 * Say a set of labels in another system: what is read back is exactly that set. Null where it cannot be said without loss. A document has
 * one label of a Microsoft tenant, and one choice of a field of Google Drive. Of several ways the one of a single label is taken, then
 * all that say no more than the set.
 */
export function writeOutside(
  labels: readonly string[],
  mappings: readonly Mapping[],
  { system, scope }: Pick<OutsideLabel, 'system' | 'scope'>,
): readonly string[] | null {
  const wanted = new Set(labels)
  const ours = mappings.filter(({ outside, labels: meant }) => {
    const label = parseOutside(outside)
    return label?.system === system && label.scope === scope && meant.every((one) => wanted.has(one))
  })
  const whole = ours.find(({ labels: meant }) => new Set(meant).size === wanted.size)
  if (whole !== undefined) return [whole.outside]
  if (system === 'microsoft' || new Set(ours.flatMap((one) => one.labels)).size !== wanted.size) return null
  const written = ours.map(({ outside }) => outside).sort()
  const fields = written.map((one) => one.split('/').slice(0, 2).join('/'))
  return system === 'google' && new Set(fields).size !== fields.length ? null : written
}

/**
 * Say why a mapping cannot stand beside others: two outside labels of one scope for one set, of which a set could not tell which to write;
 * null where every mapping can be read and written again.
 */
export function mappingFault(wanted: Mapping, others: readonly Mapping[]): string | null {
  const label = parseOutside(wanted.outside)
  if (label === null) return 'it is no label of another system'
  if (wanted.labels.length === 0) return 'it means nothing'
  const all = [...others.filter(({ outside }) => outside !== wanted.outside), wanted]
  const back = writeOutside(wanted.labels, all, label)
  if (back?.length === 1 && back[0] === wanted.outside) return null
  return `${back?.join(', ') ?? 'another label'} means the same, want one outside label for a set of labels`
}

/**
 * Whether what an outside label means becomes more by a change, so that one officer may make it. Null is what nobody mapped, which stops
 * whoever reads it. An item or a distribution list more is no such thing: an authorization covers by an item, and a list lets in.
 */
export function meansMore(before: readonly string[] | null, after: readonly string[] | null): boolean {
  if (after === null) return true
  if (before === null || !before.every((one) => after.includes(one))) return false
  return after.every((one) => before.includes(one) || !/\/attr\/(item\/|program\/value\/dl-)/.test(one))
}
