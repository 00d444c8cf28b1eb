// Candidates over a whole sample enclave: what opens one, what does not, and that none is lost or opened twice whatever is killed.

import type { Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineLabel } from '../files/index.ts'
import { falconLabels, requestFor, sampleEnclave, sampleLabel, type SampleEnclave } from '../main/testing.ts'
import type { Permit } from '../policy/index.ts'
import { applyChange } from '../roster/index.ts'
import { mattersOfADay } from './collect-candidates.ts'
import {
  closeCase,
  collectCandidates,
  countWaiting,
  decideCandidate,
  listCandidates,
  type CandidateDependencies,
} from './index.ts'

let sample: SampleEnclave
let deps: CandidateDependencies

beforeAll(async () => {
  sample = await sampleEnclave()
  deps = sample.enclave.candidates
}, 60_000)
afterAll(() => sample.stop())

const fileId = '018f0000-0000-7000-8000-0000000000f1' as Id<'file'>

async function officer<A extends 'candidate.list' | 'candidate.decide' | 'candidate.determine'>(
  action: A,
  who = 'grace',
): Promise<Permit<A>> {
  const decision = await sample.decide(requestFor(who, action, { kind: 'enclave' }))
  if (decision.effect === 'deny') throw new Error(`${who} may not ${action}`)
  return decision.permit
}

async function attempt(who: string, labels: readonly string[] = falconLabels): Promise<string> {
  const file = { kind: 'file', id: fileId, presented: { labels, dissem: [] } } as const
  return (await sample.decide(requestFor(who, 'file.open', file))).effect
}

async function settle(): Promise<void> {
  while ((await sample.enclave.ledger.sequenceOnce()) > 0);
}

const list = async (states: Parameters<typeof listCandidates>[2]['states'] = ['open', 'case']) =>
  (await listCandidates(deps, await officer('candidate.list'), { states, after: null })).candidates

/** James becomes a citizen of a proscribed country beside what he is. */
async function addTie(country: string): Promise<void> {
  const id = sample.id('james')
  const decision = await sample.decide(requestFor('grace', 'person.change', { kind: 'person', id }))
  if (decision.effect === 'deny') throw new Error('grace may not change james')
  const [row] = await sample.database.query('SELECT version FROM person WHERE id = $1', [id])
  const change = { change: 'add-tie', tie: 'citizenship', country } as const
  await applyChange(sample.enclave.roster, decision.permit, {
    id,
    change,
    reason: 'attested',
    version: Number(row?.['version']),
  })
}

describe('collectCandidates()', () => {
  test('opens none for whoever is of no proscribed country, or a U.S. person', async () => {
    expect(await attempt('james', [sampleLabel('program/heron'), sampleLabel('item/iv-h-1')])).toBe('deny')
    expect(await attempt('ada', ['https://nowhere.example/attr/program/value/none'])).toBe('deny')
    await settle()
    expect(await collectCandidates(deps)).toBe(true)
    expect(await list()).toEqual([])
  })

  test('opens one for a person, matter and day, however often it is tried and however many look', async () => {
    await addTie('CN')
    for (let again = 0; again < 5; again++) expect(await attempt('james')).toBe('deny')
    await settle()
    await Promise.all([collectCandidates(deps), collectCandidates(deps), collectCandidates(deps)])
    await collectCandidates(deps)
    const [one, ...more] = await list()
    expect(more).toEqual([])
    expect(one).toMatchObject({
      state: 'open',
      personId: sample.id('james'),
      refusals: 5,
      matter: { programs: ['falcon'], items: ['iv-h-1'], action: 'file.open', about: { kind: 'file', id: fileId } },
    })
    expect(await countWaiting(deps)).toEqual({ open: 1, cases: 0 })
  })

  test('keeps in the clear neither whom it is about nor which refusal it was, in its table or in the ledger', async () => {
    const [one] = await list()
    const rows = JSON.stringify(await sample.database.query('SELECT c.*, c.subject::text AS s FROM candidate c'))
    for (const secret of [sample.id('james'), one?.matter?.entryId ?? '', 'falcon', 'proscribed']) {
      expect(rows).not.toContain(secret)
      expect(rows).not.toContain(Buffer.from(secret).toString('hex'))
    }
    await settle()
    const written = await sample.database.query("SELECT bytes FROM ledger_entries WHERE kind <> 'legal-data.loaded'")
    for (const { bytes } of written)
      expect(Buffer.from(bytes as Uint8Array).toString()).not.toMatch(/proscribed|126\.1/)
  })

  test('loses none and opens none twice when it is killed while it opens one', async () => {
    await attempt('james', [sampleLabel('program/heron'), sampleLabel('item/iv-h-1')])
    await settle()
    const killed: CandidateDependencies = {
      ...deps,
      database: {
        ...deps.database,
        query: deps.database.query.bind(deps.database),
        transaction: (work) =>
          deps.database.transaction(async (tx) => {
            await work(tx)
            throw new Error('killed before the commit')
          }),
      },
    }
    await expect(collectCandidates(killed)).rejects.toThrow('killed')
    expect(await list()).toHaveLength(1)
    await collectCandidates(deps)
    await collectCandidates(deps)
    const found = await list()
    expect(found.map(({ matter, refusals }) => [matter?.programs, refusals])).toEqual([
      [['falcon'], 5],
      [['heron'], 1],
    ])
  })

  test('opens a bounded number for one person and day, whatever manifests say', async () => {
    const decision = await Promise.all(
      Array.from({ length: mattersOfADay + 5 }, () =>
        sample.decide(requestFor('grace', 'label.define', { kind: 'enclave' })),
      ),
    )
    const names = ['falcon']
    for (const [n, made] of decision.entries()) {
      if (made.effect === 'deny') throw new Error('grace may not define labels')
      const label = { dimension: 'program', value: `p-${n}`, title: 'P', record: null, basis: 'memo' } as const
      await defineLabel(sample.enclave.files, made.permit, new URL(sampleLabel('program/p')).host, label)
      await attempt('james', [sampleLabel(`program/p-${n}`), sampleLabel('item/iv-h-1')])
      names.push(`p-${n}`)
    }
    await settle()
    await collectCandidates(deps)
    const found = await list()
    expect(found).toHaveLength(mattersOfADay + 1)
    expect(found.at(-1)?.matter).toMatchObject({ programs: [], items: [] })
    expect(found.reduce((sum, { refusals }) => sum + refusals, 0)).toBe(6 + mattersOfADay + 5)
  })
})

