// What must hold of the parties of an authorization, and of what each of them is to it.

import type { AuthorizationTerms } from '@sallyport/protocol'
import type { Fault } from './fault.ts'
import { isAgreement } from './kinds.ts'

export function partyFaults({ kind, parties, persons, countries }: AuthorizationTerms): readonly Fault[] {
  const faults: Fault[] = []
  const hasForeignParty = parties.some((one) => one.side === 'foreign')
  if (isAgreement(kind) && !hasForeignParty) {
    faults.push({ field: 'parties', text: `list no foreign party, want one or more in an agreement (${kind})` })
  } else if (!hasForeignParty && persons.length === 0) {
    faults.push({ field: 'persons', text: 'name nobody and no party is foreign, want somebody who is covered' })
  }
  for (const [index, { side, country, role }] of parties.entries()) {
    if (side !== 'foreign') continue
    const field = `parties.${index}.country`
    // It passes on what is shipped, and nothing is released to it.
    if (role === 'intermediate-consignee' && country !== 'US') continue
    if (country === 'US') faults.push({ field, text: 'is US for a foreign party, want its own country' })
    else if (!countries.includes(country)) {
      faults.push({ field, text: `is ${country}, which countries does not name, want it named` })
    }
  }
  return faults
}

// SPEC: 22 CFR 123.9, 124.1: who may be what to an authorization.
const foreignRoles = ['signatory', 'end-user', 'foreign-consignee', 'intermediate-consignee', 'sub-licensee']
const usRoles = ['signatory', 'consignor', 'freight-forwarder', 'source']

export function roleFaults({ parties }: AuthorizationTerms): readonly Fault[] {
  return parties.flatMap(({ id, side, role, under }, index): Fault[] => {
    const fault = (member: string, text: string) => [{ field: `parties.${index}.${member}`, text }]
    const allowed = side === 'foreign' ? foreignRoles : usRoles
    if (role !== undefined && !allowed.includes(role)) {
      return fault('role', `is ${role} for a ${side} party, want one of ${allowed.join(', ')}`)
    }
    if ((role === 'sub-licensee') !== (under !== undefined)) {
      return fault('under', 'and the role sub-licensee come together, want both or neither')
    }
    if (under === undefined) return []
    const above = parties.find((one) => one.id === under)
    if (above?.side !== 'foreign') return fault('under', `is ${under}, want a foreign party of this authorization`)
    return isUnderItself(id, parties)
      ? fault('under', 'leads back to the party itself, want a signatory at the end')
      : []
  })
}

function isUnderItself(id: string, parties: AuthorizationTerms['parties']): boolean {
  const seen = new Set<string>()
  let at: string | undefined = id
  while (at !== undefined) {
    if (seen.has(at)) return true
    seen.add(at)
    const name: string = at
    at = parties.find((one) => one.id === name)?.under
  }
  return false
}
