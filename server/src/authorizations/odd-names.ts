// Names of parties that somebody who reads them could take for others: written in letters of another alphabet that look Latin, or like
// the name of another party. Who a party is says its short name alone, which has no such letters; names are what approvers read.

import type { AuthorizationTerms } from '@sallyport/protocol'
import { foldedName, lookOf, mixesAlphabets } from '@sallyport/protocol/names'
import type { Fault } from './fault.ts'

/** Name what is odd in the spelling of a number and of the parties, beside each other and beside those of other authorizations. */
export function oddNames(terms: AuthorizationTerms, others: readonly AuthorizationTerms[]): readonly Fault[] {
  const { number, parties } = terms
  const known = others.flatMap((other) =>
    other.parties.map(({ id, name }) => ({ id, name, of: ` in ${other.number}` })),
  )
  const mixed = (field: string, text: string): readonly Fault[] =>
    mixesAlphabets(text) ? [{ field, text: 'is written with letters of another alphabet that look Latin' }] : []
  return [
    ...mixed('number', number),
    ...parties.flatMap(({ id, name }, at): readonly Fault[] => {
      const field = `parties.${at}.name`
      const before = parties.slice(0, at).map((one) => ({ id: one.id, name: one.name, of: '' }))
      const alike = [...before, ...known].find((one) => one.id !== id && lookOf(one.name) === lookOf(name))
      if (alike === undefined) return mixed(field, name)
      const how = foldedName(alike.name) === foldedName(name) ? 'is' : 'looks like'
      return [...mixed(field, name), { field, text: `${how} the name of party ${alike.id}${alike.of}` }]
    }),
  ]
}
