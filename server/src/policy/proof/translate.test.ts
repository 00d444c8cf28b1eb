import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { cedarWasm, compilePolicies, entitiesFromJson, recordFromJson, uidFromJson } from '../cedar/index.ts'
import { jsonRequest, policyText } from '../cedar/testing/arbitrary.ts'
import { readCase, requestsOf, type CaseTexts } from '../cedar/testing/cases.ts'
import type { CedarRequest, Policy } from '../cedar/index.ts'
import type { Solver } from './smt.ts'
import { newScript, preamble, Untranslatable } from './smt-script.ts'
import { worldOfRequest } from './testing/worlds.ts'
import { translateSet } from './translate.ts'
import { startSolver } from './z3.ts'

const vendored = fileURLToPath(new URL('../../../../policies/cedar-cases/', import.meta.url))

let solver: Solver
beforeAll(async () => {
  solver = await startSolver({ timeoutMs: 10_000, memory: 1024 })
})

interface Answered {
  readonly decision: string
  readonly errors: readonly string[]
}

/** What the translation says of requests in which everything is known; null where there is no translation. */
async function answersOf(
  policies: readonly Policy[],
  requests: readonly CedarRequest[],
): Promise<readonly Answered[] | null> {
  const script = newScript()
  const flags: string[] = []
  try {
    for (const request of requests) {
      const { permitted, terms } = translateSet(policies, worldOfRequest(request), script)
      flags.push(permitted, ...terms.map((one) => one.fails))
    }
  } catch (error) {
    if (error instanceof Untranslatable) return null
    throw error
  }
  solver.load(
    [
      preamble,
      ...script.lines,
      ...flags.map((smt, at) => `(declare-const q${at} Bool)\n(assert (= q${at} ${smt}))`),
      '(declare-const yes Bool)',
    ].join('\n'),
  )
  expect(await solver.check('yes')).toBe('sat')
  const size = policies.length + 1
  return requests.map((_, at) => ({
    decision: solver.isTrue(`q${at * size}`) ? 'allow' : 'deny',
    errors: policies.flatMap(({ id }, which) => (solver.isTrue(`q${at * size + which + 1}`) ? [id] : [])).sort(),
  }))
}

async function compared(
  texts: CaseTexts,
): Promise<{ readonly asked: number; readonly wrong: readonly string[] } | null> {
  const { policies } = compilePolicies(texts.policies)
  const requests = requestsOf(texts)
  const answers = await answersOf(
    policies,
    requests.map((one) => one.asked),
  )
  if (answers === null) return null
  const wrong = requests.flatMap(({ request }, at) => {
    const want = JSON.stringify({ decision: request.decision, errors: [...request.errors].sort() })
    return JSON.stringify(answers[at]) === want
      ? []
      : [`${texts.name}, ${request.description}: ${JSON.stringify(answers[at])}, want ${want}`]
  })
  return { asked: requests.length, wrong }
}

describe("translateSet() answers Cedar's own cases as they are recorded", () => {
  test.each(globSync('tests/*/*.json', { cwd: vendored }))('%s', async (path) => {
    const result = await compared(readCase(vendored, path))
    expect(result?.asked).toBeGreaterThan(0)
    expect(result?.wrong).toEqual([])
  })

  test(
    'the vendored selection of the generated corpus, but for what has no translation',
    { timeout: 300_000 },
    async () => {
      const selection = JSON.parse(readFileSync(join(vendored, 'corpus-selection.json'), 'utf8')) as CaseTexts[]
      const results = []
      for (const texts of selection) results.push(await compared(texts))
      const translated = results.filter((one) => one !== null)
      expect(translated.flatMap((one) => one.wrong)).toEqual([])
      expect(translated.length).toBeGreaterThan(140)
    },
  )
})

test('translateSet() takes a call with too many arguments for an error, as Cedar does', async () => {
  const calls = [
    'ip("::1").isInRange(ip("::1"), ip("::1"))',
    'decimal("1.0", "2.0") == 1',
    'datetime("2026-01-01").toTime(1) == 1',
  ]
  const { policies } = compilePolicies(
    calls.map((one) => `permit (principal, action, resource) when { ${one} };`).join('\n'),
  )
  const [uid, context] = [uidFromJson({ type: 'User', id: 'a' }), recordFromJson({})]
  const asked = { principal: uid, action: uid, resource: uid, context, entities: entitiesFromJson([]) }
  expect(await answersOf(policies, [asked])).toEqual([{ decision: 'deny', errors: ['policy0', 'policy1', 'policy2'] }])
})

test('translateSet() and Cedar answer generated requests alike', { timeout: 3_600_000 }, async () => {
  const seen = { asked: 0, allowed: 0, failed: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.array(policyText, { minLength: 1, maxLength: 4 }),
      fc.array(jsonRequest, { minLength: 8, maxLength: 8 }),
      async (texts, requests) => {
        const text = texts.join('\n')
        const { policies } = compilePolicies(text)
        const asked = requests.map((one) => ({
          principal: uidFromJson(one.principal),
          action: uidFromJson(one.action),
          resource: uidFromJson(one.resource),
          context: recordFromJson(one.context),
          entities: entitiesFromJson(one.entities),
        }))
        const answers = await answersOf(policies, asked)
        if (answers === null) return
        cedarWasm.preparsePolicySet('translated', { staticPolicies: text })
        for (const [at, request] of requests.entries()) {
          const oracle = cedarWasm.statefulIsAuthorized({ ...request, preparsedPolicySetId: 'translated' } as never)
          if (oracle.type === 'failure') throw new Error(JSON.stringify(oracle.errors))
          const { decision, diagnostics } = oracle.response
          expect(answers[at]).toEqual({ decision, errors: diagnostics.errors.map((one) => one.policyId).sort() })
          seen.asked++
          if (decision === 'allow') seen.allowed++
          if (diagnostics.errors.length > 0) seen.failed++
        }
      },
    ),
    { numRuns: Number(process.env['SALLYPORT_LONG'] ?? 60), endOnFailure: true },
  )
  expect(seen.asked).toBeGreaterThan(200)
  expect(seen.allowed).toBeGreaterThan(5)
  expect(seen.failed).toBeGreaterThan(20)
})
