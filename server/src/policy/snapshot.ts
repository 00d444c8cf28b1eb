// One look at everything that decisions need, as one statement saw it: people, files, vaults, labels, authorizations, the
// proscribed list, the policy set in force and the access epoch. Decisions that wait at the same moment share one look.

import { createHash } from 'node:crypto'
import type { Id, LabelFqn, Role } from '@sallyport/protocol'
import { authorizationTerms, parseLabel, personStatuses, roles } from '@sallyport/protocol'
import * as z from 'zod'
import type { Row, Sql } from '../base/index.ts'
import type { AuthorizationFacts, FactRules, PersonFacts, ProscribedCountry } from './facts.ts'
import type { SubjectRef } from './request.ts'
import { readSnapshot } from './store.ts'

/** What one decision wants to know about; a look is taken over the union of many. */
export interface Wanted {
  readonly subject: SubjectRef
  readonly fileIds: readonly string[]
  readonly vaultIds: readonly string[]
  /** Canonical label names that a manifest presented. */
  readonly labels: readonly string[]
}

/** A person with the sealed material that an entry about them needs. */
export interface SeenPerson {
  readonly facts: PersonFacts
  readonly personKey: Uint8Array
}

export interface KnownLabel {
  readonly fqn: LabelFqn
  readonly dimension: string
  readonly value: string
}

/** Labels that two officers set in place of those of one container's manifest. */
export interface Rescue {
  readonly id: string
  /** Over the base64 text of the policy, hex, with the MACs of its bindings: the one container that is meant. */
  readonly policySha256: string
  readonly bindings: readonly string[]
  /** It is the container that is stored here, so that it is meant where no manifest is presented. */
  readonly isStored: boolean
  readonly labels: readonly string[]
  /** Who asked and who approved, with every record in which theirs goes on. */
  readonly hands: readonly string[]
}

export interface Snapshot {
  readonly epoch: number
  readonly policyDigest: string | null
  /** By the database's clock, milliseconds since the Unix epoch. */
  readonly atMs: number
  readonly person: (subject: SubjectRef) => SeenPerson | null
  /** Every person that the look was asked for, for whole questions. */
  readonly people: readonly SeenPerson[]
  /** Labels that a registered file was sealed under; null when there is no such file. */
  readonly fileLabels: (id: string) => readonly string[] | null
  /** Labels that were added here since, to a file that is registered or to one that is not. */
  readonly addedLabels: (id: string) => readonly string[]
  /** What stands in place of the labels of containers of this file. */
  readonly rescues: (id: string) => readonly Rescue[]
  /** Whether it was deleted here. */
  readonly isDeleted: (id: string) => boolean
  readonly vaultLabels: (id: string) => readonly string[] | null
  /** By its name, in whatever case. */
  readonly label: (name: string) => KnownLabel | null
  /** Authorizations that could matter to one foreign person. */
  readonly authorizations: (person: PersonFacts) => readonly AuthorizationFacts[]
  readonly proscribed: readonly ProscribedCountry[]
  /** Countries of 22 CFR 126.18(d). */
  readonly nationals: readonly string[]
  /** Whether a person acknowledged a proviso of an authorization, in exactly these words. */
  readonly acknowledged: (
    person: Id<'person'>,
    authorization: Id<'authorization'>,
    proviso: string,
    text: string,
  ) => boolean
}

/** Take one look for many decisions: at what is now, or at what was at a moment of the past. */
export async function takeSnapshot(
  sql: Sql,
  wanted: readonly Wanted[],
  rules: FactRules,
  asOfMs: number | null = null,
): Promise<Snapshot> {
  const identities = wanted.flatMap(({ subject }) => (subject.kind === 'identity' ? [subject] : []))
  const question = {
    issuers: identities.map((one) => one.issuer),
    subjects: identities.map((one) => one.subject),
    personIds: wanted.flatMap(({ subject }) => (subject.kind === 'person' ? [subject.id] : [])),
    fileIds: wanted.flatMap((one) => one.fileIds),
    vaultIds: wanted.flatMap((one) => one.vaultIds),
    labels: [...new Set(wanted.flatMap((one) => one.labels))],
  }
  const row = await readSnapshot(sql, question, asOfMs)
  return parseSnapshot(row, rules)
}

