// Every policy case against the real decision point on a real database: the answer, the entry that it leaves, and the same
// answer once more from that entry alone.

import { canonicalJson, fromBase64Url, fromUtf8, type Action, type Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  disagreement,
  openSealed,
  readDecision,
  replayDecisions,
  type Decision,
} from '../../server/src/policy/index.ts'
import { requestFor } from '../../server/src/main/testing.ts'
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

describe('replayDecisions() (I9)', () => {
  const replay = async (from = 0) => {
    const decision = await company.decide(requestFor('grace', 'ledger.read', { kind: 'enclave' }))
    if (decision.effect !== 'permit') throw new Error('grace may not read the ledger')
    return await replayDecisions(decision.permit, company.enclave.records, { from })
  }
  const database = () => company.database
  /** As somebody with the database could: past the trigger that keeps the table append-only. */
  const forced = (text: string, values: readonly unknown[]) =>
    database().transaction(async (tx) => {
      await tx.query(`SET LOCAL session_replication_role = 'replica'`)
      await tx.query(text, values)
    })
  /** Let one entry be read as another for as long as the work takes: what somebody with the database could write. */
  async function altered(index: number, from: string, to: string, work: () => Promise<void>): Promise<void> {
    const [row] = await database().query('SELECT bytes FROM ledger_entries WHERE index = $1', [index])
    const bytes = row?.['bytes'] as Uint8Array
    const set = 'UPDATE ledger_entries SET bytes = $2 WHERE index = $1'
    const text = fromUtf8(bytes)
    if (!text.includes(from)) throw new Error(`entry ${index} has no ${from}`)
    await forced(set, [index, Buffer.from(text.replace(from, to))])
    try {
      await work()
    } finally {
      await forced(set, [index, bytes])
    }
  }

  test('decides all of this run the same way again, from any place on, and counts lists that it cannot', async () => {
    while ((await company.enclave.ledger.sequenceOnce()) > 0);
    const whole = await replay()
    expect(whole).toMatchObject({ from: 0, to: whole.size, finding: null })
    expect(whole.decisions).toBeGreaterThan([...cases.values()].flat().length)
    const [row] = await database().query(`SELECT count(*) AS lists FROM ledger_entries WHERE kind = 'decision.filter'`)
    expect(whole.lists).toBe(Number(row?.['lists']))
    const rest = await replay(whole.size - 10)
    expect(rest).toMatchObject({ from: whole.size - 10, to: rest.size, finding: null })
    await expect(replay(rest.size + 1000)).rejects.toMatchObject({ code: 'invalid-request' })
  })

  test('names the first that falls otherwise, whatever of it was altered, and stops there', async () => {
    const [row] = await database().query(
      `SELECT index FROM ledger_entries WHERE kind = 'decision.permit' AND convert_from(bytes, 'UTF8') LIKE '%"status":"us-person"%'
        ORDER BY index OFFSET 5 LIMIT 1`,
    )
    const index = Number(row?.['index'])
    const found = (text: string) => async () => {
      const { finding, to } = await replay()
      expect(finding).toMatchObject({ index, text: expect.stringContaining(text) as string })
      expect(to).toBe(index + 1)
    }
    await altered(
      index,
      '"kind":"decision.permit"',
      '"kind":"decision.deny"',
      found('recorded deny, decided again permit'),
    )
    await altered(index, '"usPerson":true', '"usPerson":false', found('recorded permit, decided again deny'))
    await altered(index, '"status":"us-person"', '"status":"ended"', found('recorded permit, decided again deny'))
    await altered(index, '"determining":["', '"determining":["x-', found('recorded policies x-'))
    await altered(index, '"digest":"', '"digest":"00', found('cannot decide'))
    await altered(index, '"rostered":true', '"rostered":7', found('decided again deny'))
    await altered(index, '{"about"', '{about', found('it is no entry of its kind'))
  })

  test('reads on nothing where entries are missing', async () => {
    const hide = (by: number) =>
      forced('UPDATE ledger_entries SET index = $2 WHERE index = $1', by > 0 ? [7, 1_000_007] : [1_000_007, 7])
    await hide(1)
    const asked = await Promise.allSettled([replay()])
    await hide(-1)
    expect(asked).toMatchObject([{ status: 'rejected', reason: { code: 'unavailable' } }])
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
  // Where a release may happen stands in the clear: the places of the authorization, which are nobody's countries.
  const clear = canonicalJson({ ...stored?.body, sealed: '' }).replace(/"territories":\[[^\]]*\]/g, '')
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
