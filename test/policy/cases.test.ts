// Every policy case against the real decision point on a real database: the answer, the entry that it leaves, and the same
// answer once more from that entry alone.

import { canonicalJson, fromBase64Url, type Action, type Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { disagreement, openSealed, readDecision, type Decision } from '../../server/src/policy/index.ts'
import { openSealedEntry } from '../../server/src/roster/index.ts'
import { labelOf, obligationName, openCaseCompany, readCases, type CaseCompany, type PolicyCase } from './cases.ts'

let company: CaseCompany
beforeAll(async () => {
  company = await openCaseCompany()
})
afterAll(() => company.stop())

const cases = readCases()

describe.each([...cases.keys()])('decide() as %s say', (name) => {
  test.each((cases.get(name) ?? []).map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const subjects = [one.request.subject].flat()
    const left: string[] = []
    for (const subject of subjects) {
      const request = await company.request(subject, one.request)
      const decision = await company.decide(request)
      expect(told(decision)).toEqual(one.decision)
      const stored = await company.enclave.ledger.entry(decision.decisionId)
      if (stored === null) throw new Error('the decision left no entry')
      const actor = subjects.length > 1 ? subject : one.entry.actor
      expect(stored).toMatchObject({
        kind: one.entry.kind,
        actor: actor === null ? null : company.id(actor === 'opentdf-web' ? 'ada' : actor),
        about: { kind: one.entry.about, id: 'id' in request.resource ? request.resource.id : 'enclave' },
        body: inFull(one.entry.body),
      })
      await expectSealed(decision, one)
      const recorded = readDecision(stored)
      const set = await company.enclave.search.policySet(recorded.body.policy.digest)
      expect(set === null ? 'no set' : disagreement(recorded, set)).toBeNull()
      left.push(anonymous(stored.body, 'id' in request.resource ? request.resource.id : ''))
    }
    expect(new Set(left).size).toBe(1)
  })
})

describe('disagreement() (I9, replay from one entry)', () => {
  test('finds every decision of this run to fall the same way again, and one that was altered not to', async () => {
    const { ledger, search } = company.enclave
    await ledger.sequenceOnce()
    const { size } = await ledger.head()
    let replayed = 0
    let altered = 0
    for await (const entry of ledger.readEntries(0, size)) {
      if (entry.kind !== 'decision.permit' && entry.kind !== 'decision.deny') continue
      const recorded = readDecision(entry)
      const set = await search.policySet(recorded.body.policy.digest)
      if (set === null) throw new Error(`entry ${entry.id} was decided by no policy set`)
      expect(disagreement(recorded, set)).toBeNull()
      replayed++
      const flipped = recorded.kind === 'decision.permit' ? 'decision.deny' : 'decision.permit'
      if (disagreement({ ...recorded, kind: flipped }, set) !== null) altered++
    }
    expect(replayed).toBeGreaterThan([...cases.values()].flat().length)
    expect(altered).toBe(replayed)
  })
})

function told(decision: Decision<Action>): PolicyCase['decision'] {
  const names = (obligations: readonly { readonly id: string }[]) => obligations.map((one) => one.id)
  if (decision.effect === 'permit') {
    const { obligations, reliance } = decision
    return {
      effect: 'permit',
      reasons: [],
      obligations: names(obligations),
      requiredObligations: [],
      reliance: reliance?.number ?? null,
    }
  }
  return {
    effect: 'deny',
    reasons: decision.reasons.map((one) => one.code).sort(),
    obligations: [],
    requiredObligations: names(decision.requiredObligations),
    reliance: null,
  }
}

/** The case's short names as the entry has them; lists of codes in any order. */
function inFull(body: PolicyCase['entry']['body']): object {
  const { policy, labels, ...rest } = body
  const anyOrder = (list: unknown): unknown =>
    Array.isArray(list) && list.length > 0 ? expect.toSatisfy((other) => isSameSet(list, other)) : list
  const obligations = Array.isArray(rest['obligations']) ? (rest['obligations'] as { id: string }[]) : []
  return {
    ...rest,
    reasons: anyOrder(rest['reasons']),
    obligations: obligations.map((one) => ({ ...one, fqn: obligationName(one.id) })),
    policy: { determining: anyOrder(policy.determining) },
    ...(labels === undefined
      ? {}
      : { labels: { ...labels, names: labels.names.map(labelOf).sort(), unknown: labels.unknown.map(labelOf) } }),
  }
}

function isSameSet(one: readonly unknown[], other: unknown): boolean {
  return Array.isArray(other) && canonicalJson([...one].sort() as never) === canonicalJson([...other].sort() as never)
}

// What an entry keeps about a foreign person's countries is sealed; the clear says nothing of them.
async function expectSealed({ decisionId }: Decision<Action>, { entry }: PolicyCase): Promise<void> {
  const stored = await company.enclave.ledger.entry(decisionId)
  const recorded = readDecision(stored)
  const { roster } = company.enclave
  const open = (sealed: Uint8Array, person: Id<'person'>) => openSealedEntry(roster, sealed, person)
  const sealed = await openSealed(recorded, open)
  if (entry.sealed === null) {
    expect(sealed).toBeNull()
    return
  }
  expect(sealed).toMatchObject(entry.sealed)
  expect(fromBase64Url(recorded.body.sealed ?? '')).not.toBeNull()
  const clear = canonicalJson({ ...stored?.body, sealed: '' })
  expect(clear).not.toContain('gap')
  expect(clear).not.toContain('proscribed')
  for (const ties of Object.values(sealed?.ties ?? {}) as string[][]) {
    for (const country of ties) if (country !== 'GB') expect(clear).not.toContain(`"${country}"`)
  }
}

/** An entry's body without what differs between any two people: names, versions, times. */
function anonymous(body: object, resourceId: string): string {
  return canonicalJson({ ...body, subject: '', seen: '' }).replaceAll(resourceId === '' ? '-' : resourceId, '')
}
