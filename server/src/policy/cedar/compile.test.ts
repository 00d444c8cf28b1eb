import { describe, expect, it } from 'vitest'
import { compileNamedPolicies, compilePolicies, type CedarRequest } from './compile.ts'
import { entity, entityStore } from './entities.ts'
import { cedarWasm } from './source.ts'
import { EntityUid, type CedarRecord } from './values.ts'

const alice = new EntityUid('User', 'alice')
const read = new EntityUid('Action', 'read')
const file = new EntityUid('File', 'f')

function request(context: CedarRecord = {}, attrs: CedarRecord = {}): CedarRequest {
  return { principal: alice, action: read, resource: file, context, entities: entityStore([entity(alice, attrs)]) }
}

const when = (condition: string) => `permit (principal, action, resource) when { ${condition} };`
const isAllowed = (condition: string, asked: CedarRequest = request()) =>
  compilePolicies(when(condition)).evaluate(asked).decision === 'allow'

describe('evaluate()', () => {
  it('denies where no permit holds', () => {
    expect(compilePolicies(when('false')).evaluate(request())).toEqual({
      decision: 'deny',
      determining: [],
      errors: [],
    })
  })

  it('names the permits that hold, in the order of the text, past ten of them', () => {
    const text = Array.from({ length: 12 }, (_, at) => when(String(at !== 1))).join('\n')
    const ids = [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((at) => `policy${at}`)
    expect(compilePolicies(text).evaluate(request())).toEqual({ decision: 'allow', determining: ids, errors: [] })
  })

  it('lets a forbid win, and names it', () => {
    const text = `${when('true')} forbid (principal, action, resource);`
    expect(compilePolicies(text).evaluate(request())).toMatchObject({ decision: 'deny', determining: ['policy1'] })
  })

  it('skips a forbid in error as Cedar does, and says so', () => {
    const text = `${when('true')} forbid (principal, action, resource) when { context.gone };`
    const answer = compilePolicies(text).evaluate(request())
    expect(answer).toMatchObject({ decision: 'allow', determining: ['policy0'], errors: [{ policyId: 'policy1' }] })
    expect(answer.errors[0]?.message).toContain('"gone"')
  })

  it('keeps integers of 64 bits exact, in the text and in the request', () => {
    expect(isAllowed('9007199254740993 != 9007199254740992')).toBe(true)
    expect(isAllowed('9223372036854775806 + 1 == 9223372036854775807')).toBe(true)
    expect(isAllowed('context.n == 9007199254740993', request({ n: 9007199254740993n }))).toBe(true)
    expect(isAllowed('context.n == 9007199254740992', request({ n: 9007199254740993n }))).toBe(false)
    expect(isAllowed('-9223372036854775808 < 0 && 9007199254740991 == 9007199254740991')).toBe(true)
    expect(compilePolicies(when('9223372036854775807 + 1 > 0')).evaluate(request()).errors).toHaveLength(1)
  })

  it('does not take what plain objects inherit for attributes', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(isAllowed(`context has "${name}" || principal has "${name}"`)).toBe(false)
      expect(compilePolicies(when(`context["${name}"] == 1`)).evaluate(request()).errors).toHaveLength(1)
    }
    const own = JSON.parse('{"__proto__": 1, "constructor": 2}') as CedarRecord
    expect(isAllowed('context["__proto__"] == 1 && context.constructor == 2', request(own))).toBe(true)
  })

  it('does not take a record for an entity or an extension value', () => {
    const forged = request({
      who: { type: 'User', id: 'alice', key: alice.key },
      ip: { version: 4, address: 1, prefix: 32 },
    })
    expect(isAllowed('context.who == principal', forged)).toBe(false)
    expect(compilePolicies(when('context.who is User')).evaluate(forged).errors).toHaveLength(1)
    expect(compilePolicies(when('context.ip.isIpv4()')).evaluate(forged).errors).toHaveLength(1)
  })

  it('settles the action of a scope by name and by group, per request', () => {
    const compiled = compilePolicies('permit (principal, action in [Action::"any", Action::"write"], resource);')
    const group = new EntityUid('Action', 'any')
    const grouped = { ...request(), entities: entityStore([entity(read, {}, { ancestors: [group] })]) }
    expect(compiled.evaluate(request()).decision).toBe('deny')
    expect(compiled.evaluate(grouped).decision).toBe('allow')
    expect(compiled.evaluate(request()).decision).toBe('deny')
    expect(compiled.evaluate({ ...request(), action: new EntityUid('Action', 'write') }).decision).toBe('allow')
  })

  it('answers actions past the size of its index alike', () => {
    const compiled = compilePolicies('permit (principal, action == Action::"400", resource);')
    const asked = Array.from({ length: 500 }, (_, at) => new EntityUid('Action', String(at)))
    const allowed = asked.filter((action) => compiled.evaluate({ ...request(), action }).decision === 'allow')
    expect(allowed.map((action) => action.id)).toEqual(['400'])
  })

  it('compares long sets', () => {
    const long = Array.from({ length: 2000 }, (_, at) => at)
    const asked = request({ long, reversed: [...long].reverse(), short: long.slice(1) })
    expect(isAllowed('context.long == context.reversed && context.long.containsAll(context.short)', asked)).toBe(true)
    expect(isAllowed('context.long == context.short || context.short.containsAll(context.long)', asked)).toBe(false)
  })
})

