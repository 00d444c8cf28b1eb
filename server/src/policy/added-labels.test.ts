// Labels that were added to a file only narrow: whoever a file with them opens for, it opened for without them. Tried over
// generated people, authorizations, places, labels and added labels, by the shipped policies and the real rule of coverage.

import {
  parseLabel,
  type AuthorizationTerms,
  type Id,
  type LabelFqn,
  type PersonStatus,
  type Role,
} from '@sallyport/protocol'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeCoverage } from '../authorizations/index.ts'
import { gather } from './attributes.ts'
import { judge } from './decide.ts'
import type { FactRules, PersonFacts } from './facts.ts'
import { compile, type PolicySet } from './policy-set.ts'
import { shippedPolicies } from './policy-source.ts'
import type { DecisionRequest } from './request.ts'
import type { Snapshot } from './snapshot.ts'

const name = (short: string): string => `https://sallyport.test/attr/${short.replace('/', '/value/')}`
const markings = [
  'relto/usa-gbr',
  'relto/usa-fra',
  'relto/display-usa-gbr',
  'dissem/dl-only',
  'program/dl-a',
  'distribution/b',
]
const known = [
  'jurisdiction/itar',
  'jurisdiction/ear',
  'program/a',
  'program/b',
  'item/x',
  'item/y',
  'dissem/noforn',
  ...markings,
]
const every = [...known, 'dissem/orcon', 'program/unknown']

let set: PolicySet
beforeAll(async () => {
  set = compile(await shippedPolicies())
})

const rules: FactRules = {
  coverage: makeCoverage({ namespace: 'sallyport.test' }),
  openTies: () => ({ citizenships: [], formerCitizenships: [], permanentResidencies: [] }),
  sealForPerson: () => new Uint8Array(),
}

const theOne = { policySha256: 'aa', bindings: ['b0'] }

interface World {
  readonly person: Partial<PersonFacts>
  readonly authorizations: readonly Partial<AuthorizationTerms>[]
  readonly sealed: readonly string[]
  readonly added: readonly string[]
  readonly country: string
  readonly fulfillable: boolean
  readonly action: 'file.open' | 'file.fetch' | 'file.list' | 'file.delete' | 'file.share' | 'file.receive'
  readonly isPresented: boolean
  /** What two officers set in place of `sealed`; null where they did not. */
  readonly instead?: readonly string[] | null
}

const personId = '01930000-0000-7000-8000-000000000001' as Id<'person'>
const hands: readonly string[] = ['01930000-0000-7000-8000-0000000000ff']
const fileId = '01930000-0000-7000-8000-000000000002' as Id<'file'>

function snapshotOf(
  { person, authorizations, sealed, isPresented, instead = null }: World,
  added: readonly string[],
): Snapshot {
  const facts: PersonFacts = {
    id: personId,
    version: 1,
    status: 'foreign-person',
    roles: ['engineer'],
    assignments: ['a', 'b'].map((program) => ({ program, purpose: 'design' })),
    employer: null,
    isRegularEmployee: true,
    hasNda: true,
    briefedOn: null,
    actsForForeignEmployer: false,
    ties: { citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [] },
    ...person,
  }
  const labels = new Map(
    [...known, 'dissem/orcon'].map((short) => {
      const [dimension = '', value = ''] = short.split('/')
      return [name(short), { fqn: name(short) as LabelFqn, dimension, value }]
    }),
  )
  return {
    epoch: 1,
    policyDigest: 'shipped',
    atMs: Date.parse('2026-06-01T00:00:00Z'),
    person: () => ({ facts, personKey: new Uint8Array() }),
    people: [],
    fileLabels: () => (isPresented ? null : sealed.map(name)),
    addedLabels: () => added.map(name),
    rescues: () =>
      instead === null
        ? []
        : [{ id: 'r-1', policySha256: 'aa', bindings: ['b0'], isStored: true, labels: instead.map(name), hands }],
    isDeleted: () => false,
    vaultLabels: () => null,
    label: (name) => labels.get(parseLabel(name)?.fqn ?? '') ?? null,
    authorizations: () =>
      authorizations.map((terms, n) => ({
        id: `01930000-0000-7000-8000-0000000001${n}0` as Id<'authorization'>,
        version: 1,
        terms: {
          number: `TA-${n}`,
          kind: 'TAA',
          citation: '22 CFR 124.1(a)',
          title: 'Trial',
          parties: [],
          persons: [personId],
          countries: ['GB', 'FR'],
          items: ['x'],
          programs: ['a', 'b'],
          purposes: ['design'],
          provisos: [],
          determinations: [],
          validFrom: '2026-01-01T00:00:00Z',
          validUntil: '2027-01-01T00:00:00Z',
          ...terms,
        },
      })),
    proscribed: [],
    nationals: [],
    acknowledged: () => false,
  }
}

