// What the law lets an amendment change. SPEC: 22 CFR 123.25 (licenses: a closed list, anything else is a new license), 124.1(c) and
// (d) (agreements: major amendments are approved, minor ones deposited). That the organization holds itself to less is no amendment.

import type { AmendmentRoute, AuthorizationTerms } from '@sallyport/protocol'
import type { Fault } from './fault.ts'
import { isAgreement, isLicense } from './kinds.ts'
import { narrows } from './narrows.ts'

/** Name why terms may not follow on others by this way; nothing where they may. */
export function amendmentFaults(
  before: AuthorizationTerms,
  after: AuthorizationTerms,
  { route, reference }: { readonly route: AmendmentRoute; readonly reference?: string | undefined },
): readonly Fault[] {
  if (after.number !== before.number || after.kind !== before.kind) {
    return [{ field: 'terms.number', text: 'and the kind stay what they are, want a new authorization for others' }]
  }
  const wanted = routesOf(before)
  if (!wanted.includes(route)) {
    return [{ field: 'amendment.route', text: `is ${route} for ${before.kind}, want ${wanted.join(' or ')}` }]
  }
  if (route !== 'minor' && reference === undefined) {
    return [{ field: 'amendment.reference', text: 'is missing, want the number or date under which it was approved' }]
  }
  if (route === '123.25' && !narrows(before, withoutListed(before, after))) {
    return [{ field: 'terms', text: ofNewLicense }]
  }
  if (route === 'minor' && !narrows(before, { ...after, title: before.title, citation: before.citation })) {
    return [
      { field: 'terms', text: 'change what the agreement covers, want an approved major amendment (22 CFR 124.1(c))' },
    ]
  }
  return []
}

const ofNewLicense =
  'change what 22 CFR 123.25 does not let an amendment change (quantity, commodity, country, end use or user, foreign consignee, ' +
  'duration), want a new license'

function routesOf({ kind }: AuthorizationTerms): readonly AmendmentRoute[] {
  if (isLicense(kind)) return ['123.25']
  return isAgreement(kind) ? ['major', 'minor'] : ['reissued']
}

// SPEC: 22 CFR 123.25(b): U.S. freight forwarder or consignor, an obvious typographical error, the source of the commodity, a foreign
// intermediate consignee that only transports. Each is taken back here, so that what is left over must narrow.
function withoutListed(before: AuthorizationTerms, after: AuthorizationTerms): AuthorizationTerms {
  const isListed = ({ side, role }: AuthorizationTerms['parties'][number]) =>
    side === 'us'
      ? role === 'freight-forwarder' || role === 'consignor' || role === 'source'
      : role === 'intermediate-consignee'
  return {
    ...after,
    title: before.title,
    citation: before.citation,
    parties: after.parties
      .filter((one) => !isListed(one) || before.parties.some(({ id }) => id === one.id))
      .map((one) => {
        const was = before.parties.find(({ id }) => id === one.id)
        // A name is put right; who it is stays.
        return was === undefined ? one : { ...one, name: was.name }
      }),
  }
}