describe('evaluateStrictly()', () => {
  const inError = `forbid (principal, action, resource) when { context.gone };`

  it('allows what Cedar allows without an error', () => {
    const compiled = compilePolicies(when('true') + when('false'))
    expect(compiled.evaluateStrictly(request())).toEqual(compiled.evaluate(request()))
  })

  it('denies when a forbid is in error: Cedar would let it pass', () => {
    const answer = compilePolicies(when('true') + inError).evaluateStrictly(request())
    expect(answer).toMatchObject({ decision: 'deny', determining: [], errors: [{ policyId: 'policy1' }] })
  })

  it('denies when a permit is in error, though another one holds', () => {
    expect(compilePolicies(when('true') + when('context.gone')).evaluateStrictly(request()).decision).toBe('deny')
  })

  it('still names the forbids that hold', () => {
    const text = `${when('true')} ${inError} forbid (principal, action, resource);`
    expect(compilePolicies(text).evaluateStrictly(request())).toMatchObject({
      decision: 'deny',
      determining: ['policy2'],
    })
  })
})

describe('compilePolicies()', () => {
  it('refuses what Cedar refuses', () => {
    for (const text of [
      'permit (principal, action);',
      when('1 == 9223372036854775808'),
      when('nothing'),
      when('"a" like b'),
    ]) {
      expect(() => compilePolicies(text)).toThrow('want Cedar')
    }
  })

  it('is not misled by semicolons and digits in strings, names and comments', () => {
    const text = `// one; two 99999999999999999999
      @note("a;b") permit (principal, action, resource) // ; "
      when { "x;9999999999999999999" != context.a99999999999999999999 };
      ${when('context has a99999999999999999999')}`
    const compiled = compilePolicies(text)
    expect(compiled.policies.map((policy) => policy.id)).toEqual(['policy0', 'policy1'])
    const answer = compiled.evaluate(request({ a99999999999999999999: 'y' }))
    expect(answer.determining).toEqual(['policy0', 'policy1'])
  })

  it('links templates as Cedar does, and counts none that is not linked', () => {
    const text = `permit (principal == ?principal, action, resource in ?resource);`
    const links = (id: string) => [
      { templateId: 'policy0', newId: 'link', values: { '?principal': new EntityUid('User', id), '?resource': file } },
    ]
    const oracle = (id: string) =>
      cedarWasm.isAuthorized({
        principal: { type: 'User', id: 'alice' },
        action: { type: 'Action', id: 'read' },
        resource: { type: 'File', id: 'f' },
        context: {},
        entities: [],
        policies: {
          templates: { policy0: text },
          templateLinks: [
            {
              templateId: 'policy0',
              newId: 'link',
              values: { '?principal': { type: 'User', id }, '?resource': { type: 'File', id: 'f' } },
            },
          ],
        },
      })
    for (const id of ['alice', 'bob']) {
      const answer = oracle(id)
      if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
      const { decision, determining } = compilePolicies(text, links(id)).evaluate(request())
      expect({ decision, reason: determining }).toEqual({
        decision: answer.response.decision,
        reason: answer.response.diagnostics.reason,
      })
    }
    expect(compilePolicies(text).evaluate(request()).decision).toBe('deny')
    expect(() => compilePolicies(text, [{ templateId: 'other', newId: 'link', values: {} }])).toThrow('there is none')
    expect(() => compilePolicies(text, [{ templateId: 'policy0', newId: 'link', values: {} }])).toThrow('is open')
  })
})

describe('compileNamedPolicies()', () => {
  const named = (id: string) => `@id("${id}") ${when('true')}`

  it('names policies by their @id and keeps their annotations', () => {
    const compiled = compileNamedPolicies(named('one') + named('two'))
    expect(compiled.evaluate(request()).determining).toEqual(['one', 'two'])
    expect(compiled.policies[0]?.annotations.get('id')).toBe('one')
  })

  it('refuses a policy without @id, one that is there twice, and templates', () => {
    expect(() => compileNamedPolicies(when('true'))).toThrow('line 1 has no @id')
    expect(() => compileNamedPolicies(named('one') + named('one'))).toThrow('there twice')
    expect(() => compileNamedPolicies('@id("t") permit (principal == ?principal, action, resource);')).toThrow(
      'is a template',
    )
  })
})
