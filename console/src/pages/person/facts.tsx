// A person as of one moment, fact by fact; never a country.

import { Facts } from '../../parts/facts.tsx'
import { Moment } from '../../parts/moment.tsx'
import { statusText } from '../../parts/person-status.tsx'
import type { Person } from './query.ts'

const bases = {
  'direct-permanent': 'Yes, employed directly and permanently',
  'long-term-contract': 'Yes, by a long-term contract at the site',
} as const

export function PersonFacts({ person }: { readonly person: Person }) {
  return (
    <Facts
      facts={[
        ['Status', statusText(person.status)],
        ['Verified', person.verifiedAt === null ? 'Not yet' : <Moment key="verified" at={person.verifiedAt} />],
        ...(person.endedAt === null ? [] : ([['Ended', <Moment key="ended" at={person.endedAt} />]] as const)),
        ['Roles', person.roles.length === 0 ? 'None' : person.roles.join(', ')],
        [
          'Assigned to',
          person.assignments.length === 0
            ? 'No program'
            : person.assignments.map(({ program, purpose }) => `${program} for ${purpose}`).join('; '),
        ],
        ['Employer', person.employer ?? 'This enclave'],
        ['Regular employee', employment(person)],
        ['Acts for a foreign employer', person.actsForForeignEmployer ? 'Yes' : 'No'],
        ['NDA', signed(person)],
        ['Briefed', person.briefedOn === null ? 'Never' : <Moment key="briefed" at={person.briefedOn} />],
        ['Here as', person.kind.replaceAll('-', ' ')],
        ['Number in other systems', person.externalId ?? 'None'],
        ['Mail', person.mail ?? 'None'],
        ['Version of the record', person.version],
      ]}
    />
  )
}

function employment({ regularEmployee, regularEmployeeBasis }: Person): string {
  if (!regularEmployee) return 'No'
  return regularEmployeeBasis === null ? 'Yes' : bases[regularEmployeeBasis]
}

function signed({ nda, ndaSignedOn }: Person) {
  if (!nda) return 'None'
  return ndaSignedOn === null ? (
    'Signed'
  ) : (
    <>
      Signed on <Moment at={ndaSignedOn} />
    </>
  )
}
