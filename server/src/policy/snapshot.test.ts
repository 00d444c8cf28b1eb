import type { Id } from '@sallyport/protocol'
import { canonicalJson, fromUtf8 } from '@sallyport/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, systemClock, systemRandomness, type Sql } from '../base/index.ts'
import { acknowledge, falconLabels, requestFor, sampleEnclave, type SampleEnclave } from '../main/testing.ts'
import { openSealedEntry } from '../roster/index.ts'
import type { FactRules, PersonFacts } from './facts.ts'
import { openSealed, readDecision } from './index.ts'
import { takeSnapshot } from './snapshot.ts'

let sample: SampleEnclave
beforeAll(async () => {
  sample = await sampleEnclave()
})
afterAll(() => sample.stop())

const opening = (subject: string) => {
  const id = newId<'file'>(sample.ground.clock, sample.ground.random)
  const file = { kind: 'file', id, presented: { labels: falconLabels, dissem: [] } } as const
  return requestFor(subject, 'file.open', file, { evidence: { fulfillable: [acknowledge] } })
}

async function withAlteredTies(subject: string, work: () => Promise<void>): Promise<void> {
  const { database } = sample
  const id = sample.id(subject)
  const [row] = await database.query('SELECT sealed_ties FROM person WHERE id = $1', [id])
  await database.query(
    'UPDATE person SET sealed_ties = set_byte(sealed_ties, 20, 255 - get_byte(sealed_ties, 20)) WHERE id = $1',
    [id],
  )
  try {
    await work()
  } finally {
    await database.query('UPDATE person SET sealed_ties = $2 WHERE id = $1', [id, row?.['sealed_ties']])
  }
}

describe('takeSnapshot() (I4)', () => {
  test('takes ties that do not open as none, which nothing covers, and refuses nobody else of that look', async () => {
    await withAlteredTies('james', async () => {
      const decisions = await Promise.all(['ada', 'james', 'lin', 'irina'].map((who) => sample.decide(opening(who))))
      expect(decisions.map((one) => one.effect)).toEqual(['permit', 'deny', 'permit', 'deny'])
      const [, james] = decisions
      expect(james?.effect === 'deny' ? james.reasons.map((one) => one.code) : []).toEqual(['no-coverage'])
    })
    expect(await sample.decide(opening('james'))).toMatchObject({
      effect: 'permit',
      reliance: { number: 'TA-0042-26' },
    })
  })

  test('takes an authorization whose stored terms do not read as one that covers nobody', async () => {
    const { database } = sample
    const terms = "jsonb_set(terms, '{countries}', '[\"gb\"]')"
    const [row] = await database.query(
      "SELECT id, terms FROM authorization_record WHERE terms->>'number' = 'TA-0042-26'",
    )
    await database.query(`UPDATE authorization_record SET terms = ${terms}, version = version + 1 WHERE id = $1`, [
      row?.['id'],
    ])
    const decisions = await Promise.all(['ada', 'james'].map((who) => sample.decide(opening(who))))
    expect(decisions.map((one) => one.effect)).toEqual(['permit', 'deny'])
    await database.query('UPDATE authorization_record SET terms = $2, version = version + 1 WHERE id = $1', [
      row?.['id'],
      row?.['terms'],
    ])
    expect(await sample.decide(opening('james'))).toMatchObject({ effect: 'permit' })
  })

  test('knows a label by its name in whatever case, and none whose stored name does not read as one', async () => {
    const [itar, odd] = ['https://works.example/attr/jurisdiction/value/itar', 'https://works.example/attr/odd']
    const labels = [itar, odd].map((fqn) => ({ fqn, dimension: 'jurisdiction', value: 'itar' }))
    const empty = ['bound', 'people', 'files', 'added', 'rescues', 'vaults', 'authorizations', 'proscribed']
    const row = {
      ...Object.fromEntries([...empty, 'nationals', 'acknowledged'].map((name) => [name, []])),
      epoch: 1,
      policy_digest: null,
      at_ms: 0,
      labels,
    }
    const snapshot = await takeSnapshot({ query: () => Promise.resolve([row]) }, [], {} as FactRules)
    expect([itar, itar.toUpperCase(), odd].map((name) => snapshot.label(name)?.fqn ?? null)).toEqual([itar, itar, null])
  })

  test('takes ties under an erased person key as none as well', async () => {
    const { database } = sample
    const id = sample.id('james')
    const [row] = await database.query('SELECT person_key FROM person WHERE id = $1', [id])
    await database.query("UPDATE person SET person_key = '\\x00' WHERE id = $1", [id])
    expect(await sample.decide(opening('james'))).toMatchObject({ effect: 'deny', reasons: [{ code: 'no-coverage' }] })
    await database.query('UPDATE person SET person_key = $2 WHERE id = $1', [id, row?.['person_key']])
  })
})

