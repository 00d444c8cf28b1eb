import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePolicies } from './compile.ts'
import { entityStore } from './entities.ts'
import { cedarWasm } from './source.ts'
import { summary } from './testing/cases.ts'
import { EntityUid } from './values.ts'

const uid = (type: string) => ({ type, id: 'x' })

// Puts every condition to Cedar and to the closures, each as a policy of one set, of as many as a set may have.
function answers(conditions: readonly string[]): { own: string; cedar: string } {
  const parts = []
  for (let at = 0; at < conditions.length; at += 300) parts.push(answersOfSet(conditions.slice(at, at + 300)))
  return { own: parts.map(({ own }) => own).join('\n'), cedar: parts.map(({ cedar }) => cedar).join('\n') }
}

function answersOfSet(conditions: readonly string[]): { own: string; cedar: string } {
  const text = conditions.map((condition) => `permit (principal, action, resource) when { ${condition} };`).join('\n')
  const request = { principal: uid('A'), action: uid('Action'), resource: uid('A'), context: {}, entities: [] }
  const oracle = cedarWasm.isAuthorized({ ...request, policies: { staticPolicies: text } })
  if (oracle.type === 'failure') throw new Error(JSON.stringify(oracle.errors))
  const { decision, diagnostics } = oracle.response
  const errors = diagnostics.errors.map((one) => ({ policyId: one.policyId, message: '' }))
  const own = compilePolicies(text).evaluate({
    principal: new EntityUid('A', 'x'),
    action: new EntityUid('Action', 'x'),
    resource: new EntityUid('A', 'x'),
    context: {},
    entities: entityStore([]),
  })
  return { own: summary(own), cedar: summary({ decision, determining: diagnostics.reason, errors }) }
}

const shapes = {
  decimal: fc.oneof(
    fc.stringMatching(/^-?\d{1,17}\.\d{0,5}$/),
    fc.stringMatching(/^-?0{0,30}[0-9]{0,16}\.[0-9]{1,4}$/),
  ),
  ip: fc.oneof(
    fc.stringMatching(/^[0-2]?\d{1,2}\.[0-2]?\d{1,2}\.[0-2]?\d{1,2}\.[0-2]?\d{1,2}(\/[0-3]?\d)?$/),
    fc.stringMatching(/^([0-9a-f]{0,4}:){1,8}[0-9A-F]{0,5}(\/1?[0-9]{1,2})?$/),
    fc.ipV6(),
  ),
  datetime: fc.stringMatching(
    /^[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{3})?(Z|[+-][0-2][0-9][0-6][0-9]))?$/,
  ),
  duration: fc.oneof(
    fc.stringMatching(/^-?(\d{1,3}d)?(\d{1,3}h)?(\d{1,3}m)?(\d{1,3}s)?(\d{1,19}ms)?$/),
    fc.stringMatching(/^-?(\d{1,20}(d|h|m|s|ms)){1,2}$/),
  ),
} as const

const damaged = (text: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 4, arbitrary: text },
    {
      weight: 1,
      arbitrary: fc
        .tuple(text, fc.nat(), fc.constantFrom('', ' ', '\n', '٣', '+', '-', '.', ':', '/', '0', 'e', 'Z'))
        .map(
          ([whole, at, change]) =>
            `${whole.slice(0, at % (whole.length + 1))}${change}${whole.slice((at % (whole.length + 1)) + 1)}`,
        ),
    },
  )

describe('extensionFunctions read what Cedar reads, and nothing else', () => {
  it.each(Object.entries(shapes))('%s', (name, shape) => {
    fc.assert(
      fc.property(fc.array(damaged(shape), { minLength: 120, maxLength: 120 }), (texts) => {
        const calls = texts.map((text) => `${name}(${JSON.stringify(text)})`)
        const { own, cedar } = answers([
          ...calls.map((call) => `${call} == ${call}`),
          ...calls.slice(1).map((call, at) => `${call} == ${calls[at]}`),
        ])
        expect(own).toBe(cedar)
      }),
      { numRuns: 3 },
    )
  })
})

describe('extensionFunctions compute what Cedar computes', () => {
  const pairs = <A>(values: readonly A[]) => values.flatMap((a) => values.map((b) => [a, b] as const))

  it('of addresses', () => {
    const texts = [
      '10.0.0.0/8',
      '10.1.0.0/16',
      '10.1.2.3',
      '0.0.0.0/0',
      '127.0.0.1/8',
      '127.0.0.1/7',
      '224.0.0.0/4',
      '239.1.1.1',
      '::/0',
      '::1',
      '::1/127',
      'ff00::/8',
      'ff00::/7',
      'fe80::1',
    ]
    const { own, cedar } = answers([
      ...texts.flatMap((ip) =>
        ['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'].map((name) => `ip("${ip}").${name}()`),
      ),
      ...pairs(texts).map(([a, b]) => `ip("${a}").isInRange(ip("${b}"))`),
    ])
    expect(own).toBe(cedar)
  })

  it('of decimals', () => {
    const texts = ['0.0', '-0.0', '1.5', '1.5000', '-1.5', '922337203685477.5807', '-922337203685477.5808']
    const names = ['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual']
    const { own, cedar } = answers(
      pairs(texts).flatMap(([a, b]) => names.map((name) => `decimal("${a}").${name}(decimal("${b}"))`)),
    )
    expect(own).toBe(cedar)
  })

  it('of datetimes and durations, to their ends', () => {
    const times = [
      '1970-01-01',
      '1969-12-31T23:59:59.999Z',
      '0000-01-01',
      '9999-12-31T23:59:59.999Z',
      '2024-02-29T12:30:00+0100',
    ]
    const spans = ['0ms', '1ms', '-1ms', '1d', '-1d', '-25h', '9223372036854775807ms', '-9223372036854775808ms']
    const moments = times.flatMap((at) => spans.map((by) => `datetime("${at}").offset(duration("${by}"))`))
    const bounds = ['0', '1', '-1', '9223372036854775807', '-9223372036854775808', '-106751991167']
    const { own, cedar } = answers([
      ...moments.flatMap((at) => [
        `${at}.toDate() <= ${at}`,
        `${at}.toTime() < duration("1d")`,
        `${at}.toTime() == duration("86399999ms")`,
      ]),
      ...moments.map((at) => `${at}.durationSince(datetime("1970-01-01")) > duration("0ms")`),
      ...spans.flatMap((by) =>
        ['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'].flatMap((name) =>
          bounds.map((bound) => `duration("${by}").${name}() == ${bound}`),
        ),
      ),
    ])
    expect(own).toBe(cedar)
  })
})
