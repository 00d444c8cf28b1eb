// How requests for changes to people are described, shown and executed by their own id.

import { personChangeWords, type JsonObject, type PersonChange } from '@sallyport/protocol'
import type { ApprovalKind } from '../approvals/index.ts'
import { approveChange } from './approve-change.ts'
import type { RosterDependencies } from './dependencies.ts'
import { hasCountries } from './look-at-ties.ts'
import { openProposal, readProposal } from './propose-change.ts'
import { identitiesBoundTo, personById, personKeyOf } from './store.ts'

export function personApprovals(deps: RosterDependencies): ApprovalKind {
  return {
    role: 'officer',
    // Whether somebody still acts for a foreign employer is a reading of the law.
    official: (change) => readProposal(change).change === 'clear-foreign-employer',
    phrase: 'A change to the roster',
    describe: (change) => {
      const proposal = readProposal(change)
      return { title: titleOf(proposal), about: { kind: 'person', id: proposal.person } }
    },
    details: async (recorded) => {
      const proposal = readProposal(recorded)
      const [person, key] = [
        await personById(deps.database, proposal.person),
        await personKeyOf(deps.database, proposal.person),
      ]
      if (person === null || key === null) return { person: proposal.person, state: 'gone' }
      const { change, reason } = openProposal(proposal, key, deps.fields)
      return {
        change: withoutCountries(change),
        reason,
        version: proposal.version,
        isOutdated: person.version !== proposal.version,
        // What the change is made to: approving it approves that this goes on.
        status: person.status,
        identities: (await identitiesBoundTo(deps.database, person.id)).map((one) => ({ ...one })),
        roles: person.roles,
        assignments: person.assignments.map((one) => ({ ...one })),
        employer: person.employer,
        regularEmployee: person.isRegularEmployee,
        nda: person.hasNda,
      }
    },
    approve: (step) => approveChange(deps, step),
  }
}

function titleOf({ change, from, role }: ReturnType<typeof readProposal>): string {
  const words: Readonly<Record<string, string>> = personChangeWords
  const restored = from === 'ended' && change.startsWith('verify-') ? 'restore: ' : ''
  return `${restored}${words[change] ?? change}${role === undefined ? '' : `: ${role}`}`
}

function withoutCountries(change: PersonChange): JsonObject {
  if (!hasCountries(change)) return { ...change }
  const { ties: _, country: __, ...rest } = { ties: null, country: null, ...change }
  return { ...rest, countries: 'sealed: look at them for a stated purpose' }
}
