// Every registration that is data, against the real register: its faults or its doubts, and the entries that it leaves.

import { Problem } from '@sallyport/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerAuthorization, endAuthorization } from '../../server/src/authorizations/index.ts'
import { requestFor, resource } from '../../server/src/main/testing.ts'
import { openCaseCompany, type CaseCompany } from './cases.ts'
import { readRegistrations } from './registrations.ts'

let company: CaseCompany
beforeAll(async () => {
  company = await openCaseCompany()
})
afterAll(() => company.stop())

const { cases, termsOf } = readRegistrations()

test.each(cases.map((one) => [one.title, one] as const))('registerAuthorization(): %s', async (_, one) => {
  const decision = await company.decide(requestFor('grace', 'authorization.register', { kind: 'enclave' }))
  if (decision.effect === 'deny') throw new Error('grace may not register')
  const kept = async () => {
    const [row] = await company.database.query('SELECT count(*)::int AS n FROM authorization_record')
    return row?.['n'] as number
  }
  const before = await kept()
  const asked = registerAuthorization(company.enclave.authorizations, decision.permit, termsOf(one, company.id))
  if ('refused' in one.outcome) {
    const problem: unknown = await asked.then(
      () => null,
      (error: unknown) => error,
    )
    if (!(problem instanceof Problem)) throw problem instanceof Error ? problem : new Error('it was registered')
    expect(problem.code).toBe('invalid-request')
    const faults = problem.details['faults'] as { field: string }[]
    expect(faults.map(({ field }) => field).toSorted()).toEqual(one.outcome.refused.toSorted())
    expect(await kept()).toBe(before)
    return
  }
  const { authorization, warnings, entries } = await asked
  expect(warnings.map(({ field }) => field)).toEqual(one.outcome.warnings.map(([field]) => field))
  for (const [index, [, text]] of one.outcome.warnings.entries()) expect(warnings[index]?.text).toContain(text)
  const { terms } = authorization
  const stored = await company.enclave.ledger.entry(entries.at(-1)?.id ?? decision.decisionId)
  expect(stored).toMatchObject({
    kind: 'authorization.registered',
    actor: company.id('grace'),
    about: { kind: 'authorization', id: authorization.id },
    body: { decision: decision.permit.entryId, state: 'registered', terms: { citation: terms.citation } },
  })
  // Out of the way of the next one, which may be of the same number.
  const ending = await company.decide(
    requestFor('henry', 'authorization.end', resource('authorization', authorization.id)),
  )
  if (ending.effect === 'deny') throw new Error('henry may not end it')
  await endAuthorization(company.enclave.authorizations, ending.permit, { id: authorization.id, reason: 'case' })
})
