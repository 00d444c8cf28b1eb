import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { authorizationTerms, type AuthorizationTerms } from '@sallyport/protocol'
import { legalData, shippedLegalData } from '../legal-data.ts'
import { checkedAtDecision } from './at-decision.ts'
import { exemptionFaults, sectionsOn, type ExemptionLaw } from './check-exemption.ts'
import { exemptionRules, type ExemptionRules } from './rule.ts'

const rules = exemptionRules.parse(
  legalData.parse(JSON.parse(await readFile(shippedLegalData, 'utf8'))).exemptions,
) satisfies ExemptionRules
const law: ExemptionLaw = { rules, day: '2026-06-01', proscribed: ['CN'], nationals: ['GB', 'FR', 'CA', 'AU'] }
const me = '018f0000-0000-7000-8000-00000000000a'
const official = '018f0000-0000-7000-8000-00000000000b'

const foreign = (country: string) => ({
  id: `works-${country.toLowerCase()}`,
  name: 'Works',
  country,
  side: 'foreign' as const,
})
const university = { id: 'state-university', name: 'State University', country: 'US', side: 'us' as const }

/** Terms that meet whatever a section asks, made from its own conditions. */
function claim(section: string, more: Partial<AuthorizationTerms> = {}): AuthorizationTerms {
  const rule = sectionsOn(law).find((one) => one.section === section)
  if (rule === undefined) throw new Error(`no section ${section}`)
  const conditions = [...rules.preconditions, ...rule.conditions]
  const has = (check: string) => conditions.some((one) => one.check === check)
  const only = rule.conditions.flatMap((one) => ('countries' in one ? one.countries : []))
  const country = only.includes('GB') || only.length === 0 ? 'GB' : (only[0] ?? '')
  return authorizationTerms.parse({
    number: 'EX-1',
    kind: 'exemption',
    citation: rule.citation,
    title: 'Rotor head design support',
    parties: has('no-foreign-party') ? [university] : [foreign(country)],
    persons: [me],
    countries: [country],
    items: [has('items') ? 'i-a-1' : 'viii-h-1'],
    programs: ['kestrel'],
    purposes: ['design'],
    provisos: [],
    determinations: [],
    exemption: {
      section,
      evidence: Object.fromEntries(
        conditions.flatMap(({ id, check }) => (check === 'evidence' ? [[id, 'Memo 7, file room.']] : [])),
      ),
      certification: { signer: official, on: '2026-06-01' },
      ...(has('territory') ? { territory: ['GB'] } : {}),
    },
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2027-01-01T00:00:00Z',
    ...more,
  })
}
const withClaim = (section: string, more: Partial<NonNullable<AuthorizationTerms['exemption']>>) => {
  const terms = claim(section)
  return { ...terms, exemption: { ...(terms.exemption as NonNullable<AuthorizationTerms['exemption']>), ...more } }
}
const fieldsOf = (terms: AuthorizationTerms, under: ExemptionLaw = law) =>
  exemptionFaults(terms, under).map((one) => one.field)
const every = sectionsOn(law).map((one) => one.section)

describe('the exemptions that ship', () => {
  test('list each section of the regulations that this product knows, with a source and how sure it is', () => {
    expect(every).toEqual([
      ...Array.from({ length: 13 }, (_, at) => `125.4(b)(${at + 1})`),
      '125.4(c)',
      '126.4(a)(1)',
      '126.4(a)(2)',
      '126.4(a)(3)',
      '126.4(b)(1)',
      '126.4(b)(2)',
      '126.5',
      '126.6(c)',
      '126.7',
      '126.7(c)',
      '126.18(c)(1)',
      '126.18(c)(2)',
      '126.18(d)',
    ])
    // What was not read says so.
    expect(rules.sections.filter((one) => one.sureness === 'no').map((one) => one.section)).toEqual(['126.6(c)'])
    expect(rules.sections.filter((one) => one.sureness === 'yes').map((one) => one.section)).toEqual([
      '126.18(c)(1)',
      '126.18(c)(2)',
      '126.18(d)',
    ])
  })

  test('say of each section what is looked at in decisions, and that is what is looked at', () => {
    for (const { section, conditions } of rules.sections) {
      const told = conditions.map((one) => one.check).filter((check) => check === 'places' || check === 'employer')
      expect([section, told.toSorted()]).toEqual([section, checkedAtDecision(section)])
    }
  })
})

