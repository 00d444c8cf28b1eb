// I5: a foreign person is permitted only under a cited, live, covering authorization, whatever policies are loaded. Held
// twice: by the guard in code, and by the proof over every policy set before it takes effect.

import { actions, type Action } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  activatePolicySet,
  checkPolicySet,
  digestInForce,
  disagreement,
  openCeremony,
  readDecision,
  shippedPolicies,
  type PolicySource,
} from '../../server/src/policy/index.ts'
import { cedarWasm } from '../../server/src/policy/cedar/index.ts'
import { openTestGate } from '../../server/src/roster/testing.ts'
import { openCaseCompany, type CaseCompany } from '../policy/cases.ts'
import { forceInForce } from '../policy/force.ts'

const everybody = `@id("everybody")
@reason("Everybody may do everything.")
@fix("There is nothing to put right.")
@ask("officer")
permit (principal, action, resource);
`

describe('guardPermits() under a policy set that permits everybody (I5)', () => {
  let company: CaseCompany
  beforeAll(async () => {
    company = await openCaseCompany()
    await forceInForce(company.database, everybody)
  })
  afterAll(() => company.stop())

  async function outcomes(subject: string): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    for (const action of Object.keys(actions) as Action[]) {
      const about = {
        file: { registered: 'nozzle.step' },
        vault: { vault: 'falcon' },
        person: { person: 'noah' },
      } as const
      const kind = actions[action].resource
      if (kind !== 'file' && kind !== 'vault' && kind !== 'person' && kind !== 'enclave') continue
      const asked = { subject, action, resource: kind === 'enclave' ? kind : about[kind], place: 'US' }
      const decision = await company.decide(
        await company.request(subject, { ...asked, natural: true, fulfillable: ['acknowledge'] }),
      )
      found.add(decision.effect === 'permit' ? 'permit' : decision.reasons.map((one) => one.code).join(', '))
      const recorded = readDecision(await company.enclave.ledger.entry(decision.decisionId))
      const set = await company.enclave.search.policySet(recorded.body.policy.digest)
      expect(set === null ? 'no set' : disagreement(recorded, set)).toBeNull()
    }
    return found
  }

  test.each(['eleanor', 'marc', 'irina', 'pierre', 'nobody-knows', 'grete', 'noah', 'sofia', 'victor', 'stranger'])(
    'refuses %s every action',
    async (subject) => {
      expect(await outcomes(subject)).toEqual(new Set(['guard']))
    },
  )

  test('lets whoever is a U.S. person, and a covered foreign person for covered files alone', async () => {
    expect(await outcomes('lin')).toEqual(new Set(['permit']))
    expect(await outcomes('james')).toEqual(new Set(['permit', 'guard']))
  })
})

describe('checkPolicySet() (I5)', () => {
  let shipped: PolicySource
  beforeAll(async () => {
    shipped = await shippedPolicies()
  })

  const refusal = (policyText: string): { code?: string; details?: Record<string, unknown> } | null => {
    try {
      checkPolicySet({ ...shipped, policyText })
      return null
    } catch (problem) {
      return problem as { code: string; details: Record<string, unknown> }
    }
  }

  test('takes the shipped set', () => {
    expect(refusal(shipped.policyText)).toBeNull()
  })

  test('refuses a set that permits everybody, with a counterexample', () => {
    expect(refusal(everybody)).toMatchObject({
      code: 'invalid-request',
      details: { counterexample: { kind: 'request', permittedBy: ['everybody'] } },
    })
  })

  test('refuses the shipped set without its forbid no-coverage, with a counterexample that nothing covers', () => {
    const without = shipped.policyText.replace(/@id\("no-coverage"\)[^;]*;\n\n/, '')
    expect(without.length).toBeLessThan(shipped.policyText.length)
    const refused = refusal(without)
    expect(refused).toMatchObject({ code: 'invalid-request', details: { counterexample: { kind: 'request' } } })
    const because = JSON.stringify(refused?.details?.['counterexample'])
    expect(because).toContain('{"path":"principal.status","value":"\\"foreign-person\\""}')
  })

  test('refuses a forbid no-coverage that makes way for a role', () => {
    const weakened = shipped.policyText.replace(
      'unless { principal.usPerson || context.coverage.live };',
      'unless { principal.usPerson || context.coverage.live || principal.roles.contains("officer") };',
    )
    expect(refusal(asFormatted(weakened))).toMatchObject({ details: { counterexample: { kind: 'request' } } })
  })

  test('keeps such a set from taking effect, in the ceremony too', async () => {
    const gate = await openTestGate()
    const ceremony = await openCeremony(gate, { name: 'Test works', kind: 'sample' })
    const activate = (policyText: string) =>
      gate.database.transaction((tx) => activatePolicySet(tx, gate, { ...shipped, policyText }, ceremony))
    await expect(activate(everybody)).rejects.toMatchObject({ code: 'invalid-request' })
    expect(await digestInForce(gate.database)).toBeNull()
    await activate(shipped.policyText)
    expect(await digestInForce(gate.database)).not.toBeNull()
    await gate.stop()
  })
})

function asFormatted(policyText: string): string {
  const answer = cedarWasm.formatPolicies({ policyText, lineWidth: 100 })
  if (answer.type === 'failure') throw new Error('the text is not Cedar')
  return answer.formatted_policy
}