describe('takeSnapshot()', () => {
  test('finds the authorizations that concern a person, each once, as a look through all of them does', async () => {
    const [ids, parties] = [
      Array.from({ length: 6 }, () => newId<'person'>(systemClock, systemRandomness)),
      ['acme', 'bolt', 'crux'],
    ]
    const some = <T>(of: readonly T[]) => fc.subarray([...of])
    const named = fc.record({ persons: some(ids), parties: some(parties) })
    const asked = fc.record({ id: fc.constantFrom(...ids), employer: fc.constantFrom(null, ...parties) })
    await fc.assert(
      fc.asyncProperty(fc.array(named, { maxLength: 8 }), asked, async (all, { id, employer }) => {
        const snapshot = await takeSnapshot(lookAt(all), [], noRules)
        const person = { id, employer } as PersonFacts
        const places = all.flatMap(({ persons, parties: of }, place) =>
          persons.includes(id) || of.includes(employer ?? '') ? [String(place)] : [],
        )
        expect(
          snapshot
            .authorizations(person)
            .map((one) => one.terms.number)
            .toSorted(),
        ).toEqual(places)
      }),
    )
  })

  const noRules: FactRules = {
    coverage: () => ({ live: false, gap: '', text: '' }),
    openTies: () => ({ citizenships: [], formerCitizenships: [], permanentResidencies: [] }),
    sealForPerson: () => new Uint8Array(),
  }

  function lookAt(all: readonly { readonly persons: readonly string[]; readonly parties: readonly string[] }[]): Sql {
    const lists = [
      'bound',
      'people',
      'files',
      'added',
      'rescues',
      'vaults',
      'labels',
      'proscribed',
      'nationals',
      'acknowledged',
    ]
    const authorizations = all.map(({ persons, parties }, place) => ({
      authorization_id: newId<'authorization'>(systemClock, systemRandomness),
      version: 1,
      terms: {
        number: String(place),
        kind: 'TAA',
        citation: '22 CFR 124.1(a)',
        title: 'Case',
        parties: parties.map((id) => ({ id, name: id, country: 'GB', side: 'foreign' })),
        persons,
        countries: ['GB'],
        items: ['iv-h-1'],
        programs: ['falcon'],
        purposes: ['co-development'],
        provisos: [],
        determinations: [],
        validFrom: '2026-01-01T00:00:00Z',
        validUntil: '2027-01-01T00:00:00Z',
      },
    }))
    const row = {
      ...Object.fromEntries(lists.map((name) => [name, []])),
      epoch: 1,
      policy_digest: null,
      at_ms: 0,
      authorizations,
    }
    return { query: () => Promise.resolve([row]) }
  }
})

describe('decisionDraft()', () => {
  test('keeps why nothing covers a person in the sealed part alone, for it can tell a nationality', async () => {
    const { decisionId } = await sample.decide(opening('irina'))
    const entry = await sample.enclave.ledger.entry(decisionId)
    const clear = fromUtf8(entry?.bytes ?? new Uint8Array())
    expect(clear).toContain('no-coverage')
    for (const telling of ['proscribed', '"gap"', '"RU"', '126.1']) expect(clear).not.toContain(telling)
    const open = (sealed: Uint8Array, person: Id<'person'>) => openSealedEntry(sample.enclave.roster, sealed, person)
    const sealed = await openSealed(readDecision(entry), open)
    expect(sealed).toMatchObject({ gap: 'proscribed-country', ties: { formerCitizenships: ['RU'] } })
  })

  test('seals nothing for a U.S. person, because nothing is known of their countries', async () => {
    const { decisionId } = await sample.decide(opening('lin'))
    const entry = await sample.enclave.ledger.entry(decisionId)
    expect(canonicalJson(entry?.body ?? {})).not.toContain('"sealed"')
  })
})
