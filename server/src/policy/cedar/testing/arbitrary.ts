// Random policies and requests for fast-check: every operator of Cedar, mostly well typed, sometimes not; over attributes
// that are sometimes missing and values at the edges of what they can be.

import fc from 'fast-check'

type Kind = 'bool' | 'long' | 'string' | 'entity' | 'set' | 'record' | 'decimal' | 'ip' | 'datetime' | 'duration'
type Text = fc.Arbitrary<string>

const kinds: readonly Kind[] = [
  'bool',
  'long',
  'string',
  'entity',
  'set',
  'record',
  'decimal',
  'ip',
  'datetime',
  'duration',
]

const of = (...texts: string[]): Text => fc.constantFrom(...texts)
const literal = (...texts: string[]): Text => of(...texts.map((text) => JSON.stringify(text)))

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const decimals = words(`
  0.0 1.5 -1.5 1.50 -0.0 922337203685477.5807 -922337203685477.5808 922337203685477.5808 1 1.23456 .5 00001.1
  -.1 1.
`)
const ips = words(`
  10.0.0.1 10.0.0.0/8 10.0.0.1/8 127.0.0.1 127.0.0.0/7 127.1.2.3/9 224.0.0.1 224.0.0.0/3 0.0.0.0/0 10.0.0.1/32
  ::1 ::1/127 ff00::/8 ff02::1 fe80::1/10 1:2:3:4:5:6:7:: 1::2:3:4:5:6:7:8 ::ffff:1.2.3.4 01.2.3.4 1.2.3
  1.2.3.4/33 1.2.3.4/08 ::/0 ::/129 ABCD:: abcd:0:0:0:0:0:0:0 1.2.3.4/ ::: 12345:: 2001:db8::/32 2001:db8:1::/48
`)
const datetimes = words(`
  2024-01-01 2024-02-29 2023-02-29 0000-01-01 9999-12-31T23:59:59.999Z 1970-01-01T00:00:00Z
  1969-12-31T23:59:59.999Z 2024-01-01T00:00:00+0530 2024-01-01T00:00:00.001-2359 2024-01-01T24:00:00Z
  2024-01-01T00:00:60Z 2024-13-01 2024-01-01T00:00:00 2024-01-01T00:00:00+2400 2024-1-1 0099-01-01
  2024-01-01T00:00:00.1Z 2024-01-01t00:00:00z 2024-01-00
`)
const durations = [
  '',
  ...words(`
  1d -1d 1d2h3m4s5ms 5ms 1h1ms 0s - 1s1d 9223372036854775807ms -9223372036854775808ms 9223372036854775808ms
  -106751991167d 106751991168d 0001d 1.5h 1ms1s 49772545d4294967295h 1m -3h 90000s
`),
]
const strings = [
  '',
  'a',
  'b',
  'ab',
  'a*b',
  'aXb',
  '😀',
  'a😀b',
  'constructor',
  '1.5',
  '10.0.0.1',
  '2024-01-01',
  '1d',
  'é',
]
const patterns = ['a*', '*b', '*', 'a*b', 'a\\*b', '**', '*a*b*', '', '😀*', '*é', 'ab', 'a*a*b']
const longs = words(`
  0 1 2 3 -1 -5 7 9007199254740991 9007199254740993 -9007199254740993 9223372036854775807 -9223372036854775808
  3037000500 4294967296
`)
const names = [
  'flag',
  'level',
  'name',
  'owner',
  'set',
  'rec',
  'dec',
  'ip',
  'at',
  'span',
  'constructor',
  'toString',
  '__proto__',
  'missing',
  'a b',
]

