// What must hold of the conditions of an authorization, and of the determinations on employees of its foreign parties.

import type { AuthorizationTerms } from '@sallyport/protocol'
import type { Fault } from './fault.ts'
import { isOfEar } from './kinds.ts'

// A condition that leaves nothing over, or speaks of what the authorization has not, is a slip of whoever typed it.
export function conditionFaults(terms: AuthorizationTerms): readonly Fault[] {
  const foreign = terms.parties.filter((one) => one.side === 'foreign').map((one) => one.id)
  return terms.provisos.flatMap((proviso, index): Fault[] => {
    if (proviso.kind !== 'condition') return []
    const within = (member: string, names: readonly string[] | undefined, known: readonly string[], of: string) => {
      const odd = names?.find((name) => !known.includes(name))
      return odd === undefined
        ? []
        : [{ field: `provisos.${index}.${member}`, text: `name ${odd}, which is none of ${of} of the authorization` }]
    }
    return [
      ...within('parties', proviso.parties, foreign, 'the foreign parties'),
      ...within('items', proviso.items, terms.items, 'the items'),
      ...within('programs', proviso.programs, terms.programs, 'the programs'),
      ...within('places', proviso.places, ['US', ...terms.countries], 'the countries'),
      ...(proviso.until !== undefined && !(Date.parse(proviso.until) > Date.parse(terms.validFrom))
        ? [{ field: `provisos.${index}.until`, text: 'is not after validFrom, want a later instant' }]
        : []),
    ]
  })
}

export function employeeFaults(terms: AuthorizationTerms, atMs: number): readonly Fault[] {
  const { kind, employees = [], persons } = terms
  const hasForeignParty = terms.parties.some((one) => one.side === 'foreign')
  return employees.flatMap(({ person, by, at }, index): Fault[] => {
    const fault = (member: string, text: string) => [{ field: `employees.${index}${member}`, text }]
    return [
      ...(isOfEar(kind) ? fault('', `stands in ${kind}, want an authorization under the ITAR`) : []),
      ...(hasForeignParty ? [] : fault('', 'has no foreign party to be employed by, want one')),
      ...(persons.includes(person)
        ? fault('.person', 'is named by the authorization itself, want one or the other')
        : []),
      ...(by === person ? fault('.by', 'is the person themself, want somebody else') : []),
      ...(Date.parse(at) <= atMs ? [] : fault('.at', 'is yet to come, want when it was made')),
    ]
  })
}
