// Who can open what, by classes, against single answers for everybody and everything; and what would be otherwise, against the answers
// once it is so.

import type { AuthorizationTerms, CountryTies, Id } from '@sallyport/protocol'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endAuthorization } from '../../server/src/authorizations/index.ts'
import { requestFor, resource } from '../../server/src/main/testing.ts'
import { mapAccess, whoCanOpen, type AccessMap, type Change } from '../../server/src/policy/index.ts'
import { openCaseCompany, type CaseCompany } from './cases.ts'
import { authorize, enrol, registerFile } from './enrol.ts'

let company: CaseCompany
beforeAll(async () => {
  company = await openCaseCompany()
  const labels = ['jurisdiction/itar', 'program/falcon', 'item/iv-h-1']
  for (const name of ['one', 'two', 'three']) await registerFile(company, { name, vault: 'falcon', labels })
}, 60_000)
afterAll(() => company.stop())

const searching = async () => {
  const decision = await company.decide(requestFor('grace', 'decision.search', { kind: 'enclave' }))
  if (decision.effect === 'deny') throw new Error('grace may not search')
  return decision.permit
}
const map = async (change: Change | null = null) => await mapAccess(await searching(), change, company.enclave.search)

type Told = ReadonlyMap<string, string>
type Answered = Pick<AccessMap['answers'][number], 'effect' | 'authorization' | 'citation' | 'permittedBy' | 'reasons'>
const told = ({ effect, authorization, citation, permittedBy, reasons }: Answered) =>
  [effect, authorization, citation, ...[...permittedBy, ...reasons].map(({ text }) => text)].join(' | ')

/** Every answer of a map, by file and person. */
function allOf({ people, files, answers }: AccessMap, rows: AccessMap['now'] | null): Told {
  const all = new Map<string, string>()
  for (const [p, { members }] of people.entries()) {
    for (const [f, file] of files.entries()) {
      const answer = answers[rows?.[p]?.[f] ?? -1]
      if (answer === undefined) throw new Error('a cell has no answer')
      const text = told(answer)
      for (const person of members) for (const one of file.members) all.set(`${one} ${person}`, text)
    }
  }
  return all
}

/** The same by single answers. */
async function asked(): Promise<Told> {
  const all = new Map<string, string>()
  const rows = await company.database.query(`SELECT id FROM protected_file WHERE state <> 'deleted'`)
  for (const { id } of rows as unknown as { id: Id<'file'> }[]) {
    const { answers } = await whoCanOpen(await searching(), { fileId: id, after: null }, company.enclave.search)
    for (const { person, ...answer } of answers) all.set(`${id} ${person.id}`, told(answer))
  }
  return all
}

const sortedEntries = (all: Told) => [...all].sort(([a], [b]) => a.localeCompare(b))

/** Whom the terms of an agreement of the sample would cover if they said something else. */
const termsOf = async (number: string): Promise<AuthorizationTerms> => {
  const [row] = await company.database.query('SELECT terms FROM authorization_effective WHERE terms->>$1 = $2', [
    'number',
    number,
  ])
  return row?.['terms'] as AuthorizationTerms
}