const attribute = (name: string) => (/^[a-zA-Z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`)
const entities = [
  'User::"a"',
  'User::"b"',
  'Team::"t1"',
  'Team::"t2"',
  'File::"f"',
  'File::"none"',
  'Org::"o"',
  'Action::"read"',
  'Action::"any"',
]
const types = ['User', 'Team', 'File', 'Org', 'Action', 'Nothing::At::All']
const entitySets = of('[Team::"t1", Org::"o"]', '[]', '[User::"a", Team::"t2"]', '[Team::"t1", 1]')

const leaves: Readonly<Record<Kind, Text>> = {
  bool: of('true', 'false', 'principal.flag', 'context.flag', 'resource.flag'),
  long: fc.oneof(of(...longs), of('principal.level', 'context.level', 'resource.level')),
  string: fc.oneof(literal(...strings), of('principal.name', 'context.name', 'resource["a b"]', 'context.constructor')),
  entity: fc.oneof(of('principal', 'resource', 'action', 'resource.owner', 'context.owner'), of(...entities)),
  set: fc.oneof(
    of('principal.set', 'context.set', 'resource.set', '[]', '[1, 2]', '["a", "b"]', '[[1], [2, 1]]', '[1, "a", true]'),
    entitySets,
  ),
  record: of(
    'context',
    'context.rec',
    'principal.rec',
    '{}',
    '{a: 1}',
    '{"a b": true, constructor: 2}',
    '{"__proto__": 1}',
  ),
  decimal: fc.oneof(
    literal(...decimals).map((text) => `decimal(${text})`),
    of('context.dec', 'principal.dec'),
  ),
  ip: fc.oneof(
    literal(...ips).map((text) => `ip(${text})`),
    of('context.ip', 'principal.ip'),
  ),
  datetime: fc.oneof(
    literal(...datetimes).map((text) => `datetime(${text})`),
    of('context.at', 'resource.at'),
  ),
  duration: fc.oneof(
    literal(...durations).map((text) => `duration(${text})`),
    of('context.span', 'resource.span'),
  ),
}

/** An expression that is true or false, mostly. */
export const booleanExpression: Text = fc.letrec<Record<Kind, string>>((tie) => {
  const any = fc.oneof(...kinds.map((kind) => tie(kind)))
  const two = (left: Text, operators: readonly string[], right: Text): Text =>
    fc.tuple(left, of(...operators), right).map(([a, operator, b]) => `(${a} ${operator} ${b})`)
  const method = (left: Text, methods: readonly string[], right: Text): Text =>
    fc.tuple(left, of(...methods), right).map(([a, name, b]) => `(${a}).${name}(${b})`)
  const ask = (left: Text, methods: readonly string[]): Text => method(left, methods, fc.constant(''))
  const choose = (kind: Kind): Text =>
    fc.tuple(tie('bool'), tie(kind), tie(kind)).map(([a, b, c]) => `(if ${a} then ${b} else ${c})`)
  // Now and then something of another type.
  const grown = (kind: Kind, ...more: Text[]): Text =>
    fc.oneof(
      { maxDepth: 4, depthIdentifier: 'expression' },
      { weight: kind === 'bool' ? 10 : 8, arbitrary: leaves[kind] },
      { weight: 1, arbitrary: fc.constantFrom(...kinds).chain((other) => leaves[other]) },
      { weight: 1, arbitrary: choose(kind) },
      { weight: 1, arbitrary: fc.tuple(any, of(...names)).map(([a, name]) => `(${a})${attribute(name)}`) },
      ...more.map((arbitrary) => ({ weight: kind === 'bool' ? 2 : 1, arbitrary })),
    )
  return {
    bool: grown(
      'bool',
      two(tie('bool'), ['&&', '||'], tie('bool')),
      two(tie('bool'), ['&&', '||'], tie('bool')),
      tie('bool').map((a) => `!(${a})`),
      two(any, ['==', '!='], any),
      fc.constantFrom(...kinds).chain((kind) => two(tie(kind), ['==', '!='], tie(kind))),
      two(tie('long'), ['<', '<=', '>', '>='], tie('long')),
      two(tie('datetime'), ['<', '<=', '>', '>='], tie('datetime')),
      two(tie('duration'), ['<', '<=', '>', '>='], tie('duration')),
      two(tie('entity'), ['in'], tie('entity')),
      two(tie('entity'), ['in'], tie('set')),
      fc.tuple(tie('entity'), of(...types)).map(([a, type]) => `(${a} is ${type})`),
      fc.tuple(tie('entity'), of(...types), tie('entity')).map(([a, type, b]) => `(${a} is ${type} in ${b})`),
      fc.tuple(any, of(...names)).map(([a, name]) => `((${a}) has ${JSON.stringify(name)})`),
      of('(context has rec.a)', '(context has rec.a.b)', '(principal has rec.x.y)', '(resource has owner.name)'),
      fc.tuple(tie('string'), of(...patterns)).map(([a, pattern]) => `(${a} like "${pattern}")`),
      method(tie('set'), ['contains'], any),
      method(tie('set'), ['containsAll', 'containsAny'], tie('set')),
      ask(tie('set'), ['isEmpty']),
      method(tie('entity'), ['hasTag'], tie('string')),
      method(tie('decimal'), ['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'], tie('decimal')),
      ask(tie('ip'), ['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast']),
      method(tie('ip'), ['isInRange'], tie('ip')),
    ),
    long: grown(
      'long',
      two(tie('long'), ['+', '-', '*'], tie('long')),
      tie('long').map((a) => `-(${a})`),
      ask(tie('duration'), ['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays']),
    ),
    string: grown('string', method(tie('entity'), ['getTag'], tie('string'))),
    entity: grown('entity'),
    set: grown(
      'set',
      fc.array(any, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    ),
    record: grown(
      'record',
      fc
        .uniqueArray(fc.tuple(of(...names), any), { maxLength: 3, selector: ([name]) => name })
        .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(', ')}}`),
    ),
    decimal: grown(
      'decimal',
      tie('string').map((a) => `decimal(${a})`),
    ),
    ip: grown(
      'ip',
      tie('string').map((a) => `ip(${a})`),
    ),
    datetime: grown(
      'datetime',
      tie('string').map((a) => `datetime(${a})`),
      method(tie('datetime'), ['offset'], tie('duration')),
      ask(tie('datetime'), ['toDate']),
    ),
    duration: grown(
      'duration',
      tie('string').map((a) => `duration(${a})`),
      method(tie('datetime'), ['durationSince'], tie('datetime')),
      ask(tie('datetime'), ['toTime']),
    ),
  }
}).bool

