// Importing people: a dry run that shows the exact difference and writes nothing of it; then exactly that difference, told by
// its digest, whole or not at all in one transaction. What widens becomes one request that two other officers approve.

import { canonicalJson, Problem, toBase64Url, type Id, type JsonObject } from '@sallyport/protocol'
import { listPendingOf, requestApproval } from '../../approvals/index.ts'
import { newId, type Sql, type Transaction } from '../../base/index.ts'
import type { Appended, EntryDraft } from '../../ledger/index.ts'
import { narrowAccess, spendPermit, type Permit } from '../../policy/index.ts'
import { readSpreadsheet, type Spreadsheet } from '../../spreadsheet/index.ts'
import { changed, sealedAgain, type OpenPerson } from '../change.ts'
import type { RosterDependencies } from '../dependencies.ts'
import { opened, personalOf } from '../record-change.ts'
import { readNow, type LockedPerson } from '../store.ts'
import { appendInTurns, mapInTurns } from './give-way.ts'
import { newcomerOf } from './compare-person.ts'
import { canonicalChanges, planImport, type ImportPlan, type PendingPart, type PlannedPerson } from './plan-import.ts'
import {
  approvalsNeeded,
  openPart,
  personImportRequest,
  readImport,
  requestLifetimeMs,
  sealPart,
  type ProposedPart,
} from './proposal.ts'
import { readPeopleTable } from './read-people-table.ts'
import { insertVersions, keepVersions, lockPeople, peopleOf, writeVersions, type VersionToWrite } from './store.ts'
import { peopleNamedBy, readsOf } from './whom-it-names.ts'

export interface ImportCompared {
  readonly plan: ImportPlan
  readonly hiddenSheets: readonly string[]
  /** Records of looks at countries, to acknowledge before the difference is shown. */
  readonly entries: readonly Appended[]
}

export interface ImportApplied {
  readonly plan: ImportPlan
  readonly hiddenSheets: readonly string[]
  readonly added: number
  readonly changed: number
  /** People whose widening changes wait for approval. */
  readonly proposed: number
  readonly requestId: Id<'approval'> | null
  /** The import's own, to acknowledge; empty when there was nothing to do. */
  readonly entries: readonly Appended[]
}

/**
 * Compare a spreadsheet with the roster. Writes nothing, but that recorded countries were compared with the file's.
 * Throws Problem `invalid-file` and `too-large` as `readSpreadsheet` does, `refused` for a permit that does not fit.
 */
export async function compareImport(
  deps: RosterDependencies,
  permit: Permit<'person.import'>,
  bytes: Uint8Array,
): Promise<ImportCompared> {
  spendPermit(permit, 'person.import', 'enclave')
  const file = await readSpreadsheet(bytes)
  const plan = await plannedIn(deps.database, deps, file, permit.actor)
  if (plan.compared.length === 0) return { plan, hiddenSheets: file.hiddenSheets, entries: [] }
  const entries = await deps.database.transaction((tx) => recordLooks(tx, deps, plan, permit))
  return { plan, hiddenSheets: file.hiddenSheets, entries }
}

/**
 * Apply exactly the difference of that digest. Additions, corrections and what narrows take effect at once; what widens is
 * asked for. Throws Problem `invalid-request` for a file with faults, with all of them; `conflict` when the difference is
 * another by now; else as `compareImport`.
 */
export async function applyImport(
  deps: RosterDependencies,
  permit: Permit<'person.import'>,
  { bytes, digest, reason }: { readonly bytes: Uint8Array; readonly digest: string; readonly reason: string },
): Promise<ImportApplied> {
  spendPermit(permit, 'person.import', 'enclave')
  const file = await readSpreadsheet(bytes)
  // A connection of its own: this takes longer than other statements may, and must not run twice.
  return await deps.database.bulk('load', async (tx) => {
    const plan = await plannedIn(tx, deps, file, permit.actor)
    if (plan.faults.length > 0) {
      const state = `${plan.faults.length} cells are not right`
      throw new Problem('invalid-request', `cannot import people: ${state}, want none`, {
        details: { faults: plan.faults.slice(0, 1000) },
      })
    }
    if (plan.digest !== digest) {
      throw new Problem(
        'conflict',
        'cannot import people: the difference is another by now, want it shown and sent anew',
      )
    }
    const written = await write(tx, deps, plan, permit, reason)
    return { plan, hiddenSheets: file.hiddenSheets, ...written }
  })
}

