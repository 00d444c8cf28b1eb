import { readFileSync } from 'node:fs'
import { parseSync } from 'oxc-parser'
import { describe, expect, test } from 'vitest'
import { compileNamedPolicies } from '../cedar/index.ts'
import { makePolicyProver } from '../prove-policy-set.ts'
import { shippedPolicies } from '../policy-source.ts'
import { proveApart, type ProofAnswer, type ProofQuestion } from './prove-apart.ts'
import { proofLimits, proveSet } from './prove-set.ts'
import { brokenSets, policy, shipped } from './testing/sets.ts'

const setOf = (policyText: string) => ({ policyText, compiled: compileNamedPolicies(policyText) })
const fine: ProofAnswer = { answer: { proved: true, looked: 1 } }

describe('proveSet()', () => {
  test('proves what ships by both methods, each in a process of its own', { timeout: 60_000 }, async () => {
    expect(await proveSet(setOf(shipped))).toEqual({
      proved: true,
      methods: [
        { method: 'exhaustive', proved: true },
        { method: 'smt', proved: true },
      ],
    })
  })

  test('tells of a broken set by both', { timeout: 60_000 }, async () => {
    const [, text = ''] = brokenSets[1] ?? []
    const { proved, methods } = await proveSet(setOf(text))
    expect(proved).toBe(false)
    expect(methods).toMatchObject([
      { proved: false, counterexample: { kind: 'request', claim: 'covered', permittedBy: ['engineer-vaults'] } },
      { proved: false, counterexample: { kind: 'request', claim: 'covered', permittedBy: ['engineer-vaults'] } },
    ])
  })

  test.each(['exhaustive', 'smt'] as const)('refuses where %s alone says no, or nothing', async (method) => {
    const only = (answer: ProofAnswer) => (question: ProofQuestion) =>
      Promise.resolve(question.method === method ? answer : fine)
    const refutation = { claim: 'covered', action: 'file.open', request: null, state: 'it stopped' } as const
    for (const answer of [{ answer: { proved: false, refutation } }, { failed: 'its process ended' }] as const) {
      expect(await proveSet(setOf(shipped), proofLimits, only(answer))).toMatchObject({ proved: false })
    }
    expect(await proveSet(setOf(shipped), proofLimits, only(fine))).toMatchObject({ proved: true })
  })
})

describe('proveApart()', () => {
  const ask = (method: ProofQuestion['method'], limits: Partial<typeof proofLimits>, policyText = shipped) =>
    proveApart({ method, policyText, limits: { ...proofLimits, ...limits } })

  test.each(['exhaustive', 'smt'] as const)(
    'ends %s that takes too long or too much, and has then proved nothing',
    { timeout: 60_000 },
    async (method) => {
      expect(await ask(method, { timeoutMs: 5 })).toEqual({ failed: 'it did not end within 5 ms' })
      const narrow = await ask(method, { memory: 1 })
      expect('answer' in narrow && narrow.answer.proved).toBe(false)
    },
  )

  test.each(['exhaustive', 'smt'] as const)(
    'tells when %s cannot read what it is given',
    { timeout: 60_000 },
    async (method) => {
      expect(await ask(method, {}, 'permit (')).toMatchObject({
        failed: expect.stringContaining('cannot read') as string,
      })
    },
  )
})

describe('makePolicyProver()', () => {
  test('remembers what it proved, and nothing that it did not', async () => {
    const source = await shippedPolicies()
    const asked: string[] = []
    let proved = false
    const prove = makePolicyProver(undefined, ({ policyText }) => {
      asked.push(policyText)
      return Promise.resolve({ proved, methods: [] })
    })
    await expect(prove(source)).rejects.toMatchObject({ code: 'invalid-request' })
    proved = true
    expect(await prove(source)).toMatchObject(source)
    await prove(source)
    expect(asked).toHaveLength(2)
  })

  test('proves one at a time, and refuses more than a few that wait', async () => {
    const { schemaText } = await shippedPolicies()
    let [running, most] = [0, 0]
    const prove = makePolicyProver(undefined, async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 20))
      running--
      return { proved: true, methods: [] }
    })
    const sets = Array.from({ length: 6 }, (_, at) => ({
      schemaText,
      policyText: policy(`p${at}`, 'forbid (principal, action, resource);'),
    }))
    const told = await Promise.allSettled(sets.map((one) => prove(formatted(one))))
    expect(told.map((one) => one.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ])
    expect(most).toBe(1)
  })

  const formatted = <T>(set: T): T => set
})

/** Modules that are loaded with one, itself among them. */
function loadedWith(file: URL, found = new Map<string, URL>()): ReadonlyMap<string, URL> {
  if (found.has(file.pathname)) return found
  found.set(file.pathname, file)
  const { module } = parseSync(file.pathname, readFileSync(file, 'utf8'))
  for (const { moduleRequest, entries } of module.staticImports) {
    const isOfTypes = entries.length > 0 && entries.every((one) => one.isType)
    if (!isOfTypes && moduleRequest.value.startsWith('.')) loadedWith(new URL(moduleRequest.value, file), found)
  }
  return found
}

test('proveExhaustively() and proveBySmt() share nothing but the statement and the names of parsed policies', () => {
  const [one, other] = ['exhaustive.ts', 'smt.ts'].map((name) => loadedWith(new URL(name, import.meta.url)))
  const shared = [...(one ?? [])].flatMap(([path]) =>
    other?.has(path) === true ? [path.split('/src/policy/')[1] ?? path] : [],
  )
  expect(shared.sort()).toEqual(['cedar/values.ts', 'proof/statement.ts'])
})
