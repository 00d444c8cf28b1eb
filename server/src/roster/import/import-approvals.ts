// How the request of an import is described, shown and executed: all of it with the last approval, or nothing.

import { Problem, type Id, type JsonObject, type PersonChange } from '@sallyport/protocol'
import { approve, type Approval, type ApprovalKind, type ApprovalStep } from '../../approvals/index.ts'
import { narrowAccess } from '../../policy/index.ts'
import { changed } from '../change.ts'
import type { RosterDependencies } from '../dependencies.ts'
import { opened } from '../record-change.ts'
import type { LockedPerson } from '../store.ts'
import { recordedAs } from './import-people.ts'
import { openPart, personImportRequest, readImport, type ProposedPart } from './proposal.ts'
import { everybody, keepVersions, lockPeople, writeVersions } from './store.ts'

export function importApprovals(deps: RosterDependencies): ApprovalKind {
  return {
    describe: (recorded) => {
      const { people } = readImport(recorded)
      const [only] = people
      const title = `import: changes to ${people.length} ${people.length === 1 ? 'person' : 'people'}`
      if (people.length === 1 && only !== undefined) return { title, about: { kind: 'person', id: only.person } }
      return { title, about: { kind: 'enclave', id: 'enclave' } }
    },
    details: async (recorded) => {
      const known = new Map((await everybody(deps.database)).map((one) => [one.person.id, one]))
      return { people: readImport(recorded).people.map((part) => detailOf(deps, part, known.get(part.person))) }
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
  { tx, requestId, change: recorded, approver, decision }: ApprovalStep,
): Promise<Approval> {
  const { people: parts } = readImport(recorded)
  // The people first, in one order, then the epoch, then the request: so that nobody waits in a circle.
  const locked = new Map(
    (
      await lockPeople(
        tx,
        parts.map(({ person }) => person),
      )
    ).map((one) => [one.person.id, one]),
  )
  const isOutdated = parts.some(({ person, version }) => locked.get(person)?.person.version !== version)
  await narrowAccess(tx)
  const approval = await approve(tx, deps, {
    requestId,
    kind: personImportRequest,
    person: approver,
    role: 'officer',
    isOutdated,
  })
  if (approval.outcome === 'refused' || !approval.isComplete) return approval
  const { requestedBy: by, approvedBy } = approval
  mustBeOthers(new Set(parts.map(({ person }) => person)), by, approvedBy)
  const recordings = readImport(approval.change).people.map((part) => {
    const record = locked.get(part.person)
    if (record === undefined) throw new Problem('internal', 'cannot import people: somebody is gone, want all')
    const { changes, reason } = openPart(part, record.personKey, deps.fields)
    const before = opened(record, deps)
    const after = changes.reduce((one, step) => changed(one, step, { by, atMs: record.atMs }), before)
    return recordedAs(deps, {
      locked: record,
      before,
      after,
      version: record.person.version + 1,
      names: part.changes,
      by,
      approvedBy,
      reason,
      actor: approver,
      body: { decision, request: requestId },
    })
  })
  await writeVersions(
    tx,
    recordings.map(({ version }) => version),
  )
  await keepVersions(tx)
  const entries = await deps.ledger.appendIn(
    tx,
    recordings.map(({ draft }) => draft),
  )
  return { ...approval, entries: [...approval.entries, ...entries.slice(-1)] }
}

// INVARIANT: I8, once more where the changes are executed, whatever the rows of the request say.
function mustBeOthers(subjects: ReadonlySet<string>, asker: Id<'person'>, approvers: readonly Id<'person'>[]): void {
  const others = new Set(approvers.filter((one) => !subjects.has(one) && one !== asker))
  if (others.size >= 2 && !subjects.has(asker)) return
  throw new Problem('internal', `cannot import people: ${others.size} others approved, want two`)
}
