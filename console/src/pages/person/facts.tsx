// A person as of one moment, fact by fact; never a country.

import { Facts } from '../../parts/facts.tsx'
import { Moment } from '../../parts/moment.tsx'
import { statusText } from '../../parts/person-status.tsx'
import type { History } from './query.ts'
import { groundText } from './verification.tsx'

type Version = History['versions'][number]

const bases = {
  'direct-permanent': 'Yes, employed directly and permanently',
  'long-term-contract': 'Yes, by a long-term contract at the site',
} as const

export interface PersonFactsProps {
  readonly person: Version['person']
  /** What their status rested on at that moment; left out where it stands beside. */
  readonly rests?: Version['verification']
}

export function PersonFacts({ person, rests = null }: PersonFactsProps) {
  return (
    <Facts
      facts={[
        ['Status', statusText(person.status)],
        ['Verified', person.verifiedAt === null ? 'Not yet' : <Moment key="verified" at={person.verifiedAt} />],
        ...(rests === null
          ? []
          : ([
              ['Ground', groundText(rests)],
              ['Evidence', rests.evidenceRef],
            ] as const)),
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

function employment({ regularEmployee, regularEmployeeBasis }: Version['person']): string {
  if (!regularEmployee) return 'No'
  return regularEmployeeBasis === null ? 'Yes' : bases[regularEmployeeBasis]
}

function signed({ nda, ndaSignedOn }: Version['person']) {
  if (!nda) return 'None'
  return ndaSignedOn === null ? (
    'Signed'
  ) : (
    <>
      Signed on <Moment at={ndaSignedOn} />
    </>
  )
}