async function plannedIn(
  sql: Sql,
  { fields }: RosterDependencies,
  file: Spreadsheet,
  actor: Id<'person'>,
): Promise<ImportPlan> {
  const table = readPeopleTable(file)
  const people = await peopleNamedBy(sql, table.people)
  const keys = new Map(people.map(({ person, personKey }) => [person.id, personKey]))
  const pending = new Map<Id<'person'>, PendingPart[]>()
  for (const { id: requestId, change } of await listPendingOf(sql, personImportRequest, {})) {
    for (const part of readImport(change).people) {
      const key = keys.get(part.person)
      if (key === undefined) continue
      const changes = canonicalChanges(openPart(part, key, fields).changes)
      pending.set(part.person, [...(pending.get(part.person) ?? []), { requestId, version: part.version, changes }])
    }
  }
  return await planImport(table, { people, pending, ...readsOf(sql) }, { actor, fields, atMs: await readNow(sql) })
}

/** A comparison tells what is recorded to whoever can make files: it is a look. */
async function recordLooks(
  tx: Transaction,
  { fields, ledger }: RosterDependencies,
  { compared }: ImportPlan,
  permit: Permit<'person.import'>,
): Promise<readonly Appended[]> {
  const people = await peopleOf(
    tx,
    compared.map(({ id }) => id),
  )
  const keys = new Map(people.map(({ person, personKey }) => [person.id, personKey]))
  return await ledger.appendIn(
    tx,
    compared.flatMap(({ id, version }) => {
      const key = keys.get(id)
      if (key === undefined) return []
      const sealed = fields.sealForPerson(canonicalJson({ purpose: 'comparison with an imported file' }), key, id)
      const body = { decision: permit.entryId, version, proposed: [], sealed: toBase64Url(sealed) }
      return [{ kind: 'ties.shown', actor: permit.actor, about: { kind: 'person', id }, body }]
    }),
  )
}

interface Written {
  readonly versions: readonly VersionToWrite[]
  readonly drafts: readonly EntryDraft[]
  readonly parts: readonly ProposedPart[]
}

async function write(
  tx: Transaction,
  deps: RosterDependencies,
  plan: ImportPlan,
  permit: Permit<'person.import'>,
  reason: string,
): Promise<Pick<ImportApplied, 'added' | 'changed' | 'proposed' | 'requestId' | 'entries'>> {
  const [news, known] = [plan.people.filter(({ person }) => person === null), changedOnes(plan)]
  const locked = await lockedAsPlanned(tx, known)
  const added = await mapInTurns(news, (one) => add(deps, one, permit, reason))
  const rest = await mapInTurns(known, (one, at) => {
    const record = locked[at]
    if (record === undefined) throw movedOn()
    return change(deps, one, record, permit, reason)
  })
  const changes = rest.filter(({ versions }) => versions.length > 0)
  const parts = [...added, ...rest].flatMap((one) => one.parts)
  if (added.length + changes.length + parts.length === 0) {
    return { added: 0, changed: 0, proposed: 0, requestId: null, entries: [] }
  }
  await insertVersions(
    tx,
    added.flatMap(({ versions, personKey }) => versions.map((one) => ({ ...one, personKey }))),
  )
  await writeVersions(
    tx,
    changes.flatMap(({ versions }) => versions),
  )
  await keepVersions(tx)
  // INVARIANT: I3. Before the entries take their time, and after everything that takes long: decisions wait from here on.
  if (changes.length > 0) await narrowAccess(tx)
  await appendInTurns(
    deps.ledger,
    tx,
    [...added, ...changes].flatMap(({ drafts }) => drafts),
  )
  const requestId = parts.length === 0 ? null : await ask(tx, deps, parts, permit.actor)
  const counts = { added: added.length, changed: changes.length, proposed: parts.length }
  const entries = await deps.ledger.appendIn(tx, [
    {
      kind: 'people.imported',
      actor: permit.actor,
      about: { kind: 'enclave', id: 'enclave' },
      body: { decision: permit.entryId, ...counts, request: requestId },
    },
  ])
  return { ...counts, requestId, entries }
}

function changedOnes({ people }: ImportPlan): readonly PlannedPerson[] {
  return people.filter(({ person, atOnce, proposed }) => person !== null && atOnce.length + proposed.length > 0)
}

/** In the order of `planned`. Throws Problem `conflict` for somebody who is another version by now. */
async function lockedAsPlanned(tx: Transaction, planned: readonly PlannedPerson[]): Promise<readonly LockedPerson[]> {
  const ids = planned.flatMap(({ person }) => (person === null ? [] : [person.id]))
  const locked = new Map((await lockPeople(tx, ids)).map((one) => [one.person.id, one]))
  return planned.flatMap(({ person }) => {
    const record = person === null ? undefined : locked.get(person.id)
    if (record === undefined || record.person.version !== person?.version) throw movedOn()
    return [record]
  })
}

