// From what a snapshot saw to what the policies may speak of (policies/schema.cedarschema), for one request.

import type { LabelFqn, Obligation, ResourceKind } from '@sallyport/protocol'
import { parseLabel } from '@sallyport/protocol'
import {
  closedBy,
  isDissemination,
  isMarking,
  isNoForeign,
  labelSetOf,
  labelValueFault,
  needsReleaseList,
  saidBy,
  type LabelSet,
  type SaidLabel,
} from '@sallyport/protocol/markings'
import type { Coverage, FactRules, PersonFacts } from './facts.ts'
import type { DecisionRequest, FileRef, LabelFacts, Place } from './request.ts'
import type { Rescue, SeenPerson, Snapshot, Wanted } from './snapshot.ts'

export interface PersonAttributes {
  readonly rostered: boolean
  readonly status: string
  readonly usPerson: boolean
  readonly roles: readonly string[]
  readonly programs: readonly string[]
  readonly actsForForeignEmployer: boolean
}

export interface ResourceAttributes {
  readonly kind: ResourceKind
  readonly id: string
  readonly labelled: boolean
  readonly labelsKnown: boolean
  readonly dissemEmpty: boolean
  readonly programs: readonly string[]
  readonly noForeign: boolean
}

/** Everything that the policies see of one request. Plain data, so that an entry can carry it and decide again. */
export interface Attributes {
  readonly principal: PersonAttributes
  readonly resource: ResourceAttributes
  readonly context: {
    readonly place: { readonly known: boolean; readonly country: string }
    readonly device: string
    readonly door: string
    readonly human: boolean
    /** The gap is not among them: entries carry attributes in the clear, and a gap can tell a nationality. */
    readonly coverage: { readonly live: boolean; readonly territories: readonly string[] }
    readonly obligationsFulfillable: boolean
  }
}

/** One request as the snapshot makes it: the attributes, and what the record needs beside them. */
export interface Gathered {
  readonly attributes: Attributes
  readonly person: SeenPerson | null
  readonly coverage: Coverage
  readonly labels: LabelFacts
  /** A marking that closes the file to this person, whoever they are; null for none. A permit takes it in every view. */
  readonly closedBy: string | null
  /** The file was deleted here. */
  readonly isDeleted: boolean
  readonly obligations: readonly Obligation[]
  /** The same request without the labels that were added here; null where they change nothing. A permit takes both. */
  readonly withoutAdded: Attributes | null
  /** What stood in place of the labels of the manifest; null where those hold. */
  readonly rescue: Rescued | null
}

/** The rescue that a decision relied on, with the labels that it stood for. */
export interface Rescued {
  readonly id: string
  readonly policySha256: string
  readonly instead: readonly string[]
}

/** Every view of a request that a permit takes. */
export function viewsOf({
  attributes,
  withoutAdded,
}: Pick<Gathered, 'attributes' | 'withoutAdded'>): readonly Attributes[] {
  return withoutAdded === null ? [attributes] : [attributes, withoutAdded]
}

/** Say what a request needs from the snapshot. */
export function wantedBy(request: DecisionRequest): Wanted {
  const { resource } = request
  return {
    subject: request.subject,
    fileIds: resource.kind === 'file' ? [resource.id] : [],
    vaultIds: resource.kind === 'vault' ? [resource.id] : [],
    labels:
      resource.kind === 'file' ? (resource.presented?.labels ?? []).flatMap((text) => parseLabel(text)?.fqn ?? []) : [],
  }
}

/** Gather the attributes of one request from a snapshot that holds what `wantedBy` asked for. */
export function gather(request: DecisionRequest, snapshot: Snapshot, rules: FactRules): Gathered {
  const person = snapshot.person(request.subject)
  const carried = resourceLabels(request, person?.facts ?? null, snapshot)
  const { sealed, added } = carried
  const under = (names: readonly string[]) =>
    gatherUnder(names, carried, request, person?.facts ?? null, snapshot, rules)
  const all = under(added.length === 0 ? sealed : [...sealed, ...added])
  const without = added.every((name) => sealed.includes(name)) ? null : under(sealed)
  return {
    person,
    isDeleted: request.resource.kind === 'file' && snapshot.isDeleted(request.resource.id),
    attributes: all.attributes,
    coverage: all.coverage,
    labels: all.labels,
    obligations: without === null ? all.obligations : together(all.obligations, without.obligations),
    closedBy: all.closedBy ?? without?.closedBy ?? null,
    withoutAdded: without?.attributes ?? null,
    rescue: carried.rescue,
  }
}

