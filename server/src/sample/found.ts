// Founding the sample enclave: the ceremony with fictional founders. Officers come first, then everybody whom they verified.

import type { Id } from '@sallyport/protocol'
import { foundAuthorization, loadLegalData, type AuthorizationDependencies } from '../authorizations/index.ts'
import type { Database } from '../base/index.ts'
import { newId } from '../base/index.ts'
import { foundClassification, type ClassificationDependencies } from '../classifications/index.ts'
import { defineLabels, makeVault, type FilesDependencies } from '../files/index.ts'
import { bindIdentity } from '../identity/index.ts'
import {
  activatePolicySet,
  closeCeremony,
  openCeremony,
  type DecisionPoint,
  type PolicySource,
} from '../policy/index.ts'
import { addPerson, endPerson, type Ending, type NewPerson, type EndDependencies } from '../roster/index.ts'
import {
  sampleAgreement,
  sampleClassifications,
  sampleLabels,
  samplePeople,
  sampleVaults,
  sampleWorkload,
  type SamplePerson,
} from './company.ts'

export const sampleName = 'Aldebaran Dynamics (sample)'

export interface SampleFounding {
  readonly database: Database
  readonly roster: EndDependencies
  readonly authorizations: AuthorizationDependencies
  readonly classifications: ClassificationDependencies
  readonly files: Pick<FilesDependencies, 'database' | 'ledger' | 'clock' | 'random'>
  readonly decisions: DecisionPoint
  readonly legalData: unknown
  readonly policies: PolicySource
  /** Issuer of the sample's identity provider. */
  readonly issuer: string
}

/** Found the sample enclave in a database that holds none. Yields the people's ids by their names at the sample's issuer. */
export async function foundSample(parts: SampleFounding): Promise<ReadonlyMap<string, Id<'person'>>> {
  const { database, roster } = parts
  const { ledger, clock, random } = roster
  const ceremony = await openCeremony({ database }, { name: sampleName, kind: 'sample' })
  const ids = new Map(samplePeople.map((one) => [one.subject, newId<'person'>(clock, random)]))
  const idOf = (subject: string): Id<'person'> => {
    const id = ids.get(subject)
    if (id === undefined) throw new Error(`the sample company has no ${subject}`)
    return id
  }

  await database.transaction((tx) => loadLegalData(tx, parts.authorizations, parts.legalData))
  await database.transaction((tx) => activatePolicySet(tx, { ledger }, parts.policies, ceremony))
  const officersFirst = [...samplePeople].sort((a, b) => rank(a) - rank(b))
  for (const person of officersFirst) {
    const id = idOf(person.subject)
    await addPerson(roster, ceremony, newPersonOf(person, id, idOf(person.subject === 'grace' ? 'henry' : 'grace')))
    await bindIdentity({ database, ledger }, ceremony, { issuer: parts.issuer, subject: person.subject, personId: id })
  }
  await bindIdentity({ database, ledger }, ceremony, {
    issuer: parts.issuer,
    subject: sampleWorkload.subject,
    personId: idOf(sampleWorkload.owner),
  })
  const classifiedBy = idOf('grace')
  for (const terms of sampleClassifications) await foundClassification(parts.classifications, ceremony, terms)
  await defineLabels(
    parts.files,
    ceremony,
    sampleLabels.map((one) => ({ ...one, classifiedBy })),
  )
  for (const vault of sampleVaults) await makeVault(parts.files, ceremony, vault)
  const year = 365 * 86_400_000
  const now = clock.now()
  await foundAuthorization(
    parts.authorizations,
    ceremony,
    sampleAgreement(new Date(now - 86_400_000).toISOString(), new Date(now + 3 * year).toISOString()),
  )
  // Before it closes: what is cut off here is no founded sample, with somebody in it who should be gone.
  for (const { subject, endedAs } of samplePeople) {
    if (endedAs !== null) await endSomebody(parts, classifiedBy, idOf(subject), endedAs)
  }
  await closeCeremony({ database, ledger }, ceremony)
  return ids
}

// Ended like anybody else: an officer decides it, and the ledger says so.
async function endSomebody(
  { decisions, roster }: SampleFounding,
  officer: Id<'person'>,
  id: Id<'person'>,
  kind: Ending,
): Promise<void> {
  const decision = await decisions.decide({
    subject: { kind: 'person', id: officer },
    action: 'person.end',
    resource: { kind: 'person', id },
    place: { name: null, country: null },
    device: 'unknown',
    door: 'founding',
    evidence: {},
  })
  if (decision.effect === 'deny')
    throw new Error(`the sample's officer may not end people: ${decision.reasons[0].text}`)
  await endPerson(roster, decision.permit, { id, kind, reason: 'sample company history' })
}

function rank(person: SamplePerson): number {
  return person.roles.includes('officer') ? 0 : 1
}

function newPersonOf(person: SamplePerson, id: Id<'person'>, verifiedBy: Id<'person'>): NewPerson {
  const { name, employer, isRegularEmployee, hasNda, roles, assignments, status } = person
  const common = {
    id,
    displayName: name,
    employer,
    isRegularEmployee,
    hasNda,
    roles: [...roles],
    assignments: assignments.map((one) => ({ ...one })),
  }
  if (status.kind === 'unverified') return { ...common, status: 'unverified' }
  const verification = { by: verifiedBy, evidenceRef: `sample attestation ${person.subject}` }
  if (status.kind === 'us-person') return { ...common, status: 'us-person', basis: status.basis, verification }
  const { citizenships, formerCitizenships, permanentResidencies } = status.ties
  return {
    ...common,
    status: 'foreign-person',
    verification,
    ties: {
      citizenships: [...citizenships],
      formerCitizenships: [...formerCitizenships],
      permanentResidencies: [...permanentResidencies],
    },
  }
}