function movedOn(): Problem {
  return new Problem(
    'conflict',
    'cannot import people: somebody was changed in between, want the difference shown anew',
  )
}

function add(
  deps: RosterDependencies,
  { wanted, proposed }: PlannedPerson,
  permit: Permit<'person.import'>,
  reason: string,
): Written & { readonly personKey: Uint8Array } {
  const { clock, random, fields } = deps
  const id = newId<'person'>(clock, random)
  const person = newcomerOf(wanted, id)
  const personKey = fields.makePersonKey(id)
  const entryId = newId<'entry'>(clock, random)
  const sealed = fields.sealForPerson(canonicalJson(personalOf({ person, ties: null })), personKey, id)
  const origin = { change: 'added', by: permit.actor, approvedBy: [], sealedReason: null, entryId }
  const body = { decision: permit.entryId, version: 1, status: person.status, roles: [], sealed: toBase64Url(sealed) }
  const draft = { id: entryId, kind: 'person.added', actor: permit.actor, about: { kind: 'person', id }, body }
  const whose = { id, version: 1, from: person.status, personKey }
  const parts = proposed.length === 0 ? [] : [sealPart({ changes: proposed, reason }, whose, fields)]
  return { versions: [{ person, origin }], drafts: [draft], parts, personKey }
}

function change(
  deps: RosterDependencies,
  { atOnce, proposed }: PlannedPerson,
  locked: LockedPerson,
  permit: Permit<'person.import'>,
  reason: string,
): Written {
  const by = { by: permit.actor, approvedBy: [], reason, actor: permit.actor }
  const before = opened(locked, deps)
  const after = atOnce.reduce((one, step) => changed(one, step, { by: permit.actor, atMs: locked.atMs }), before)
  const isChanged = atOnce.length > 0
  const version = isChanged ? before.person.version + 1 : before.person.version
  const names = atOnce.map((one) => one.change)
  const recorded = isChanged
    ? recordedAs(deps, { locked, before, after, version, names, ...by, body: { decision: permit.entryId } })
    : null
  const whose = { id: locked.person.id, version, from: before.person.status, personKey: locked.personKey }
  return {
    versions: recorded === null ? [] : [recorded.version],
    drafts: recorded === null ? [] : [recorded.draft],
    parts: proposed.length === 0 ? [] : [sealPart({ changes: proposed, reason }, whose, deps.fields)],
  }
}

export interface ImportedChange {
  readonly locked: LockedPerson
  readonly before: OpenPerson
  readonly after: OpenPerson
  readonly version: number
  readonly names: readonly string[]
  readonly by: Id<'person'>
  readonly approvedBy: readonly Id<'person'>[]
  readonly reason: string
  readonly actor: Id<'person'>
  readonly body: JsonObject
}

/** Several changes of one person as one version with one entry, to be written with those of others. */
export function recordedAs(
  { fields, clock, random }: RosterDependencies,
  { locked, before, after, version, names, by, approvedBy, reason, actor, body }: ImportedChange,
): { readonly version: VersionToWrite; readonly draft: EntryDraft } {
  const { id } = locked.person
  const key = locked.personKey
  const person = { ...sealedAgain(after, (ties) => fields.sealTies(ties, key, id)), version }
  const entryId = newId<'entry'>(clock, random)
  const sealedReason = fields.seal(reason, 'reason', key, id)
  const personal = canonicalJson({ was: personalOf(before), is: personalOf(after), reason })
  const draft = {
    id: entryId,
    kind: 'person.changed',
    actor,
    about: { kind: 'person', id },
    body: {
      change: 'import',
      changes: names,
      version,
      by,
      approvedBy,
      from: { status: before.person.status, roles: before.person.roles },
      status: person.status,
      roles: person.roles,
      ...body,
      sealed: toBase64Url(fields.sealForPerson(personal, key, id)),
    },
  }
  return { version: { person, origin: { change: 'import', by, approvedBy, sealedReason, entryId } }, draft }
}

async function ask(
  tx: Transaction,
  deps: RosterDependencies,
  parts: readonly ProposedPart[],
  requestedBy: Id<'person'>,
): Promise<Id<'approval'>> {
  const { requestId } = await requestApproval(tx, deps, {
    kind: personImportRequest,
    change: { people: parts.map((one) => ({ ...one })) },
    requestedBy,
    needed: approvalsNeeded,
    excluded: parts.map(({ person }) => person),
    lifetimeMs: requestLifetimeMs,
  })
  return requestId
}