const bytea = z.string().transform((text) => new Uint8Array(Buffer.from(text.slice(2), 'hex')))
const assignment = z.object({ program: z.string(), purpose: z.string() })

const personRow = z.object({
  person_id: z.string(),
  version: z.number(),
  status: z.enum(personStatuses),
  roles: z.array(z.string()),
  assignments: z.array(assignment),
  employer: z.string().nullable(),
  is_regular_employee: z.boolean(),
  has_nda: z.boolean(),
  briefed_on: z.string().nullable(),
  acts_for_foreign_employer: z.boolean(),
  sealed_ties: bytea.nullable(),
  person_key: bytea,
})

const authorizationRow = z.object({ authorization_id: z.string(), version: z.number(), terms: z.unknown() })

const labelRow = z.object({ fqn: z.string(), dimension: z.string(), value: z.string() })

const snapshotRow = z.object({
  epoch: z.coerce.number(),
  policy_digest: z.string().nullable(),
  at_ms: z.coerce.number(),
  bound: z.array(z.object({ issuer: z.string(), subject: z.string(), person_id: z.string() })),
  people: z.array(personRow),
  files: z.array(z.object({ file_id: z.string(), labels: z.array(z.string()), deleted: z.boolean() })),
  added: z.array(z.object({ file_id: z.string(), labels: z.array(z.string()) })),
  rescues: z.array(
    z.object({
      file_id: z.string(),
      rescue_id: z.string(),
      policy_sha256: z.string(),
      bindings: z.array(z.string()),
      is_stored: z.boolean(),
      labels: z.array(z.string()),
      hands: z.array(z.string()),
    }),
  ),
  vaults: z.array(z.object({ vault_id: z.string(), labels: z.array(z.string()) })),
  labels: z.array(labelRow),
  authorizations: z.array(authorizationRow),
  proscribed: z.array(z.object({ country: z.string(), paragraph: z.string() })),
  nationals: z.array(z.string()),
  acknowledged: z.array(
    z.object({ person_id: z.string(), authorization_id: z.string(), proviso: z.string(), text_sha256: z.string() }),
  ),
})

function parseSnapshot(row: Row, rules: FactRules): Snapshot {
  const seen = snapshotRow.parse(row)
  const people = new Map(seen.people.map((one) => [one.person_id, seePerson(one, rules)]))
  const bound = new Map(seen.bound.map((one) => [identityKey(one.issuer, one.subject), one.person_id]))
  const files = new Map(seen.files.map((one) => [one.file_id, one]))
  const added = new Map(seen.added.map((one) => [one.file_id, one.labels]))
  const rescues = Map.groupBy(
    seen.rescues.map(({ file_id, rescue_id, policy_sha256, is_stored, ...rest }) => ({
      ...rest,
      fileId: file_id,
      id: rescue_id,
      policySha256: policy_sha256,
      isStored: is_stored,
    })),
    ({ fileId }) => fileId,
  )
  const vaults = new Map(seen.vaults.map((one) => [one.vault_id, one.labels]))
  const labels = new Map(seen.labels.flatMap(readLabel))
  const authorizationsOf = byWhomTheyName(seen.authorizations.flatMap(readAuthorization))
  const acknowledged = new Set(
    seen.acknowledged.map((one) => acknowledgedKey(one.person_id, one.authorization_id, one.proviso, one.text_sha256)),
  )
  return {
    epoch: seen.epoch,
    policyDigest: seen.policy_digest,
    atMs: seen.at_ms,
    person: (subject) =>
      people.get(
        subject.kind === 'person' ? subject.id : (bound.get(identityKey(subject.issuer, subject.subject)) ?? ''),
      ) ?? null,
    people: [...people.values()],
    fileLabels: (id) => files.get(id)?.labels ?? null,
    addedLabels: (id) => added.get(id) ?? [],
    rescues: (id) => rescues.get(id) ?? [],
    isDeleted: (id) => files.get(id)?.deleted ?? false,
    vaultLabels: (id) => vaults.get(id) ?? null,
    label: (name) => labels.get(name) ?? labels.get(parseLabel(name)?.fqn ?? '') ?? null,
    authorizations: authorizationsOf,
    proscribed: seen.proscribed,
    nationals: seen.nationals,
    acknowledged: (person, authorization, proviso, text) =>
      acknowledged.size > 0 &&
      acknowledged.has(acknowledgedKey(person, authorization, proviso, provisoTextSha256(text))),
  }
}

