import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePolicies } from './compile.ts'
import { entitiesFromJson, recordFromJson, uidFromJson } from './json.ts'
import { cedarWasm } from './source.ts'
import { jsonRequest, policyText } from './testing/arbitrary.ts'
import { summary } from './testing/cases.ts'

// Two thousand decisions in the suite. SALLYPORT_LONG=1 makes a million, SALLYPORT_LONG=200000 as many as it says.
const wanted = Number(process.env['SALLYPORT_LONG'] ?? 2000)
const decisions = wanted === 1 ? 1_000_000 : wanted
const requestsOfASet = 40

describe('compilePolicies() and Cedar', () => {
  it(`answer ${decisions} generated requests alike`, { timeout: 24 * 3_600_000 }, () => {
    const seen = { allow: 0, deny: 0, errors: 0 }
    fc.assert(
      fc.property(
        fc.array(policyText, { minLength: 1, maxLength: 6 }),
        fc.array(jsonRequest, { minLength: requestsOfASet, maxLength: requestsOfASet }),
        (policies, requests) => {
          const text = policies.join('\n')
          const compiled = compilePolicies(text)
          const parsed = cedarWasm.preparsePolicySet('differential', { staticPolicies: text })
          if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors))
          for (const request of requests) {
            const oracle = cedarWasm.statefulIsAuthorized({ ...request, preparsedPolicySetId: 'differential' } as never)
            if (oracle.type === 'failure') throw new Error(JSON.stringify(oracle.errors))
            const { decision, diagnostics } = oracle.response
            const asked = {
              principal: uidFromJson(request.principal),
              action: uidFromJson(request.action),
              resource: uidFromJson(request.resource),
              context: recordFromJson(request.context),
              entities: entitiesFromJson(request.entities),
            }
            const errors = diagnostics.errors.map((one) => ({ policyId: one.policyId, message: one.error.message }))
            const own = compiled.evaluate(asked)
            expect(summary(own)).toBe(summary({ decision, determining: diagnostics.reason, errors }))
            // Strictly, an allow stands only where Cedar allows and nothing was in error.
            const isAllowed = decision === 'allow' && errors.length === 0
            expect(compiled.evaluateStrictly(asked).decision).toBe(isAllowed ? 'allow' : 'deny')
            seen[decision]++
            seen.errors += Math.min(1, errors.length)
          }
        },
      ),
      { numRuns: Math.ceil(decisions / requestsOfASet) },
    )
    expect(seen.allow).toBeGreaterThan(decisions / 50)
    expect(seen.deny).toBeGreaterThan(decisions / 20)
    expect(seen.errors).toBeGreaterThan(decisions / 20)
  })
})
