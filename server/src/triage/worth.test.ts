import { describe, expect, test } from 'vitest'
import type { RecordedDecision } from '../policy/index.ts'
import { alikeRefusals, burstsOf, rulesOf } from './worth.ts'
import { rulesOf as rulesOfReleases } from './unusual-releases.ts'

interface Some {
  readonly id?: string
  readonly actor?: string | null
  readonly atMs?: number
  readonly status?: string
  readonly action?: string
  readonly reasons?: readonly string[]
  readonly place?: Readonly<Record<string, unknown>>
  readonly about?: string
  readonly kind?: string
  readonly looked?: Readonly<Record<string, unknown>>
}

function decision({
  id = 'one',
  actor = 'ada',
  atMs = 0,
  status = 'us-person',
  action = 'file.open',
  reasons = ['need-to-know'],
  place = { name: 'plant', country: 'US' },
  about = 'f',
  kind = 'file',
  looked,
}: Some): RecordedDecision {
  const evidence = looked === undefined ? {} : { looked }
  const body = { action, attributes: { principal: { status } }, place, reasons, evidence }
  return {
    id,
    actor,
    atMs,
    kind: 'decision.deny',
    about: { kind, id: about },
    body,
  } as unknown as RecordedDecision
}

describe('rulesOf() says why a refusal is worth a look', () => {
  test.each([
    ['need to know alone, at a place of ours', {}, []],
    ['of nobody on the roster', { actor: null, status: 'unrostered' }, ['stranger']],
    ['of somebody who ended', { status: 'ended' }, ['ended']],
    ['from an unknown place', { place: { name: '', country: null } }, ['place']],
    ['from another country', { place: { name: 'paris', country: 'FR' } }, ['place']],
    ['of a keeper’s act', { action: 'key.rotate', reasons: ['no-permit'] }, ['keeper']],
    ['of the ledger', { action: 'ledger.read', reasons: ['no-permit'] }, ['keeper']],
    ['of the roster', { action: 'person.list', reasons: ['no-permit'] }, []],
    ['of a file that nothing covers', { reasons: ['no-coverage'] }, ['file']],
    ['of what is said of such a file', { action: 'file.list', reasons: ['no-coverage'] }, ['file']],
    ['of a vault to protect into', { action: 'file.protect', reasons: ['no-coverage'], kind: 'vault' }, []],
  ])('%s', (_, some, rules) => {
    expect(rulesOf(decision(some))).toEqual(rules)
  })
})

const spaced = (count: number, everyMs: number, actor: string | null = 'ada') =>
  Array.from({ length: count }, (_, n) => decision({ id: `${actor} ${n}`, actor, atMs: n * everyMs, about: `f${n}` }))

describe('burstsOf() finds many refusals of one person in an hour', () => {
  test('ten of them, in any order', () => {
    const ten = spaced(10, 400_000)
    expect([...burstsOf(ten.toReversed())].sort()).toEqual(ten.map(({ id }) => id).sort())
  })

  test.each([
    ['nine', spaced(9, 1)],
    ['ten in more than an hour', spaced(10, 400_001)],
    [
      'one page that was loaded a hundred times',
      Array.from({ length: 100 }, (_, n) => decision({ id: `${n}`, atMs: n })),
    ],
    ['ten of strangers, who may be as many', spaced(10, 1, null)],
    ['five of two people each', [...spaced(5, 1), ...spaced(5, 1, 'ben')]],
  ])('not %s', (_, refusals) => {
    expect(burstsOf(refusals).size).toBe(0)
  })
})

describe('alikeRefusals() puts one matter together', () => {
  test('of one person, act, thing, place and reason, of what was looked at, and tells the others apart', () => {
    const one = decision({ id: 'newest', atMs: 5 })
    const others = [
      decision({ id: 'actor', atMs: 4, actor: 'ben' }),
      decision({ id: 'act', atMs: 4, action: 'file.fetch' }),
      decision({ id: 'thing', atMs: 4, about: 'g' }),
      decision({ id: 'place', atMs: 4, place: { name: 'paris', country: 'FR' } }),
      decision({ id: 'reason', atMs: 4, reasons: ['no-coverage'] }),
      decision({ id: 'looked at', atMs: 4, looked: { kind: 'person', id: 'p' } }),
    ]
    const again = decision({ id: 'again', atMs: 3 })
    const groups = alikeRefusals([one, ...others, again]).map((group) => group.map(({ id }) => id))
    expect(groups).toEqual([['newest', 'again'], ...others.map(({ id }) => [id])])
    expect(alikeRefusals([one, again], ({ id }) => id)).toHaveLength(2)
  })

  test('not of strangers, of whom nobody knows whether they are one', () => {
    const strangers = [2, 1, 0].map((atMs) => decision({ id: `${atMs}`, atMs, actor: null, status: 'unrostered' }))
    expect(alikeRefusals(strangers).map((group) => group.map(({ id }) => id))).toEqual([['2'], ['1'], ['0']])
  })

  test('a burst is of each of them once, and all of them are of it', () => {
    const ten = spaced(10, 400_000)
    const again = decision({ id: 'again', atMs: 1, about: 'f0' })
    expect(burstsOf([...ten, again]).has('again')).toBe(true)
    expect(burstsOf([...ten.slice(1), again, decision({ id: 'once more', atMs: 2, about: 'f1' })]).size).toBe(11)
    expect(burstsOf([...ten.slice(1), ten[1] ?? again]).size).toBe(0)
  })
})

describe('rulesOf() says what is unusual about releases', () => {
  test('many of one person within an hour, every one of them', () => {
    const found = [...rulesOfReleases(spaced(20, 180_000)).values()]
    expect(found).toEqual(Array.from({ length: 20 }, () => ['many']))
    expect(rulesOfReleases(spaced(20, 190_000)).size).toBe(0)
    expect(rulesOfReleases(spaced(19, 1)).size).toBe(0)
  })

  test('the first from another place, and not the next one there', () => {
    const at = (id: string, name: string) => decision({ id, place: { name, country: 'US' } })
    const found = rulesOfReleases([at('a', 'plant'), at('b', 'home'), at('c', 'home'), at('d', 'plant')])
    expect([...found]).toEqual([['b', ['new-place']]])
  })
})