async function opens(world: World, added: readonly string[], container = theOne): Promise<boolean> {
  const { sealed, country, fulfillable, action, isPresented } = world
  const request: DecisionRequest = {
    subject: { kind: 'person', id: personId },
    action,
    resource: {
      kind: 'file',
      id: fileId,
      presented: isPresented ? { labels: sealed.map(name), dissem: [], container } : null,
    },
    place: { name: 'office', country },
    device: 'unknown',
    door: 'test',
    evidence: {
      fulfillable: fulfillable
        ? ['acknowledge', 'view-only'].map((one) => `https://sallyport.test/obl/proviso/value/${one}`)
        : [],
    },
  }
  const snapshot = snapshotOf(world, added)
  const { effect } = await judge(request, gather(request, snapshot, rules), snapshot, { policySet: async () => set })
  return effect === 'permit'
}

const party = (country: string) => [
  { id: `p-${country.toLowerCase()}`, name: country, country, side: 'foreign' as const },
]
const world = (fields: Partial<World>): World => ({
  person: {},
  authorizations: [{ parties: party('GB') }],
  sealed: ['program/a', 'item/x'],
  added: [],
  country: 'US',
  fulfillable: false,
  action: 'file.open',
  isPresented: true,
  ...fields,
})

const someOf = <T>(all: readonly T[]) => fc.subarray([...all])
const terms = fc.record({
  items: someOf(['x', 'y']),
  programs: someOf(['a', 'b']),
  countries: fc.constantFrom<string[]>(['GB'], ['GB', 'FR']),
  parties: fc.constantFrom<AuthorizationTerms['parties']>([], party('GB'), party('FR')),
  provisos: fc.constantFrom<AuthorizationTerms['provisos']>(
    [],
    [{ kind: 'obligation' as const, id: 'p-1', text: 'Read it.', obligation: 'acknowledge' }],
  ),
})
const usual = ['jurisdiction/itar', 'program/a', 'program/b', 'item/x', 'item/y']
const labels = fc.oneof(
  { weight: 4, arbitrary: someOf(usual) },
  { weight: 2, arbitrary: fc.tuple(someOf(usual), someOf(markings)).map((both) => both.flat()) },
  { weight: 1, arbitrary: someOf(every) },
)
const worlds = fc.record({
  person: fc.record({
    status: fc.constantFrom<PersonStatus>('us-person', 'foreign-person', 'unverified'),
    roles: fc.constantFrom<Role[]>(['engineer'], ['officer'], ['engineer', 'officer']),
    assignments: someOf(['a', 'b', 'dl-a'].map((program) => ({ program, purpose: 'design' }))),
  }),
  authorizations: fc.array(terms, { maxLength: 3 }),
  sealed: labels,
  added: labels,
  country: fc.constantFrom('US', 'GB', 'FR'),
  fulfillable: fc.boolean(),
  action: fc.constantFrom<World['action']>('file.open', 'file.fetch', 'file.list', 'file.delete'),
  isPresented: fc.boolean(),
})