describe('exemptionRules', () => {
  const [first] = rules.sections
  test.each<readonly [string, unknown]>([
    [
      'a condition of decisions that this version does not look at',
      { ...rules, sections: [{ ...first, conditions: [{ id: 'p', text: 'Here.', check: 'places' }] }] },
    ],
    ['a section twice at one time', { ...rules, sections: [first, first] }],
    ['a section that ends before it begins twice', { ...rules, sections: [{ ...first, validUntil: 'x' }] }],
    [
      'a condition under the name of a precondition',
      { ...rules, sections: [{ ...first, conditions: [{ id: 'registered', text: 'x', check: 'evidence' }] }] },
    ],
  ])('refuse %s', (_, data) => {
    expect(exemptionRules.safeParse(rules).success).toBe(true)
    expect(exemptionRules.safeParse(data).success).toBe(false)
  })
})

describe('exemptionFaults()', () => {
  test.each(every)('finds none where everything that %s asks is there, and names each that is missing', (section) => {
    const terms = claim(section)
    expect(exemptionFaults(terms, law)).toEqual([])
    const names = Object.keys(terms.exemption?.evidence ?? {})
    expect(names).toEqual(expect.arrayContaining(['registered', 'eligible']))
    for (const name of names) {
      const { [name]: _, ...evidence } = terms.exemption?.evidence ?? {}
      expect(fieldsOf(withClaim(section, { evidence }))).toEqual([`exemption.evidence.${name}`])
    }
    expect(fieldsOf(withClaim(section, { evidence: {} })).length).toBe(names.length)
  })

  const chinese = { countries: ['CN'], parties: [foreign('CN')] }
  test.each(every)('looks at 126.1 before whatever %s says', (section) => {
    expect(fieldsOf(claim(section, chinese))).toEqual(expect.arrayContaining(['countries.0', 'parties.0.country']))
  })

  test.each<readonly [string, AuthorizationTerms, string]>([
    ['no section', { ...claim('126.5'), exemption: undefined }, 'exemption'],
    ['a claim in a license', { ...claim('126.5'), kind: 'DSP-5' }, 'exemption'],
    ['a section that is none', withClaim('126.5', { section: '126.99' }), 'exemption.section'],
    ['another citation', claim('126.5', { citation: '22 CFR 126.7' }), 'citation'],
    [
      'evidence that nothing asks for',
      withClaim('126.5', { evidence: { hearsay: 'x' } }),
      'exemption.evidence.hearsay',
    ],
    ['evidence under a name of Object', withClaim('126.5', { evidence: {} }), 'exemption.evidence.registered'],
    [
      'a certification that is yet to come',
      withClaim('126.5', { certification: { signer: official, on: '2026-06-02' } }),
      'exemption.certification.on',
    ],
    [
      'a certification by the person covered',
      withClaim('126.5', { certification: { signer: me, on: '2026-06-01' } }),
      'exemption.certification.signer',
    ],
    ['a party outside Canada', claim('126.5', { parties: [foreign('GB')] }), 'parties.0.country'],
    ['no Canadian party', claim('126.5', { parties: [] }), 'parties'],
    ['a country outside AUKUS', claim('126.7', { countries: ['GB', 'FR'] }), 'countries.1'],
    ['a party outside AUKUS', claim('126.7', { parties: [foreign('FR')] }), 'parties.0.country'],
    ['a national of nowhere in 125.4(c)', claim('125.4(c)', { countries: ['IN'] }), 'countries.0'],
    ['a rocket among firearms', claim('125.4(b)(6)', { items: ['i-a-1', 'iv-h-1'] }), 'items.1'],
    [
      'a foreign party of a university',
      claim('125.4(b)(10)', { parties: [university, foreign('GB')] }),
      'parties.1.country',
    ],
    ['no university', claim('125.4(b)(10)', { parties: [] }), 'parties'],
    ['nobody by name', claim('125.4(b)(10)', { persons: [] }), 'persons'],
    ['no territory of travel', withClaim('125.4(b)(9)', { territory: undefined }), 'exemption.territory'],
    ['a place of 126.1 to travel to', withClaim('125.4(b)(9)', { territory: ['CN'] }), 'exemption.territory.0'],
    ['a place of travel twice', withClaim('125.4(b)(9)', { territory: ['GB', 'GB'] }), 'exemption.territory.1'],
    ['a territory where none is asked for', withClaim('126.7', { territory: ['GB'] }), 'exemption.territory'],
    ['a country outside 126.18(d)', claim('126.18(d)', { countries: ['GB', 'IN'] }), 'countries.1'],
  ])('names %s', (_, terms, field) => {
    expect(fieldsOf(terms)).toContain(field)
  })

  test('reads the sections of the day', () => {
    const [first] = rules.sections
    if (first === undefined) throw new Error('no section')
    const until = (validUntil: string): ExemptionLaw => ({
      ...law,
      rules: { ...rules, sections: [{ ...first, validUntil }] },
    })
    expect(fieldsOf(claim(first.section), until('2026-06-02'))).toEqual([])
    expect(fieldsOf(claim(first.section), until('2026-06-01'))).toEqual(['exemption.section'])
  })
})
