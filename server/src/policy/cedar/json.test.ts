import { describe, expect, it } from 'vitest'
import { entitiesFromJson, recordFromJson, uidFromJson, valueFromJson } from './json.ts'
import { EntityUid, valueText } from './values.ts'

describe('valueFromJson()', () => {
  it('reads plain values, references and extension values', () => {
    expect(valueFromJson({ a: [1, 'x', true], b: 2n ** 60n })).toEqual({ a: [1, 'x', true], b: 2n ** 60n })
    expect(valueFromJson(5n)).toBe(5)
    expect(valueFromJson({ __entity: { type: 'A', id: 'x' } })).toEqual(new EntityUid('A', 'x'))
    expect(valueText(valueFromJson({ __extn: { fn: 'ip', arg: '10.0.0.1' } }))).toBe('ip("10.0.0.1/32")')
    expect(valueText(valueFromJson({ __extn: { fn: 'decimal', arg: '-0.5' } }))).toBe('decimal("-0.5000")')
  })

  it.each([
    ['null', null],
    ['a fraction', 1.5],
    ['an integer that is not exact', 2 ** 53],
    ['an integer beyond 64 bits', 2n ** 63n],
    ['not a number', Number.NaN],
    ['undefined', undefined],
    ['a reference without an id', { __entity: { type: 'A' } }],
    ['an extension value of another form', { __extn: { fn: 'ip', arg: 'here' } }],
    ['an unknown extension', { __extn: { fn: 'evaluate', arg: 'x' } }],
    ['an extension function with too many arguments', { __extn: { fn: 'ip', args: ['::1', '::1'] } }],
  ])('refuses %s', (_, json) => {
    expect(() => valueFromJson(json)).toThrow(/^cannot read /)
  })

  it('refuses nesting without end, before it exhausts the stack', () => {
    let json: unknown = 1
    for (let depth = 0; depth < 100_000; depth++) json = [json]
    expect(() => valueFromJson(json)).toThrow('levels deep')
  })
})

describe('entitiesFromJson()', () => {
  const one = (id: string, ...parents: string[]) => ({
    uid: { type: 'A', id },
    attrs: {},
    parents: parents.map((id) => ({ type: 'A', id })),
  })

  it('closes the hierarchy, through parents that are not there', () => {
    const store = entitiesFromJson([one('a', 'b'), one('b', 'c', 'd')])
    expect([...(store.find(new EntityUid('A', 'a'))?.ancestors ?? [])].sort()).toEqual(['A::"b"', 'A::"c"', 'A::"d"'])
    expect(store.find(new EntityUid('A', 'c'))).toBeUndefined()
  })

  it('refuses cycles, repetitions and what is no list', () => {
    expect(() => entitiesFromJson([one('a', 'b'), one('b', 'a')])).toThrow('cycle')
    expect(() => entitiesFromJson([one('a'), one('a')])).toThrow('twice')
    expect(() => entitiesFromJson({})).toThrow('not a list')
  })
})

describe('recordFromJson() and uidFromJson()', () => {
  it('keep a name such as __proto__ an attribute like any other', () => {
    expect(Object.keys(recordFromJson(JSON.parse('{"__proto__": 1}')))).toEqual(['__proto__'])
    expect(() => recordFromJson([])).toThrow('not an object')
  })

  it('read both forms of a reference, and nothing else', () => {
    expect(uidFromJson({ type: 'A', id: 'x' })).toEqual(uidFromJson({ __entity: { type: 'A', id: 'x' } }))
    expect(() => uidFromJson('A::"x"')).toThrow('not an object')
  })
})