describe('labels that were added to a file', () => {
  test('give a file that was not classified to nobody, though an authorization lists the item', async () => {
    expect(await opens(world({}), [])).toBe(true)
    expect(await opens(world({ sealed: ['program/a'] }), ['item/x'])).toBe(false)
    expect(await opens(world({ sealed: ['item/x'] }), ['program/a'])).toBe(false)
    expect(await opens(world({ sealed: [], person: { status: 'us-person', ties: null } }), ['program/a'])).toBe(false)
  })

  test('bring in no place by another authorization that is relied on for the whole', async () => {
    // The first covers the file as it was sealed, in Britain; the second the file as it is labelled now, in France.
    const authorizations = [
      { items: ['x'], parties: party('GB') },
      { items: ['x', 'y'], parties: party('FR') },
    ]
    const abroad = world({ authorizations, country: 'FR' })
    expect(await opens({ ...abroad, sealed: ['program/a', 'item/x', 'item/y'] }, [])).toBe(true)
    expect(await opens(abroad, ['item/y'])).toBe(false)
    expect(await opens(world({ authorizations, country: 'US' }), ['item/y'])).toBe(true)
  })

  test('take nothing away of what whoever opens must fulfil', async () => {
    const proviso = { kind: 'obligation' as const, id: 'p-1', text: 'Read it.', obligation: 'acknowledge' }
    const authorizations = [{ items: ['x'], provisos: [proviso] }, { items: ['x', 'y'] }]
    expect(await opens(world({ authorizations }), ['item/y'])).toBe(false)
    expect(await opens(world({ authorizations, fulfillable: true }), ['item/y'])).toBe(true)
  })

  test('only narrow, whoever asks for whatever from wherever', async () => {
    let permitted = 0
    await fc.assert(
      fc.asyncProperty(worlds, async (one) => {
        if (!(await opens(one, one.added))) return
        permitted++
        expect(await opens(one, [])).toBe(true)
        // And in the sense of the labels themselves: it would have opened, had it been sealed under all of them.
        expect(await opens({ ...one, sealed: [...one.sealed, ...one.added] }, [])).toBe(true)
      }),
      { numRuns: 3000 },
    )
    expect(permitted).toBeGreaterThan(10)
  })
})

describe('labels that stand in place of those of a manifest', () => {
  test('let in whom they would have let in under a manifest of their own, with dissemination controls kept, and nobody else', async () => {
    const marked = world({ sealed: ['program/a', 'dissem/noforn'], instead: ['program/a', 'item/x'] })
    expect(await opens(marked, [])).toBe(false)
    expect(await opens({ ...marked, person: { status: 'us-person', ties: null } }, [])).toBe(true)
    let permitted = 0
    await fc.assert(
      fc.asyncProperty(worlds, labels, fc.boolean(), async (generated, instead, isMarked) => {
        const one = isMarked ? { ...generated, sealed: [...generated.sealed, 'dissem/noforn'] } : generated
        const kept = one.sealed.filter((label) => /^(dissem|relto)\/(?!orcon)/.test(label))
        const asSealed = { ...one, sealed: [...instead, ...kept], instead: null }
        const is = await opens({ ...one, instead }, one.added)
        // A file of no labels at all says nothing that anybody could decide about: a control alone does not label it.
        if (instead.length > 0) expect(is).toBe(await opens(asSealed, one.added))
        else expect(is).toBe(false)
        if (is) permitted++
      }),
      { numRuns: 2000 },
    )
    expect(permitted).toBeGreaterThan(10)
  })

  test('stand for no other policy and no other key, and for nobody who decided on them', async () => {
    const hers = world({ sealed: ['program/unknown'], instead: ['program/a', 'item/x'] })
    expect(await opens(hers, [])).toBe(true)
    const others = [
      { policySha256: 'ab', bindings: ['b0'] },
      { policySha256: 'aa', bindings: ['b1'] },
      { policySha256: 'aa', bindings: ['b0', 'b1'] },
      { policySha256: 'aa', bindings: [] },
    ]
    for (const other of others) expect(await opens(hers, [], other)).toBe(false)
    const decided = { ...hers, person: { id: hands[0] as Id<'person'>, status: 'us-person' as const, ties: null } }
    expect(await opens({ ...decided, person: { ...decided.person, id: personId } }, [])).toBe(true)
    expect(await opens(decided, [])).toBe(false)
  })
})

test('a file is shared by whom could open it, and known to whom could, and to nobody else', async () => {
  let permitted = 0
  await fc.assert(
    fc.asyncProperty(worlds, async (one) => {
      const willing = { ...one, fulfillable: true }
      const could = await opens({ ...willing, action: 'file.open' }, one.added)
      for (const action of ['file.share', 'file.receive'] as const)
        expect(await opens({ ...one, action }, one.added)).toBe(could)
      if (could) permitted++
    }),
    { numRuns: 2000 },
  )
  expect(permitted).toBeGreaterThan(10)
})