describe('a case', () => {
  test('is opened by a decision, once, and closed by a filing or a written reason alone', async () => {
    const [first, second, third] = await list()
    const [a, b, c] = [first?.id, second?.id, third?.id] as Id<'candidate'>[]
    if (a === undefined || b === undefined || c === undefined) throw new Error('want three candidates')
    const decide = async (id: Id<'candidate'>, isProposal: boolean) =>
      decideCandidate(deps, await officer(isProposal ? 'candidate.decide' : 'candidate.determine'), {
        id,
        isProposal,
        reason: 'interview of 3 June',
      })
    const close = async (id: Id<'candidate'>, closing: Parameters<typeof closeCase>[2]['closing']) =>
      closeCase(deps, await officer('filing' in closing ? 'candidate.decide' : 'candidate.determine'), { id, closing })
    const filing = { filing: 'VD-2025-0117', filedOn: '2025-06-03' }

    await expect(close(a, filing)).rejects.toMatchObject({ code: 'conflict' })
    // That it was none is a reading of the law: no officer's who is no empowered official, and under no other permit.
    await expect(officer('candidate.determine', 'henry')).rejects.toThrow('henry may not')
    const asOfficer = await officer('candidate.decide', 'henry')
    const dismissal = { id: c, isProposal: false, reason: 'interview of 3 June' }
    await expect(decideCandidate(deps, asOfficer, dismissal)).rejects.toMatchObject({ code: 'refused' })
    expect((await decide(a, true)).candidate).toMatchObject({ state: 'case', decided: { what: { isProposal: true } } })
    expect((await decide(b, true)).candidate.state).toBe('case')
    expect((await decide(c, false)).candidate.state).toBe('dismissed')
    await expect(decide(c, true)).rejects.toMatchObject({ code: 'conflict' })
    await expect(close(c, filing)).rejects.toMatchObject({ code: 'conflict' })
    await expect(close(a, { filing: ' ', filedOn: '2025-06-03' })).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(close(a, { reason: '' })).rejects.toMatchObject({ code: 'invalid-request' })
    expect((await close(a, filing)).candidate).toMatchObject({ state: 'notified', closed: { what: filing } })
    const reason = { reason: 'the file was released to the public on 1 May' }
    expect((await close(b, reason)).candidate).toMatchObject({ state: 'not-notified', closed: { what: reason } })
    await expect(close(a, filing)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('leaves entries that name who decided, and neither the person nor what was written', async () => {
    await settle()
    for (const kind of ['candidate.decided', 'candidate.closed']) {
      const found = await sample.enclave.ledger.search({ kind, limit: 10 })
      expect(found).toHaveLength(kind === 'candidate.decided' ? 3 : 2)
      for (const { actor, body, bytes } of found) {
        expect(actor).toBe(sample.id('grace'))
        expect(body).toMatchObject({ sealed: expect.any(String) as string })
        expect(Buffer.from(bytes).toString()).not.toMatch(new RegExp(`${sample.id('james')}|interview|VD-2026|public`))
      }
    }
  })

  test('cannot be closed or taken away behind the gate either', async () => {
    const query = (text: string) => sample.database.query(text)
    await expect(query("UPDATE candidate SET state = 'notified' WHERE state = 'open'")).rejects.toThrow(/check/)
    await expect(query('DELETE FROM candidate')).rejects.toThrow(/kept/)
  })
})