// Most names are canonical, so that they are found without being read. What does not read as a name is no label.
function readLabel({ fqn, ...rest }: z.infer<typeof labelRow>): readonly (readonly [string, KnownLabel])[] {
  const parsed = parseLabel(fqn)
  return parsed?.fqn === fqn ? [[fqn, { fqn: parsed.fqn, ...rest }]] : []
}

// A look over many people holds thousands of authorizations, of which a few concern each: found by whom they name.
function byWhomTheyName(all: readonly AuthorizationFacts[]): Snapshot['authorizations'] {
  const [ofPersons, ofParties] = [new Map<string, AuthorizationFacts[]>(), new Map<string, AuthorizationFacts[]>()]
  for (const one of all) {
    for (const person of new Set(one.terms.persons)) addTo(ofPersons, person, one)
    for (const party of new Set(one.terms.parties.map(({ id }) => id))) addTo(ofParties, party, one)
  }
  return ({ id, employer }) => {
    const [named, employed] = [ofPersons.get(id) ?? [], ofParties.get(employer ?? '') ?? []]
    return employed.length === 0 ? named : [...named, ...employed.filter((one) => !named.includes(one))]
  }
}

function addTo(found: Map<string, AuthorizationFacts[]>, name: string, one: AuthorizationFacts): void {
  const known = found.get(name)
  if (known === undefined) found.set(name, [one])
  else known.push(one)
}

// Terms that do not read as such cover nobody, and refuse nobody else of that look.
function readAuthorization(row: z.infer<typeof authorizationRow>): AuthorizationFacts[] {
  const terms = authorizationTerms.safeParse(row.terms)
  const id = row.authorization_id as Id<'authorization'>
  return terms.success ? [{ id, version: row.version, terms: terms.data }] : []
}

function seePerson(row: z.infer<typeof personRow>, rules: FactRules): SeenPerson {
  const id = row.person_id as Id<'person'>
  return {
    personKey: row.person_key,
    facts: {
      id,
      version: row.version,
      status: row.status,
      roles: row.roles.filter(isRole),
      assignments: row.assignments,
      employer: row.employer,
      isRegularEmployee: row.is_regular_employee,
      hasNda: row.has_nda,
      briefedOn: row.briefed_on,
      actsForForeignEmployer: row.acts_for_foreign_employer,
      ties: row.status === 'foreign-person' ? tiesOf(row, rules) : null,
    },
  }
}

// INVARIANT: I4. Ties that cannot be opened are ties that are not recorded: nothing covers that person. Others who share the
// look are not refused for it.
function tiesOf(row: z.infer<typeof personRow>, rules: FactRules): PersonFacts['ties'] {
  if (row.sealed_ties === null) return null
  try {
    return rules.openTies(row.sealed_ties, row.person_key, row.person_id as Id<'person'>)
  } catch {
    return null
  }
}

function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}

/** Whether an authorization is to be looked at for a person at all. */
export function couldMatter({ terms }: AuthorizationFacts, person: PersonFacts): boolean {
  return terms.persons.includes(person.id) || terms.parties.some((party) => party.id === person.employer)
}

/** What is acknowledged are exact words: SHA-256 over them in UTF-8, hex. */
export function provisoTextSha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function acknowledgedKey(person: string, authorization: string, proviso: string, textSha256: string): string {
  return JSON.stringify([person, authorization, proviso, textSha256])
}

function identityKey(issuer: string, subject: string): string {
  return JSON.stringify([issuer, subject])
}
