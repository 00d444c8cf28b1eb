import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { compileNamedPolicies } from '../cedar/index.ts'
import { proveExhaustively } from './exhaustive.ts'
import { proveBySmt, type Solver } from './smt.ts'
import { claims, type MethodAnswer } from './statement.ts'
import { happens, tellStory } from './story.ts'
import { anySet, brokenSets, policy, safeSets, shipped } from './testing/sets.ts'
import { anyRequest } from './testing/requests.ts'
import { startSolver } from './z3.ts'

let solver: Solver
beforeAll(async () => {
  solver = await startSolver({ timeoutMs: 10_000, memory: 1024 })
})

const methods: readonly (readonly [string, (text: string) => Promise<MethodAnswer>])[] = [
  ['exhaustive evaluation', (text) => Promise.resolve(proveExhaustively(compileNamedPolicies(text).policies))],
  ['SMT', (text) => proveBySmt(compileNamedPolicies(text).policies, solver)],
]

describe.each(methods)('%s', (_, prove) => {
  test.each(safeSets)('proves a set that %s', { timeout: 60_000 }, async (_, text) => {
    expect(await prove(text)).toMatchObject({ proved: true })
  })

  test.each(brokenSets)(
    'refuses a set that %s, with a story that the compiled policies confirm',
    { timeout: 60_000 },
    async (_, text, claim) => {
      const answer = await prove(text)
      expect(answer).toMatchObject({ proved: false, refutation: { claim } })
      if (answer.proved) return
      const told = tellStory(answer.refutation, compileNamedPolicies(text))
      expect(told).toMatchObject({ kind: 'request', claim })
      expect(told.permittedBy.length).toBeGreaterThan(0)
      expect(told.story).toMatch(
        /^(A U\.S\. person|A foreign person|Somebody).* asks, .*It is permitted by .*Nobody may be permitted .*\.$/,
      )
    },
  )

  test('refuses what it cannot decide, and says where it stopped', async () => {
    const answer = await prove(
      policy('call', 'permit (principal, action, resource) when { ip(context.door).isLoopback() };'),
    )
    expect(answer).toMatchObject({ proved: false, refutation: { request: null } })
    if (!answer.proved)
      expect(tellStory(answer.refutation, compileNamedPolicies(shipped))).toMatchObject({
        kind: 'unsettled',
        story: expect.stringContaining('what only a request knows') as string,
      })
  })
})

test('proveExhaustively() refuses what takes more than it is allowed, and proveBySmt() what its solver does not decide', async () => {
  const { policies } = compileNamedPolicies(shipped)
  expect(proveExhaustively(policies, { maxEvaluations: 50 })).toMatchObject({
    proved: false,
    refutation: { request: null, state: 'there is more to look at than is allowed' },
  })
  const slow: Solver = {
    ...solver,
    check: async (name) => (name.startsWith('refutes') ? 'unknown' : await solver.check(name)),
  }
  expect(await proveBySmt(policies, slow)).toMatchObject({ proved: false, refutation: { request: null } })
  const empty: Solver = { ...solver, load: (smt) => solver.load(`${smt}\n(assert false)`) }
  expect(await proveBySmt(policies, empty)).toMatchObject({
    proved: false,
    refutation: { state: 'the solver finds no request at all' },
  })
})

describe('both methods and the compiled policies', () => {
  const runs = Number(process.env['SALLYPORT_LONG'] ?? 20)
  test(`agree on ${runs} generated sets`, { timeout: 24 * 3_600_000 }, async () => {
    const seen = { proved: 0, refuted: 0, unsettled: 0 }
    await fc.assert(
      fc.asyncProperty(anySet, fc.array(anyRequest, { minLength: 30, maxLength: 30 }), async (text, requests) => {
        const compiled = compileNamedPolicies(text)
        const answers = [proveExhaustively(compiled.policies), await proveBySmt(compiled.policies, solver)]
        expect(answers.map((one) => one.proved)).toEqual([answers[0]?.proved, answers[0]?.proved])
        for (const answer of answers) {
          if (answer.proved) continue
          const told = tellStory(answer.refutation, compiled)
          expect(told.story).not.toContain('not permitted when it is tried')
          seen[told.kind === 'request' ? 'refuted' : 'unsettled']++
        }
        if (answers[0]?.proved !== true) return
        seen.proved++
        for (const { action, request } of requests) {
          const broken = claims.filter(
            (claim) => claim.actions.includes(action) && happens(claim, action, request, compiled),
          )
          expect(broken.map((one) => one.id)).toEqual([])
        }
      }),
      { numRuns: runs, endOnFailure: true },
    )
    expect(seen.proved).toBeGreaterThan(runs / 20)
    expect(seen.refuted).toBeGreaterThan(runs / 5)
    expect(seen.unsettled).toBeLessThan(runs / 20)
  })
})
