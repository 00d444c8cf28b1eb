// Classification records over a whole sample enclave.

import type { ClassificationTerms, Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { declineApproval, giveApproval } from '../approvals/index.ts'
import { requestFor, sampleEnclave, type SampleEnclave } from '../main/testing.ts'
import type { Permit } from '../policy/index.ts'
import type { Classification } from './classification.ts'
import {
  findClassification,
  listClassifications,
  listDueClassifications,
  readLine,
  registerClassification,
  withdrawClassification,
  type ClassificationDependencies,
} from './index.ts'
import { record } from './testing.ts'

let sample: SampleEnclave
let deps: ClassificationDependencies
beforeAll(async () => {
  sample = await sampleEnclave()
  deps = sample.enclave.classifications
}, 60_000)
afterAll(() => sample.stop())

type ClassificationAction = 'classification.list' | 'classification.register' | 'classification.withdraw'
async function permit<A extends ClassificationAction>(action: A, who = 'grace'): Promise<Permit<A>> {
  const decision = await sample.decide(requestFor(who, action, { kind: 'enclave' }))
  if (decision.effect === 'deny') throw new Error(`${who} may not ${action}`)
  return decision.permit
}

let count = 0
const numbered = (changes: Partial<ClassificationTerms> = {}) => record({ number: `T-${++count}`, ...changes })
const register = async (terms: ClassificationTerms, who = 'grace') =>
  registerClassification(deps, await permit('classification.register', who), { terms, reason: 'board of 5 January' })
const withdraw = async ({ id }: { id: Id<'classification'> }) =>
  withdrawClassification(deps, await permit('classification.withdraw'), { id, reason: 'a mistake' })
const read = async ({ id }: { id: Id<'classification'> }) =>
  findClassification(deps, await permit('classification.list'), id)

async function approve(requestId: string, who: string): Promise<void> {
  const id = requestId as Id<'approval'>
  const [row] = await sample.database.query('SELECT digest FROM approval_request WHERE id = $1', [id])
  const decision = await sample.decide(requestFor(who, 'approval.give', { kind: 'approval', id }))
  if (decision.effect === 'deny') throw new Error(`${who} may not approve`)
  await giveApproval(sample.enclave.approvals, decision.permit, { id, digest: String(row?.['digest']) })
}
const requestOf = (one: Classification) => {
  if (one.state !== 'registered') throw new Error(`it is ${one.state}`)
  return one.requestId
}
async function approved(one: Classification): Promise<void> {
  await approve(requestOf(one), 'henry')
  await approve(requestOf(one), 'wanda')
}
async function inForce(terms = numbered()): Promise<Classification> {
  const { classification } = await register(terms)
  await approved(classification)
  return classification
}
const more = (before: Classification, changes: Partial<ClassificationTerms> = {}): ClassificationTerms => ({
  ...before.terms,
  lines: [...before.terms.lines, { usml: 'XI(d)', sme: false, mtcr: false, classified: false }],
  number: numbered().number,
  supersedes: before.terms.number,
  ...changes,
})
const less = (before: Classification): ClassificationTerms =>
  more(before, { jurisdiction: 'ear', lines: [{ eccn: '9E610.a' }] })
const refused = (code: string, text = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string })