function gatherUnder(
  names: readonly string[],
  { dissemEmpty, kept }: ResourceLabels,
  request: DecisionRequest,
  person: PersonFacts | null,
  snapshot: Snapshot,
  rules: FactRules,
): Pick<Gathered, 'attributes' | 'coverage' | 'labels' | 'obligations' | 'closedBy'> {
  const { labels, marks } = labelFacts(names, kept, snapshot)
  const coverage = coverageOf(request, person, labels, snapshot, rules)
  const isOpened = request.action === 'file.open'
  // Whoever acknowledges reads what they would be held to, and holds to nothing yet.
  const isBound = isOpened || request.action === 'file.acknowledge'
  const obligations = coverage.live && isBound ? coverage.obligations : []
  const principal = principalOf(person)
  return {
    labels,
    coverage,
    obligations,
    closedBy: marks === null ? null : closedBy(marks, principal.programs),
    attributes: {
      principal,
      resource: {
        kind: request.resource.kind,
        id: request.resource.kind === 'enclave' ? 'enclave' : request.resource.id,
        labelled: labels.labels.length > 0,
        labelsKnown: labels.unknown.length === 0,
        dissemEmpty,
        programs: labels.programs,
        noForeign: labels.isNoForeign,
      },
      context: {
        place: placeOf(request.place),
        device: request.device,
        door: request.door,
        human: request.subject.kind === 'person' || request.subject.isNaturalPerson,
        coverage: { live: coverage.live, territories: coverage.live ? coverage.territories : [] },
        obligationsFulfillable: !isOpened || obligations.every((one) => fulfillable(request).includes(one.fqn)),
      },
    },
  }
}

function together(some: readonly Obligation[], more: readonly Obligation[]): readonly Obligation[] {
  return [...some, ...more.filter(({ fqn }) => !some.some((one) => one.fqn === fqn))]
}

function principalOf(person: PersonFacts | null): PersonAttributes {
  if (person === null) {
    const nothing = { usPerson: false, roles: [], programs: [], actsForForeignEmployer: false }
    return { rostered: false, status: 'unrostered', ...nothing }
  }
  return {
    rostered: true,
    status: person.status,
    usPerson: person.status === 'us-person',
    roles: person.roles,
    programs: inOrder(person.assignments.map((one) => one.program)),
    actsForForeignEmployer: person.actsForForeignEmployer,
  }
}

/** Each once, by code units. */
function inOrder<T extends string>(values: readonly T[]): readonly T[] {
  return values.length < 2 ? values : [...new Set(values)].sort()
}

function placeOf(place: Place): Attributes['context']['place'] {
  return { known: place.country !== null, country: place.country ?? '' }
}

interface ResourceLabels {
  readonly sealed: readonly string[]
  readonly added: readonly string[]
  readonly dissemEmpty: boolean
  /** Dissemination controls of a manifest in whose place other labels stand: those hold whatever stands there. */
  readonly kept: readonly SaidLabel[]
  readonly rescue: Rescued | null
}

// A file's labels are those of its manifest and those that it carries in the register, together: neither the writer of a
// manifest nor an edit of the register can take one away. In place of both may stand a rescue.
// INVARIANT: labels that were added here only narrow. A label can also give: the first item makes a file one that an
// authorization can cover, and another item makes another authorization the one that is relied on, with other places. So that a
// file with added labels is judged with them and without them, and whoever is refused under either is refused.
function resourceLabels({ resource }: DecisionRequest, person: PersonFacts | null, snapshot: Snapshot): ResourceLabels {
  const none = { added: [], dissemEmpty: true, kept: [], rescue: null }
  if (resource.kind !== 'file') {
    return { ...none, sealed: resource.kind === 'vault' ? (snapshot.vaultLabels(resource.id) ?? []) : [] }
  }
  const [presented, registered] = [resource.presented?.labels ?? [], snapshot.fileLabels(resource.id) ?? []]
  const own = presented.length === 0 ? registered : [...presented, ...registered]
  const rescue = rescueOf(resource, person, snapshot)
  return {
    sealed: rescue === null ? own : rescue.labels,
    added: snapshot.addedLabels(resource.id),
    dissemEmpty: (resource.presented?.dissem ?? []).length === 0,
    kept: rescue === null ? [] : controlsAmong(own),
    rescue:
      rescue === null
        ? null
        : { id: rescue.id, policySha256: rescue.policySha256, instead: [...new Set(own)].sort().slice(0, 20) },
  }
}