describe('mapAccess()', () => {
  test('answers for everybody and everything as single questions do, with fewer evaluations', async () => {
    const whole = await map()
    const single = await asked()
    expect(sortedEntries(allOf(whole, whole.now))).toEqual(sortedEntries(single))
    // Most of the company of the cases are each the only one of their kind.
    expect(whole.people.length * whole.files.length).toBeLessThan((single.size * 3) / 4)
    expect(whole.would).toBeNull()
    expect(new Set([...single.values()].map((one) => one.split(' ')[0]))).toEqual(new Set(['permit', 'deny']))
  })

  test('puts people together whom nothing tells apart, foreign persons as well, and apart whoever differs in anything', async () => {
    const foreign = {
      status: 'foreign-person' as const,
      ties: { citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [] },
      roles: ['engineer' as const],
      assignments: [{ program: 'falcon', purpose: 'co-development' }],
    }
    const twins = [
      await enrol(company, { subject: 'twin-1', ...foreign }),
      await enrol(company, { subject: 'twin-2', ...foreign }),
    ]
    const others = await Promise.all([
      enrol(company, { subject: 'twin-3', ...foreign, hasNda: false }),
      enrol(company, { subject: 'twin-4', ...foreign, ties: { ...foreign.ties, formerCitizenships: ['IR'] } }),
      enrol(company, { subject: 'twin-5', ...foreign, assignments: [{ program: 'falcon', purpose: 'test' }] }),
    ])
    const { people } = await map()
    const classOf = (id: string) => people.findIndex(({ members }) => (members as readonly string[]).includes(id))
    expect(classOf(twins[0] ?? '')).toBe(classOf(twins[1] ?? ''))
    expect(new Set([...twins, ...others].map(classOf)).size).toBe(4)
  })

  test('tells apart whom terms name, where they do, and who acknowledged a proviso', async () => {
    const { people } = await map()
    const named = people.filter(({ facts }) => facts.status === 'foreign-person')
    const rows = await company.database.query('SELECT DISTINCT person_id FROM proviso_acknowledged')
    const acknowledged = new Set(rows.map((row) => row['person_id']))
    for (const { members } of named) {
      expect(new Set(members.map((id) => acknowledged.has(id))).size).toBe(1)
    }
  })

  test('refuses a change to what is not there', async () => {
    const authorizationId = '0190f2a4-6f0e-7c1b-9a53-3f6e0d1c2b4a' as Id<'authorization'>
    await expect(map({ kind: 'authorization-ends', authorizationId })).rejects.toMatchObject({ code: 'not-found' })
    const personId = authorizationId as string as Id<'person'>
    await expect(
      map({ kind: 'person', personId, status: 'us-person', ties: null, assign: [], unassign: [] }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('what would be otherwise is what is, once it is so', () => {
  test('if somebody became a U.S. person, or were assigned to a program or no longer', async () => {
    const personId = company.id('pierre')
    const changes: Change[] = [
      { kind: 'person', personId, status: 'us-person', ties: null, assign: [], unassign: [] },
      { kind: 'person', personId, status: 'ended', ties: null, assign: [], unassign: [] },
      { kind: 'person', personId: company.id('ada'), status: null, ties: null, assign: [], unassign: ['falcon'] },
      {
        kind: 'person',
        personId: company.id('ben'),
        status: null,
        ties: null,
        assign: [{ program: 'falcon', purpose: 'co-development' }],
        unassign: [],
      },
    ]
    for (const change of changes) {
      if (change.kind !== 'person') continue
      const foretold = await map(change)
      expect(allOf(foretold, foretold.would)).not.toEqual(allOf(foretold, foretold.now))
      await company.database.transaction(async (tx) => {
        const { personId: id } = change
        if (change.status === 'us-person') {
          await tx.query(
            `UPDATE person SET status = 'us-person', basis = 'citizen', sealed_ties = NULL, verified_at = now(),
                    evidence_ref = 'case' WHERE id = $1`,
            [id],
          )
        }
        if (change.status === 'ended')
          await tx.query(
            `UPDATE person SET status = 'ended', ended_kind = 'left', ended_at = now(), ended_reason = 'case' WHERE id = $1`,
            [id],
          )
        for (const program of change.unassign) {
          await tx.query('DELETE FROM person_assignment WHERE person_id = $1 AND program = $2', [id, program])
        }
        for (const { program, purpose } of change.assign) {
          await tx.query('INSERT INTO person_assignment VALUES ($1, $2, $3)', [id, program, purpose])
        }
      })
      expect(sortedEntries(allOf(foretold, foretold.would))).toEqual(sortedEntries(await asked()))
    }
  }, 60_000)

  test('if somebody became a foreign person with these countries, of which each counts', async () => {
    const personId = await enrol(company, {
      subject: 'turned',
      status: 'us-person',
      basis: 'citizen',
      roles: ['engineer'],
      employer: 'calder-aero',
      assignments: [{ program: 'falcon', purpose: 'co-development' }],
    })
    const turned = (ties: CountryTies) =>
      ({ kind: 'person', personId, status: 'foreign-person', ties, assign: [], unassign: [] }) as const
    const british = { citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [] }
    const seen: string[] = []
    for (const ties of [british, { ...british, formerCitizenships: ['RU'] }]) {
      const foretold = await map(turned(ties))
      await company.database.transaction(async (tx) => {
        const [row] = await tx.query('SELECT person_key FROM person WHERE id = $1', [personId])
        const sealed = company.enclave.roster.fields.sealTies(ties, row?.['person_key'] as Uint8Array, personId)
        await tx.query(
          `UPDATE person SET status = 'foreign-person', basis = NULL, sealed_ties = $2, verified_at = now(),
                  evidence_ref = 'case' WHERE id = $1`,
          [personId, sealed],
        )
      })
      expect(sortedEntries(allOf(foretold, foretold.would))).toEqual(sortedEntries(await asked()))
      const theirs = [...allOf(foretold, foretold.would)].filter(([key]) => key.endsWith(personId))
      seen.push(...theirs.map(([, text]) => text.split(' ')[0] ?? ''))
    }
    expect(new Set(seen)).toEqual(new Set(['permit', 'deny']))
  }, 60_000)

  test('if somebody stood elsewhere, or everybody did', async () => {
    const effects = (one: AccessMap, rows: AccessMap['now'] | null, id: string) =>
      [...allOf(one, rows)].filter(([key]) => key.endsWith(id)).map(([, text]) => text)
    const ada = company.id('ada')
    const abroad = await map({ kind: 'place', personId: ada, country: 'GB' })
    expect(effects(abroad, abroad.now, ada).some((text) => text.startsWith('permit'))).toBe(true)
    for (const text of effects(abroad, abroad.would, ada))
      expect(text).toMatch(/^deny .*outside the United States|^deny .*not assigned/)
    const rest = (rows: AccessMap['now'] | null) =>
      sortedEntries(allOf(abroad, rows)).filter(([key]) => !key.endsWith(ada))
    expect(rest(abroad.would)).toEqual(rest(abroad.now))
    const nowhere = await map({ kind: 'place', personId: null, country: null })
    expect([...allOf(nowhere, nowhere.would).values()].filter((text) => text.startsWith('permit'))).toEqual([])
    const inBritain = await map({ kind: 'place', personId: null, country: 'GB' })
    const permitted = [...allOf(inBritain, inBritain.would).values()].filter((text) => text.startsWith('permit'))
    expect(permitted.length).toBeGreaterThan(0)
    for (const text of permitted) expect(text).toMatch(/^permit \| [^|]+ \| [^|]*CFR/)
    await expect(
      map({ kind: 'place', personId: '01930000-0000-7000-8000-000000000001' as Id<'person'>, country: 'GB' }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  test('if other terms were registered, and if the authorization ended (property over terms)', async () => {
    const number = (await anyNumber()) ?? ''
    const terms = await termsOf(number)
    const wanted = fc.record({
      persons: fc.subarray(['grete', 'cora', 'liu', 'twin-1', 'twin-3']),
      programs: fc.constantFrom<string[]>(['falcon'], ['falcon', 'heron'], ['kestrel']),
      provisos: fc.constantFrom<AuthorizationTerms['provisos']>([], terms.provisos),
    })
    let n = 0
    await fc.assert(
      fc.asyncProperty(wanted, async ({ persons, programs, provisos }) => {
        const people: string[] = []
        for (const subject of persons) {
          const [row] = await company.database.query('SELECT person_id FROM identity_binding WHERE subject = $1', [
            subject,
          ])
          people.push(String(row?.['person_id']))
        }
        const other = { ...terms, number: `${number}-${n++}`, persons: people, programs, provisos }
        const foretold = await map({ kind: 'authorization-terms', authorizationId: null, terms: other })
        const id = await authorize(company, other)
        const effects = (all: Told) => sortedEntries(all).map(([key, text]) => `${key} ${text.split(' ')[0]}`)
        const then = await asked()
        expect(effects(allOf(foretold, foretold.would))).toEqual(effects(then))
        const back = await map({ kind: 'authorization-ends', authorizationId: id })
        expect(effects(allOf(back, back.now))).toEqual(effects(then))
        const ending = await company.decide(requestFor('grace', 'authorization.end', resource('authorization', id)))
        if (ending.effect === 'deny') throw new Error('grace may not end it')
        await endAuthorization(company.enclave.authorizations, ending.permit, { id, reason: 'case' })
        expect(effects(allOf(back, back.would))).toEqual(effects(await asked()))
      }),
      { numRuns: 8 },
    )
  }, 120_000)
})

async function anyNumber(): Promise<string | undefined> {
  const rows = await company.database.query(`SELECT terms->>'number' AS number FROM authorization_effective
     WHERE terms->'provisos' <> '[]' AND terms->>'kind' = 'TAA' ORDER BY 1`)
  return rows[0]?.['number'] as string | undefined
}