const scopeOf = (variable: string): Text =>
  fc.oneof(
    { weight: 16, arbitrary: fc.constant(variable) },
    of(...entities).map((uid) => `${variable} == ${uid}`),
    of(...entities).map((uid) => `${variable} in ${uid}`),
    of(...types).map((type) => `${variable} is ${type}`),
    fc.tuple(of(...types), of(...entities)).map(([type, uid]) => `${variable} is ${type} in ${uid}`),
  )

const actionScope = of(
  'action',
  'action',
  'action == Action::"read"',
  'action in Action::"any"',
  'action in [Action::"read", Action::"write"]',
  'action in []',
)

export const policyText: Text = fc
  .tuple(
    fc.constantFrom('permit', 'permit', 'permit', 'forbid'),
    fc.tuple(scopeOf('principal'), actionScope, scopeOf('resource')),
    fc.array(fc.tuple(fc.constantFrom('when', 'unless'), booleanExpression), { minLength: 1, maxLength: 2 }),
  )
  .map(
    ([effect, scope, conditions]) =>
      `${effect} (${scope.join(', ')}) ${conditions.map(([kind, body]) => `${kind} { ${body} }`).join(' ')};`,
  )

const extension = (fn: string, valid: readonly string[]) =>
  fc.constantFrom(...valid.map((arg) => ({ __extn: { fn, arg } })))
const alice = { type: 'User', id: 'a' }
const reference = fc.constantFrom(
  alice,
  alice,
  alice,
  { type: 'User', id: 'a' },
  { type: 'User', id: 'b' },
  { type: 'Team', id: 't1' },
  { type: 'File', id: 'none' },
)
const integer = fc.constantFrom(0, 1, 2, -5, 7, 2 ** 53 - 1, -(2 ** 53 - 1), 3_037_000_500)
const plainSet = fc.constantFrom<unknown[]>(
  [],
  [1, 2],
  ['a', 'b'],
  [2, 1, 2],
  [[1], [2]],
  ['a', 1],
  [{ __entity: { type: 'Team', id: 't1' } }],
)

const fields = {
  flag: fc.boolean(),
  level: integer,
  name: fc.constantFrom(...strings),
  'a b': fc.constantFrom(...strings),
  constructor: fc.constantFrom('a', 'b'),
  owner: reference.map((uid) => ({ __entity: uid })),
  set: plainSet,
  rec: fc.constantFrom<unknown>({}, { a: 1 }, { a: { b: 2 } }, { x: 'y', toString: 1 }, { a: 2 }),
  dec: extension('decimal', ['0.0', '1.5', '-1.5', '922337203685477.5807']),
  ip: extension('ip', ['10.0.0.1', '10.0.0.0/8', '::1', '127.0.0.1', 'ff02::1']),
  at: extension('datetime', ['2024-01-01', '1969-12-31T23:59:59.999Z', '0000-01-01', '2024-06-01T12:00:00+0530']),
  span: extension('duration', ['1d', '-1d', '5ms', '9223372036854775807ms', '-9223372036854775808ms']),
}
const attributes = fc.oneof(
  { weight: 4, arbitrary: fc.record(fields) },
  { weight: 1, arbitrary: fc.record(fields, { requiredKeys: ['flag', 'level'] }) },
)
const tags = fc.record({ a: fc.constantFrom('a', 'b'), b: fc.constantFrom('a', 'ab') }, { requiredKeys: [] })

/** A request as Cedar's JSON has it, its entities among it. */
export const jsonRequest = fc
  .tuple(
    attributes,
    attributes,
    attributes,
    tags,
    reference,
    fc.constantFrom('read', 'write'),
    fc.constantFrom('f', 'none'),
  )
  .map(([context, user, file, tags, principal, action, resource]) => ({
    principal,
    action: { type: 'Action', id: action },
    resource: { type: 'File', id: resource },
    context,
    entities: [
      { uid: { type: 'User', id: 'a' }, attrs: user, parents: [{ type: 'Team', id: 't1' }], tags },
      { uid: { type: 'Team', id: 't1' }, attrs: {}, parents: [{ type: 'Org', id: 'o' }] },
      {
        uid: { type: 'File', id: 'f' },
        attrs: file,
        parents: [
          { type: 'Team', id: 't2' },
          { type: 'User', id: 'b' },
        ],
      },
      { uid: { type: 'Action', id: 'read' }, attrs: {}, parents: [{ type: 'Action', id: 'any' }] },
    ],
  }))