/**
 * The rescue of exactly this container. INVARIANT: another policy under the same uuid, or the same policy bound to another key, is
 * another container, and stays what it is. Whoever asked for a rescue or approved it gains nothing by it themselves.
 */
function rescueOf({ id, presented }: FileRef, person: PersonFacts | null, snapshot: Snapshot): Rescue | null {
  const [rescue, second] = snapshot.rescues(id).filter((one) => isOf(one, presented))
  if (rescue === undefined || second !== undefined) return null
  return person !== null && rescue.hands.includes(person.id) ? null : rescue
}

function isOf({ isStored, policySha256, bindings }: Rescue, presented: FileRef['presented']): boolean {
  if (presented === null) return isStored
  const asked = presented.container
  if (asked === undefined || asked.policySha256 !== policySha256 || asked.bindings.length === 0) return false
  return asked.bindings.every((one) => one !== null && bindings.includes(one))
}

function controlsAmong(names: readonly string[]): readonly SaidLabel[] {
  return names.flatMap((name) => saidBy(name) ?? []).filter((one) => isDissemination(one) && isReadable(one))
}

function isReadable(label: SaidLabel): boolean {
  return labelValueFault(label) === null
}

interface ReadLabels {
  readonly labels: LabelFacts
  /** Null where no label is a marking. */
  readonly marks: LabelSet | null
}

function labelFacts(names: readonly string[], kept: readonly SaidLabel[], snapshot: Snapshot): ReadLabels {
  const labels: LabelFqn[] = []
  const unknown: string[] = []
  const values: Record<'jurisdiction' | 'program' | 'item', string[]> = { jurisdiction: [], program: [], item: [] }
  const markings: SaidLabel[] = [...kept]
  for (const name of names) {
    const known = snapshot.label(name)
    if (known === null) {
      unknown.push(name.slice(0, 200).toWellFormed())
      continue
    }
    const { fqn, dimension, value } = known
    labels.push(fqn)
    if (dimension === 'jurisdiction' || dimension === 'program' || dimension === 'item') values[dimension].push(value)
    // INVARIANT: a marking that the gate cannot evaluate is an unknown label, so that it refuses.
    else if (isMarking(known) && isReadable(known)) markings.push(known)
    else unknown.push(fqn)
  }
  const marks = markings.length === 0 ? null : labelSetOf([...markings, ...others(values)])
  return {
    marks,
    labels: {
      labels: inOrder(labels),
      unknown: inOrder(unknown),
      jurisdictions: inOrder(values.jurisdiction),
      programs: inOrder(values.program),
      items: inOrder(values.item),
      isNoForeign: marks !== null && isNoForeign(marks),
      releases: marks?.releases ?? [],
      awaitsRelease: marks !== null && needsReleaseList(marks),
    },
  }
}

function others(values: Readonly<Record<'jurisdiction' | 'program', readonly string[]>>): readonly SaidLabel[] {
  return (['jurisdiction', 'program'] as const).flatMap((dimension) =>
    values[dimension].map((value) => ({ dimension, value })),
  )
}

function coverageOf(
  { resource, action, place }: DecisionRequest,
  person: PersonFacts | null,
  labels: LabelFacts,
  snapshot: Snapshot,
  rules: FactRules,
): Coverage {
  if (person === null || person.status !== 'foreign-person') {
    return { live: false, gap: '', text: 'No authorization was looked for: it can only cover a foreign person.' }
  }
  if (resource.kind !== 'file' && resource.kind !== 'vault') {
    return { live: false, gap: 'no-file', text: 'An authorization covers files, and this is for U.S. persons alone.' }
  }
  if (labels.labels.length === 0 || labels.unknown.length > 0) {
    return {
      live: false,
      gap: 'labels',
      text: 'Without labels that this enclave knows, no authorization can cover it.',
    }
  }
  return rules.coverage({
    person,
    action,
    place,
    labels,
    authorizations: snapshot.authorizations(person),
    proscribed: snapshot.proscribed,
    nationals: snapshot.nationals,
    acknowledged: (...proviso) => snapshot.acknowledged(person.id, ...proviso),
    atMs: snapshot.atMs,
  })
}

function fulfillable(request: DecisionRequest): readonly string[] {
  const declared = request.evidence['fulfillable']
  return Array.isArray(declared) ? declared.filter((one): one is string => typeof one === 'string') : []
}
