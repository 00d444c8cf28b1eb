// How the request of an import is described, shown and executed: all of it with the last approval, or nothing.

import { Problem, type Id, type JsonObject, type PersonChange } from '@sallyport/protocol'
import {
  approve,
  listPendingOf,
  type Approval,
  type ApprovalKind,
  type ApprovalStep,
  type DescribedRequest,
} from '../../approvals/index.ts'
import type { Transaction } from '../../base/index.ts'
import type { EntryDraft } from '../../ledger/index.ts'
import { narrowAccess } from '../../policy/index.ts'
import { changed } from '../change.ts'
import type { RosterDependencies } from '../dependencies.ts'
import { opened } from '../record-change.ts'
import type { LockedPerson } from '../store.ts'
import { appendInTurns, mapInTurns } from './give-way.ts'
import { recordedAs, type ImportedChange } from './import-people.ts'
import { openPart, personImportRequest, readImport, type ProposedPart } from './proposal.ts'
import { keepVersions, lockPeople, markUnwritten, peopleOf, takeBack, writeVersions } from './store.ts'

export function importApprovals(deps: RosterDependencies): ApprovalKind {
  return {
    role: 'officer',
    official: (recorded) => readImport(recorded).people.some((part) => part.changes.includes('clear-foreign-employer')),
    phrase: 'An import to the roster',
    describe: (recorded) => {
      const { people } = readImport(recorded)
      const [only] = people
      const title = `import: changes to ${people.length} ${people.length === 1 ? 'person' : 'people'}`
      if (people.length === 1 && only !== undefined) return { title, about: { kind: 'person', id: only.person } }
      return { title, about: { kind: 'enclave', id: 'enclave' } }
    },
    details: async (recorded) => {
      const { people: parts } = readImport(recorded)
      const people = await peopleOf(
        deps.database,
        parts.map(({ person }) => person),
      )
      const known = new Map(people.map((one) => [one.person.id, one]))
      return { people: parts.map((part) => detailOf(deps, part, known.get(part.person))) }
    },
    approve: (step) => approveImport(deps, step),
  }
}

function detailOf(deps: RosterDependencies, part: ProposedPart, locked: LockedPerson | undefined): JsonObject {
  const { person: id, version, from } = part
  if (locked === undefined) return { person: id, state: 'gone' }
  const { changes, reason } = openPart(part, locked.personKey, deps.fields)
  const { displayName, externalId, status, roles } = locked.person
  return {
    person: id,
    name: displayName,
    externalId,
    from,
    changes: changes.map(withoutCountries),
    reason,
    version,
    isOutdated: locked.person.version !== version,
    status,
    roles,
  }
}

function withoutCountries(change: PersonChange): JsonObject {
  if (change.change !== 'verify-foreign-person' && change.change !== 'remove-tie') return { ...change }
  const { ties: _, country: __, ...rest } = { ties: null, country: null, ...change }
  return { ...rest, countries: 'sealed: look at them for a stated purpose' }
}

async function approveImport(
  deps: RosterDependencies,
  { tx, requestId, change, approver, role, official, decision }: ApprovalStep,
): Promise<Approval> {
  const { people: parts } = readImport(change)
  const subjects = parts.map(({ person }) => person)
  // The people first, in one order, then the epoch, then the request: so that nobody waits in a circle.
  const locked = new Map((await lockPeople(tx, subjects)).map((one) => [one.person.id, one]))
  const isOutdated = parts.some(({ person, version }) => locked.get(person)?.person.version !== version)
  const earlier = (await listPendingOf(tx, personImportRequest, {})).find(({ id }) => id === requestId)
  // Decisions wait from the epoch on: what takes long is written before it, as the last approval would have it, and taken
  // back unless this turns out to be that one.
  const isLikelyLast = !isOutdated && earlier !== undefined && mayComplete(earlier, approver)
  await markUnwritten(tx)
  const written = isLikelyLast
    ? await writeChanges(tx, deps, parts, locked, {
        by: earlier.requestedBy,
        approvedBy: [...earlier.approvedBy, approver],
        actor: approver,
        body: { decision, request: requestId },
      })
    : null
  await narrowAccess(tx)
  const whose = { requestId, kind: personImportRequest, person: approver, role, official, isOutdated } as const
  if (written === null) return mustNotBeComplete(await approve(tx, deps, whose))
  const approval = await approve(tx, deps, whose)
  if (approval.outcome === 'refused' || !approval.isComplete) {
    await takeBack(tx)
    await narrowAccess(tx)
    return mustNotBeComplete(await approve(tx, deps, whose))
  }
  mustBeOthers(new Set(subjects), approval.requestedBy, approval.approvedBy)
  const isAsked = readImport(approval.change).people.every((part, at) => part.sealed === parts[at]?.sealed)
  if (
    !isAsked ||
    approval.requestedBy !== earlier?.requestedBy ||
    !isSame(approval.approvedBy, [...earlier.approvedBy, approver])
  ) {
    throw new Problem('conflict', 'cannot import people: others approved at the same moment, want it tried again')
  }
  const entries = await appendInTurns(deps.ledger, tx, written)
  return { ...approval, entries: [...approval.entries, ...entries.slice(-1)] }
}

/** Whoever can only be refused is told so by `approve`, and nothing is written in their name: the table would not take it. */
function mayComplete(
  { requestedBy, excluded, approvedBy, needed }: DescribedRequest['request'],
  approver: Id<'person'>,
): boolean {
  const isOther = approver !== requestedBy && ![...excluded, ...approvedBy].includes(approver)
  return isOther && approvedBy.length + 1 >= needed
}

/** Throws Problem `conflict` for a last approval that was not expected to be it: nothing was written for it. */
function mustNotBeComplete(approval: Approval): Approval {
  if (approval.outcome === 'refused' || !approval.isComplete) return approval
  throw new Problem('conflict', 'cannot import people: others approved at the same moment, want it tried again')
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && new Set([...some, ...others]).size === some.length
}

/** Write everybody's next version. Yields the drafts of their entries. */
async function writeChanges(
  tx: Transaction,
  deps: RosterDependencies,
  parts: readonly ProposedPart[],
  locked: ReadonlyMap<Id<'person'>, LockedPerson>,
  origin: Pick<ImportedChange, 'by' | 'approvedBy' | 'actor' | 'body'>,
): Promise<readonly EntryDraft[]> {
  const recordings = await mapInTurns(parts, (part) => {
    const record = locked.get(part.person)
    if (record === undefined) throw new Problem('internal', 'cannot import people: somebody is gone, want all')
    const { changes, reason } = openPart(part, record.personKey, deps.fields)
    const before = opened(record, deps)
    const after = changes.reduce((one, step) => changed(one, step, { by: origin.by, atMs: record.atMs }), before)
    const version = record.person.version + 1
    return recordedAs(deps, { ...origin, locked: record, before, after, version, names: part.changes, reason })
  })
  await writeVersions(
    tx,
    recordings.map(({ version }) => version),
  )
  await keepVersions(tx)
  return recordings.map(({ draft }) => draft)
}

// INVARIANT: I8, once more where the changes are executed, whatever the rows of the request say.
function mustBeOthers(subjects: ReadonlySet<string>, asker: Id<'person'>, approvers: readonly Id<'person'>[]): void {
  const others = new Set(approvers.filter((one) => !subjects.has(one) && one !== asker))
  if (others.size >= 2 && !subjects.has(asker)) return
  throw new Problem('internal', `cannot import people: ${others.size} others approved, want two`)
}