describe('a first record', () => {
  test('waits for two others, and is in force from the second on', async () => {
    const { classification, control } = await register(numbered())
    expect({ state: classification.state, control }).toEqual({ state: 'registered', control: null })
    await expect(approve(requestOf(classification), 'grace')).rejects.toEqual(refused('refused', 'you asked for it'))
    await approve(requestOf(classification), 'henry')
    expect(await read(classification)).toMatchObject({ state: 'registered', approvals: { have: 1, need: 2 } })
    await approve(requestOf(classification), 'wanda')
    expect(await read(classification)).toMatchObject({ state: 'in-force', approvals: { have: 2, need: 2 } })
  })

  test('is withdrawn where it is declined, and its number and place are free again', async () => {
    const before = await inForce()
    const { classification } = await register(less(before))
    const id = requestOf(classification)
    const decision = await sample.decide(requestFor('henry', 'approval.decline', { kind: 'approval', id }))
    if (decision.effect === 'deny') throw new Error('henry may not decline')
    const [row] = await sample.database.query('SELECT digest FROM approval_request WHERE id = $1', [id])
    const asked = { id, digest: String(row?.['digest']), reason: 'no determination' }
    await declineApproval(sample.enclave.approvals, decision.permit, asked)
    expect(await read(classification)).toMatchObject({
      state: 'withdrawn',
      withdrawnReason: 'declined: no determination',
    })
    await register(classification.terms)
  })

  test('that is not of the ITAR takes an empowered official among those who ask and approve', async () => {
    const official = sample.id('grace')
    const other = await register(numbered({ jurisdiction: 'neither', lines: [] }), 'henry')
    await approve(requestOf(other.classification), 'wanda')
    const drop = `UPDATE person SET roles = array_remove(roles, 'empowered-official') WHERE id = $1`
    const roles = (await sample.database.query('SELECT roles FROM person WHERE id = $1', [official]))[0]?.['roles']
    await sample.database.query(drop, [official])
    await expect(approve(requestOf(other.classification), 'grace')).rejects.toEqual(refused('refused', 'empowered'))
    await sample.database.query('UPDATE person SET roles = $2 WHERE id = $1', [official, roles])
    await approve(requestOf(other.classification), 'grace')
    expect(await read(other.classification)).toMatchObject({ state: 'in-force' })
  })

  test('takes a number that nobody has, which is free again only where it never took effect', async () => {
    const one = await inForce()
    await expect(register({ ...one.terms })).rejects.toEqual(refused('conflict', 'is taken'))
    const { classification } = await register(numbered())
    await withdraw(classification)
    await register(classification.terms)
    await withdraw(one)
    await expect(register({ ...one.terms })).rejects.toEqual(refused('conflict', 'is taken'))
  })

  test('is refused to whoever is no officer', async () => {
    for (const who of ['ada', 'omar', 'paula'])
      await expect(permit('classification.register', who)).rejects.toThrow('may not')
    await permit('classification.list', 'paula')
  })
})

