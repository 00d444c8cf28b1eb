import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePolicies, type CompiledPolicies } from './compile.ts'
import { prove, type RequestSpace } from './prove.ts'
import { cedarWasm } from './source.ts'
import { EntityUid } from './values.ts'

const open = new EntityUid('Action', 'open')
const list = new EntityUid('Action', 'list')
const uncovered: RequestSpace = {
  fixed: {
    'principal.usPerson': [false],
    'principal.status': ['foreign-person', 'unverified', 'ended'],
    'context.coverage.live': [false],
  },
  actions: [open, list],
}

const global = `forbid (principal, action, resource) unless { principal.usPerson || context.coverage.live };`
const engineers = `permit (principal, action, resource) when { principal.roles.contains("engineer") };`

function proofOf(text: string, space = uncovered) {
  const compiled = compilePolicies(text)
  const proof = prove(compiled, space)
  if (!proof.proved && proof.request !== null) expect(compiled.evaluateStrictly(proof.request).decision).toBe('allow')
  return proof
}

describe('prove() proves', () => {
  it.each([
    ['a set without permits', global],
    ['a global forbid', global + engineers],
    ['the status of a U.S. person', `permit (principal, action, resource) when { principal.status == "us-person" };`],
    [
      'a permit that asks for it itself, after other conditions',
      `permit (principal is Person, action, resource) when { principal.a && principal.roles.contains("x") && (principal.usPerson || context.coverage.live) };`,
    ],
    [
      'a permit that asks in two steps',
      `permit (principal, action, resource) when { if principal has x then principal.usPerson else context.coverage.live };`,
    ],
    [
      'what is written the long way',
      `permit (principal, action, resource) when { {b: 1, c: 1}.c == 2 || (if true then principal else resource).usPerson };`,
    ],
    ['a permit for another action', `permit (principal, action == Action::"close", resource);`],
    [
      'a forbid that cannot be evaluated',
      `${engineers} forbid (principal, action, resource) when { principal.status < 3 };`,
    ],
    [
      'a permit and a forbid that exclude each other',
      `permit (principal is Person, action, resource) when { principal.grade == "a" }; forbid (principal, action, resource) when { principal.grade == "a" || principal.grade == "b" };`,
    ],
    [
      'a list of all statuses',
      `${engineers} forbid (principal, action, resource) when { ["foreign-person", "unverified", "ended"].contains(principal.status) };`,
    ],
    [
      'twenty permits with conditions of their own',
      Array.from(
        { length: 20 },
        (_, at) =>
          `permit (principal, action, resource) when { principal.a${at} && resource.b${at} && principal.usPerson };`,
      ).join('\n'),
    ],
  ])('%s', (_, text) => {
    expect(proofOf(text)).toMatchObject({ proved: true })
  })

  it('the policies of this version, and not without their global limit', () => {
    const read = (name: string) => readFileSync(new URL(`../../../../policies/${name}`, import.meta.url), 'utf8')
    const text = [read('permits.cedar'), read('limits.cedar')].join('\n')
    const space: RequestSpace = {
      fixed: { 'principal.usPerson': [false], 'context.coverage.live': [false] },
      actions: ['file.open', 'file.list', 'ledger.read'].map((id) => new EntityUid('Sallyport::Action', id)),
    }
    expect(proofOf(text, space)).toMatchObject({ proved: true })
    const without = text.replace(/@id\("no-coverage"\)[^;]*;/, '')
    expect(without).not.toBe(text)
    const proof = proofOf(without, space)
    expect(proof).toMatchObject({ proved: false, counterexample: { kind: 'request' } })
  })
})

describe('prove() refuses', () => {
  it.each([
    ['a permit without conditions', `permit (principal, action, resource);`],
    ['a role without coverage', engineers],
    [
      'a limit on another action',
      `${engineers} forbid (principal, action == Action::"list", resource) unless { principal.usPerson };`,
    ],
    [
      'a limit on one type',
      `${engineers} forbid (principal is Person, action, resource) unless { principal.usPerson };`,
    ],
    [
      'a limit with an exception',
      `${engineers} forbid (principal, action, resource) unless { principal.usPerson || resource.open };`,
    ],
    [
      'one status of three',
      `${engineers} forbid (principal, action, resource) when { principal.status == "foreign-person" };`,
    ],
    ['a named person', `permit (principal == Person::"alice", action, resource in Vault::"v");`],
    ['two attributes that may be equal', `permit (principal, action, resource) when { resource.owner == principal };`],
    [
      'a set that may be empty',
      `permit (principal, action, resource) when { principal.programs.containsAll(resource.programs) };`,
    ],
    ['a number in a range', `permit (principal, action, resource) when { resource.level > 3 && resource.level < 5 };`],
    ['a pattern', `permit (principal, action, resource) when { resource.name like "a*b" };`],
    [
      'a second permit',
      `permit (principal, action, resource) when { principal.usPerson }; permit (principal, action, resource) when { !principal.usPerson };`,
    ],
  ])('%s, with a request that is permitted', (_, text) => {
    const proof = proofOf(text)
    expect(proof).toMatchObject({ proved: false, counterexample: { kind: 'request' } })
    const because = proof.proved ? [] : proof.counterexample.because
    expect(because).toContainEqual({ path: 'principal.usPerson', value: 'false' })
  })

  it('what it can neither prove nor show, and says where it stopped', () => {
    const proof = proofOf(
      `permit (principal, action, resource) when { resource.n * resource.n == 49 && resource.n < 0 };`,
    )
    expect(proof).toMatchObject({ proved: false, request: null, counterexample: { kind: 'unsettled' } })
  })

  it('when the work is more than allowed', () => {
    const compiled = compilePolicies(engineers + global.replace('principal.usPerson', 'principal.x'))
    expect(prove(compiled, uncovered)).toMatchObject({ proved: false })
    expect(prove(compilePolicies(engineers + global), uncovered, { maxCases: 1 })).toMatchObject({ proved: false })
  })

  it('a space that is empty or contradicts itself', () => {
    const compiled = compilePolicies(global)
    expect(() => prove(compiled, { fixed: {}, actions: [] })).toThrow('the space is empty')
    expect(() => prove(compiled, { fixed: { 'principal.a': [] }, actions: [open] })).toThrow('the space is empty')
    expect(() => prove(compiled, { fixed: { 'principal.a': [1], 'principal.a.b': [1] }, actions: [open] })).toThrow(
      'contradicts itself',
    )
    expect(() => prove(compiled, { fixed: { 'a.b': [1] }, actions: [open] })).toThrow('contradicts itself')
  })

  it('two names that look alike: they are two terms', () => {
    const proof = proofOf(
      `permit (principal, action, resource) when { A::"x\\".\\"y z".q == 1 && A::"x"["y z"].q == 2 };`,
    )
    expect(proof).toMatchObject({ proved: false })
  })
})

