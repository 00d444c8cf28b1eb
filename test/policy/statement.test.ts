// The proofs are about requests as the statement describes them: every request that this gate makes is one of those.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { groups, requestShape, resourceOf, type RowValue, type Shape } from '../../server/src/policy/proof/statement.ts'
import { readDecision } from '../../server/src/policy/index.ts'
import { openCaseCompany, readCases, type CaseCompany } from './cases.ts'

let company: CaseCompany
beforeAll(async () => {
  company = await openCaseCompany()
})
afterAll(() => company.stop())

/** What of attributes is otherwise than the statement says. */
function misfits(attributes: unknown): readonly string[] {
  const at = (path: string): unknown =>
    path.split('.').reduce<unknown>((of, name) => (of as Readonly<Record<string, unknown>>)[name], attributes)
  const fits = (path: string, row: RowValue): boolean => {
    const value = at(path)
    if (Array.isArray(row)) return Array.isArray(value) && value.length === 0
    return typeof row === 'object' && 'not' in row ? value !== row.not : value === row
  }
  const wrong = groups.filter(
    ({ rows }) => rows.filter((row) => Object.entries(row).every(([path, value]) => fits(path, value))).length !== 1,
  )
  return [...misshapen('', requestShape, attributes), ...wrong.map(({ name }) => `group ${name}`)]
}

function misshapen(path: string, shape: Shape, value: unknown): readonly string[] {
  if (shape === 'bool' || shape === 'string')
    return typeof value === (shape === 'bool' ? 'boolean' : 'string') ? [] : [path]
  if (shape === 'strings') return Array.isArray(value) && value.every((one) => typeof one === 'string') ? [] : [path]
  if (typeof value !== 'object' || value === null) return [path]
  const names = Object.keys(shape)
  const isSame = JSON.stringify(names.toSorted()) === JSON.stringify(Object.keys(value).sort())
  const inside = names.flatMap((name) =>
    misshapen(`${path}.${name}`, shape[name] ?? 'bool', (value as Record<string, unknown>)[name]),
  )
  return isSame ? inside : [`members of ${path}`, ...inside]
}

test(
  'every request of the policy cases, as its entry records it, is one that the proofs are about',
  { timeout: 120_000 },
  async () => {
    const seen = new Set<string>()
    for (const one of [...readCases().values()].flat()) {
      for (const subject of [one.request.subject].flat()) {
        const decision = await company.decide(await company.request(subject, one.request))
        const { body } = readDecision(await company.enclave.ledger.entry(decision.decisionId))
        for (const view of [body.attributes, ...(body.withoutAdded === undefined ? [] : [body.withoutAdded])]) {
          expect({ title: one.title, misfits: misfits(view) }).toEqual({ title: one.title, misfits: [] })
          const { kind, id } = view['resource'] as { kind: string; id: string }
          const shape = resourceOf(one.request.action)
          expect(kind).toBe(shape.kind)
          expect(shape.id === null ? id !== 'caller' : id === shape.id).toBe(true)
          seen.add(`${view.principal.status} ${String(view.context.coverage.live)}`)
        }
      }
    }
    expect([...seen].sort()).toEqual(
      expect.arrayContaining([
        'ended false',
        'foreign-person false',
        'foreign-person true',
        'unrostered false',
        'unverified false',
        'us-person false',
      ]),
    )
  },
)

test('misfits() finds what no request of this gate is', async () => {
  const decision = await company.decide(
    await company.request('ada', {
      subject: 'ada',
      action: 'ledger.read',
      resource: 'enclave',
      place: 'US',
      natural: true,
      fulfillable: [],
    }),
  )
  const { attributes } = readDecision(await company.enclave.ledger.entry(decision.decisionId)).body
  expect(misfits(attributes)).toEqual([])
  const { principal, context } = attributes
  expect(misfits({ ...attributes, principal: { ...principal, usPerson: false } })).toEqual(['group person'])
  expect(misfits({ ...attributes, principal: { ...principal, clearance: 'secret' } })).toEqual([
    'members of .principal',
  ])
  expect(misfits({ ...attributes, context: { ...context, coverage: { live: false, territories: ['GB'] } } })).toEqual([
    'group coverage',
  ])
})