describe('a record in the place of another', () => {
  test('holds at once where it only raises control, and ends what waits to come in the same place', async () => {
    const before = await inForce()
    const waiting = await register(less(before))
    expect(waiting.classification.state).toBe('registered')
    const { classification, control } = await register(more(before))
    expect({ state: classification.state, control }).toMatchObject({
      state: 'in-force',
      control: { raised: ['USML XI(d) comes'], lowered: [] },
    })
    expect(await read(before)).toMatchObject({
      state: 'superseded',
      supersededBy: { number: classification.terms.number },
    })
    expect(await read(waiting.classification)).toMatchObject({ state: 'withdrawn', effectiveAtMs: null })
    await expect(approve(requestOf(waiting.classification), 'henry')).rejects.toEqual(refused('conflict'))
  })

  test('waits for two others where it lowers anything', async () => {
    const before = await inForce()
    const { classification, control } = await register(less(before))
    expect(control).toMatchObject({ lowered: ['itar to ear'] })
    expect(await read(before)).toMatchObject({ state: 'in-force' })
    await approved(classification)
    expect(await read(before)).toMatchObject({ state: 'superseded' })
    expect(await read(classification)).toMatchObject({ state: 'in-force', supersedes: before.id })
  })

  test('comes once: a second one waits for nothing, whatever comes at one moment', async () => {
    const before = await inForce()
    const both = await Promise.allSettled([register(less(before)), register(less(before), 'henry')])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
    const raises = await Promise.allSettled([register(more(before)), register(more(before), 'henry')])
    expect(raises.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(raises.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
  })

  test('comes in the place of what is in force or was withdrawn, and of nothing else', async () => {
    const before = await inForce()
    const { classification: after } = await register(more(before))
    await expect(register(more(before))).rejects.toEqual(refused('conflict', `${after.terms.number} is in its place`))
    const { classification: waits } = await register(numbered())
    await expect(register(more(waits))).rejects.toEqual(refused('conflict', 'it waits for approval'))
    await expect(register({ ...numbered(), supersedes: 'NOBODY-1' })).rejects.toEqual(refused('not-found'))
    await withdraw(after)
    // Even one that raises: what stood on the withdrawn one opens again.
    const again = await register(more(after, { lines: [...after.terms.lines, { ...line, usml: 'XIX(g)' }] }))
    expect(again.classification.state).toBe('registered')
    await approved(again.classification)
    expect(await read(after)).toMatchObject({ state: 'superseded' })
  })

  test('never supersedes itself, neither at once nor through others', async () => {
    const one = numbered()
    await expect(register({ ...one, supersedes: one.number })).rejects.toEqual(refused('invalid-request', 'supersedes'))
    const before = await inForce()
    const { classification: after } = await register(more(before))
    // The first number is taken for good, so that no line comes back to it.
    await expect(register({ ...less(after), number: before.terms.number })).rejects.toEqual(
      refused('conflict', 'is taken'),
    )
    const edit = sample.database.query('UPDATE classification_record SET supersedes = $2 WHERE id = $1', [
      before.id,
      after.id,
    ])
    await expect(edit).rejects.toThrow('is not edited')
  })

  test('leads every record of its line to the last one, as of any moment', async () => {
    const first = await inForce()
    const beforeAll = await holding()
    const { classification: second } = await register(more(first))
    const between = await holding()
    const { classification: third } = await register(
      more(second, { lines: [...second.terms.lines, { ...line, usml: 'XIX(g)' }] }),
    )
    expect((await readLine(deps, await permit('classification.list'), second.id)).map(({ id }) => id)).toEqual([
      first.id,
      second.id,
      third.id,
    ])
    const last = await holding()
    expect(new Set([first, second, third].map(({ id }) => last.now.get(id)))).toEqual(new Set([third.id]))
    for (const { at, now } of [beforeAll, between, last]) expect(await asOf(at)).toEqual(now)
    await withdraw(third)
    const after = await holding()
    expect(after.now.get(first.id)).toBe(undefined)
    expect(await asOf(after.at)).toEqual(after.now)
    expect(await asOf(last.at)).toEqual(last.now)
  })
})

describe('what is refused', () => {
  const line = { usml: 'IV(h)(1)', sme: false, mtcr: false, classified: false }
  const doubt = { question: 'which list?' }
  const cj = { kind: 'commodity-jurisdiction', case: 'CJ 0123-26', determinedOn: '2025-01-03' } as const
  const nowhere = '018f0000-0000-7000-8000-0000000000f1'
  test.each<[string, Partial<ClassificationTerms>, string]>([
    ['a roman numeral that is none', { lines: [{ ...line, usml: 'IIII(a)' }] }, 'lines'],
    ['an ECCN under the ITAR', { lines: [{ eccn: '9E610.a' }] }, 'lines'],
    ['a paragraph under the EAR', { jurisdiction: 'ear' }, 'lines'],
    ['no line under the ITAR', { lines: [] }, 'lines'],
    ['a line under neither', { jurisdiction: 'neither' }, 'lines'],
    ['a line twice', { lines: [line, line] }, 'lines'],
    ['EAR99 beside an ECCN', { jurisdiction: 'ear', lines: [{ eccn: 'EAR99' }, { eccn: '9E610.a' }] }, 'lines'],
    ['nothing known and no question', { jurisdiction: 'unknown', lines: [] }, 'doubt'],
    ['a case that was never filed', { doubt: { ...doubt, case: 'CJ 1' } }, 'doubt'],
    [
      'a determination that says nothing',
      { jurisdiction: 'unknown', lines: [], doubt, basis: { ...cj, letter: nowhere } },
      'basis',
    ],
    ['a letter that is no file here', { basis: { ...cj, letter: nowhere } }, 'letter'],
    ['a CCATS on jurisdiction', { basis: { ...cj, kind: 'ccats' } }, 'basis'],
    ['a decision of tomorrow', { decidedOn: '2999-01-01', nextReview: '2999-02-01' }, 'decidedOn'],
    ['a review before the decision', { nextReview: '2025-01-06' }, 'nextReview'],
    ['a part twice', { parts: ['P-1', 'P-1'] }, 'parts'],
    ['a part number in letters that look alike', { parts: ['Р-1'] }, 'parts'],
    ['a number in letters that look alike', { number: 'FАL-0042' }, 'number'],
    ['a title that reads backwards', { title: 'Seal \u202Elaes' }, 'title'],
    ['a surrogate alone', { decidedBy: '\uD800' }, 'decidedBy'],
    [
      'more than an entry holds',
      { note: '語'.repeat(2000), decidedBy: '語'.repeat(200), parts: parts(500) },
      'the whole',
    ],
  ])('%s', async (_, changes, field) => {
    await expect(register(numbered(changes))).rejects.toEqual(refused('invalid-request', field))
  })

  function parts(many: number): string[] {
    return Array.from({ length: many }, (_, n) => `${'P'.repeat(76)}-${n}`)
  }
})

test('a letter is a file that is stored here', async () => {
  const [row] = await sample.database.query(
    `INSERT INTO protected_file (id, vault_id, name, labels, state, sealed_bytes, sha256, object_key, protected_by)
     SELECT gen_random_uuid(), id, 'letters/cj.pdf', labels, 'stored', 1, sha256('x'), 'letter', $1 FROM vault LIMIT 1 RETURNING id`,
    [sample.id('ada')],
  )
  const letter = String(row?.['id']).toUpperCase()
  const basis = { kind: 'commodity-jurisdiction', case: 'CJ 7', determinedOn: '2025-01-03', letter } as const
  const { classification } = await register(numbered({ basis }))
  expect(classification.terms.basis).toMatchObject({ letter: letter.toLowerCase() })
})

test('warnings name what the lists make doubtful, with how sure that is', async () => {
  const line = { sme: false, mtcr: false, classified: true }
  const { warnings } = await register(
    numbered({
      lines: [
        { ...line, usml: 'XI(e)' },
        { ...line, classified: false, usml: 'IV(x)' },
      ],
    }),
  )
  const texts = warnings.map(({ text }) => text).join('\n')
  expect(texts).toMatch(/comes after XI\(d\).*unverified/)
  expect(texts).toMatch(/is classified/)
  expect(texts).toMatch(/subject to the EAR/)
  const ear = await register(
    numbered({ jurisdiction: 'ear', lines: [{ eccn: '9A610.x' }, { eccn: '9E515.a' }], doubt: { question: 'x' } }),
  )
  const said = ear.warnings.map(({ text }) => text).join('\n')
  expect(said).toMatch(/600 series/)
  expect(said).toMatch(/9x515/)
  expect(said).toMatch(/specially designed/)
  expect(said).toMatch(/120\.12/)
})

test('what is due are open questions and reviews within 60 days, of records in force', async () => {
  const soon = new Date(Date.parse('2025-01-06') + 86_400_000).toISOString().slice(0, 10)
  const one = await inForce(numbered({ nextReview: soon }))
  const later = await inForce(numbered({ nextReview: '2999-01-01' }))
  const doubt = { question: 'is it listed?', case: 'CJ 9', filedOn: '2025-01-05' }
  const asked = await register({ ...later.terms, number: numbered().number, supersedes: later.terms.number, doubt })
  expect(asked.classification.state).toBe('in-force')
  const due = async () => {
    const { inDoubt, reviews } = await listDueClassifications(deps, await permit('classification.list', 'paula'))
    return [inDoubt, reviews].map((some) => some.map(({ id }) => id))
  }
  const [inDoubt, reviews] = await due()
  expect(inDoubt).toContain(asked.classification.id)
  expect(reviews).toContain(one.id)
  expect(reviews).not.toContain(asked.classification.id)
  await withdraw(one)
  expect((await due())[1]).not.toContain(one.id)
})

test('withdrawing ends what waits or is in force, once', async () => {
  const one = await inForce()
  expect((await withdraw(one)).classification).toMatchObject({ state: 'withdrawn', withdrawnReason: 'a mistake' })
  await expect(withdraw(one)).rejects.toEqual(refused('conflict', 'it is withdrawn'))
  await expect(withdraw({ id: '018f0000-0000-7000-8000-0000000000f1' as Id<'classification'> })).rejects.toEqual(
    refused('not-found'),
  )
})

test('nothing of a record is edited, nor is one deleted', async () => {
  const { id } = await inForce()
  const edits = [
    "UPDATE classification_record SET terms = jsonb_set(terms, '{title}', '\"x\"') WHERE id = $1",
    "UPDATE classification_record SET state = 'registered', effective_at = NULL, head = NULL WHERE id = $1",
    'UPDATE classification_record SET effective_at = now() WHERE id = $1',
    'DELETE FROM classification_record WHERE id = $1',
  ]
  for (const edit of edits) await expect(sample.database.query(edit, [id])).rejects.toThrow(/is not edited|are kept/)
})

test('lists come a page at a time by number, and entries say it all', async () => {
  const { classifications, last } = await listClassifications(deps, await permit('classification.list'))
  expect(last).toBe(null)
  const numbers = classifications.map(({ terms }) => terms.number)
  expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)))
  const { tables, unknown } = await sample.enclave.ledger.compareTables(sample.enclave.records.openForPerson)
  expect(unknown).toEqual([])
  const compared = tables.find(({ table }) => table === 'classification_record')
  expect(compared).toMatchObject({ faults: 0 })
  expect(compared?.columnsNotCovered).toEqual([])
})

const line = { usml: 'XI(d)', sme: false, mtcr: false, classified: false }
type Holding = ReadonlyMap<unknown, unknown>
const mapped = (rows: readonly Record<string, unknown>[]): Holding =>
  new Map(rows.map((row) => [row['record_id'], row['holding_id']]))
/** What every record leads to, and the moment at which that was read. */
async function holding(): Promise<{ readonly at: unknown; readonly now: Holding }> {
  const rows = await sample.database.query(
    'SELECT record_id, holding_id FROM classification_holding ORDER BY record_id',
  )
  const [row] = await sample.database.query('SELECT clock_timestamp()::text AS at')
  return { at: row?.['at'], now: mapped(rows) }
}
async function asOf(at: unknown): Promise<Holding> {
  const text = `SELECT r.id AS record_id, h.holding_id
      FROM classification_record r, classification_holding_as_of(r.id, $1::timestamptz) h ORDER BY r.id`
  return mapped(await sample.database.query(text, [at]))
}