// A space small enough to ask Cedar about every request in it: each attribute is missing or one of a few values.
const values = {
  usPerson: [false],
  live: [false],
  s: [undefined, 'a', 'b'],
  t: [undefined, true, false, 3],
  r: [undefined, [], ['x']],
}
const finite: RequestSpace = {
  fixed: { 'principal.usPerson': [false], 'context.live': [false] },
  actions: [open, list],
}

const everyRequest = finite.actions.flatMap((action) =>
  ['User', 'Robot'].flatMap((type) =>
    values.s.flatMap((s) =>
      values.t.flatMap((t) =>
        values.r.flatMap((r) =>
          [[], [{ type: 'Group', id: 'g' }]].map((parents) => {
            const attrs = { usPerson: false, ...(s === undefined ? {} : { s }), ...(r === undefined ? {} : { r }) }
            return {
              principal: { type, id: '1' },
              action: { type: action.type, id: action.id },
              resource: { type: 'File', id: '1' },
              context: { live: false, ...(t === undefined ? {} : { t }) },
              entities: [{ uid: { type, id: '1' }, attrs, parents }],
            }
          }),
        ),
      ),
    ),
  ),
)

const atom = fc.constantFrom(
  'principal.usPerson',
  'context.live',
  'principal.s == "a"',
  'principal.s != "b"',
  'principal has s',
  'context.t',
  'context has t',
  'context.t == 3',
  'principal.r.contains("x")',
  'principal.r.isEmpty()',
  'principal has r',
  'principal in Group::"g"',
  'principal is User',
  'action == Action::"open"',
  'principal == User::"1"',
  'true',
  'false',
  'context.t < 4',
  'principal.s == principal.s',
  'principal.s like "a*"',
  '["a", "c"].contains(principal.s)',
  '{x: principal.usPerson}.x',
  'resource has s',
  'principal.s == context.t',
  'context == {live: false, t: true}',
)
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'condition' },
    atom,
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} || ${b})`),
    tie('condition').map((a) => `!(${a})`),
    fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => `(if ${a} then ${b} else ${c})`),
  ),
}))
const scope = fc.constantFrom(
  'principal, action, resource',
  'principal is User, action, resource',
  'principal in Group::"g", action == Action::"open", resource',
  'principal, action in [Action::"list"], resource is File',
)
const policy = fc
  .tuple(fc.constantFrom('permit', 'forbid'), scope, fc.constantFrom('when', 'unless'), condition)
  .map(([effect, scope, kind, condition]) => `${effect} (${scope}) ${kind} { ${condition} };`)

function isEverPermitted(text: string): boolean {
  cedarWasm.preparsePolicySet('prove', { staticPolicies: text })
  return everyRequest.some((request) => {
    const answer = cedarWasm.statefulIsAuthorized({ ...request, preparsedPolicySetId: 'prove' })
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
    return answer.response.decision === 'allow' && answer.response.diagnostics.errors.length === 0
  })
}

describe('prove() against every request of a small space, put to Cedar', () => {
  const runs = process.env['SALLYPORT_LONG'] === undefined ? 60 : 5000
  it('never proves what one of them refutes, and shows only what is permitted', { timeout: 3_600_000 }, () => {
    let proved = 0
    let shown = 0
    fc.assert(
      fc.property(fc.array(policy, { minLength: 1, maxLength: 5 }), (policies) => {
        const text = policies.join('\n')
        const compiled: CompiledPolicies = compilePolicies(text)
        const proof = prove(compiled, finite)
        if (proof.proved) {
          proved++
          expect(isEverPermitted(text)).toBe(false)
        } else if (proof.request !== null) {
          shown++
          expect(compiled.evaluateStrictly(proof.request).decision).toBe('allow')
        }
      }),
      { numRuns: runs },
    )
    expect(proved).toBeGreaterThan(runs / 10)
    expect(shown).toBeGreaterThan(runs / 20)
  })
})
