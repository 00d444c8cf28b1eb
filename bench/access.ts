// Who can open what, everybody and everything: 10,000 people, a tenth of them foreign persons under twenty agreements, and 100,000 files
// under sixty sets of labels. Answered by classes; a sample of it is asked for singly, and must be the same.

import type { AuthorizationTerms, Id } from '@sallyport/protocol'
import { newId } from '../server/src/base/index.ts'
import { requestFor, sampleEnclave, sampleLabel, type SampleEnclave } from '../server/src/main/testing.ts'
import { mapAccess, whoCanOpen, type AccessMap, type Change } from '../server/src/policy/index.ts'
import { authorize } from '../test/policy/enrol.ts'
import { median, seconds, type BenchRow } from './row.ts'

const people = 10_000
const files = 100_000
const programs = 12
const agreements = 20
const turns = 5
const mebibyte = 2 ** 20

/** Measure on a sample enclave of its own, about two minutes. */
export async function benchAccess(): Promise<BenchRow[]> {
  const sample = await sampleEnclave()
  try {
    await fill(sample)
    const authorizationId = await sample.authorizationId('BENCH-0')
    const whole = async (change: Change | null): Promise<AccessMap> => {
      const decision = await sample.decide(requestFor('grace', 'decision.search', { kind: 'enclave' }))
      if (decision.effect === 'deny') throw new Error('cannot measure: grace may not search')
      return await mapAccess(decision.permit, change, sample.enclave.search)
    }
    const map = await whole(null)
    const single = await compareSingly(sample, map)
    const took: { now: number; changed: number }[] = []
    for (let turn = 0; turn < turns; turn++) {
      const now = await seconds(() => whole(null))
      took.push({ now, changed: await seconds(() => whole({ kind: 'authorization-ends', authorizationId })) })
    }
    const size = `${people.toLocaleString('en-US')} people, ${files.toLocaleString('en-US')} files`
    const peak = (process.resourceUsage().maxRSS * 1024) / mebibyte
    const classes = `${map.people.length} x ${map.files.length} classes; one answer singly took ${single.toFixed(1)} ms`
    return [
      row(`who can open what, ${size}`, median(took.map(({ now }) => now)), classes),
      row(`what if an agreement lapsed, ${size}`, median(took.map(({ changed }) => changed)), 'both maps'),
      {
        what: 'memory of that, at most, all of the process',
        value: peak,
        unit: 'MiB',
        reference: '1024 MiB',
        ratio: peak / 1024,
        target: 1,
        isCeiling: true,
      },
    ]
  } finally {
    await sample.stop()
  }
}

function row(what: string, value: number, note: string): BenchRow {
  return { what, value, unit: 's', reference: '10 s', ratio: value / 10, target: 1, isCeiling: true, note }
}

/** Ask a sample of the map singly. Yields milliseconds of one answer. Throws where any is another. */
async function compareSingly(sample: SampleEnclave, map: AccessMap): Promise<number> {
  let [asked, took] = [0, 0]
  const classOf = new Map(map.people.flatMap(({ members }, p) => members.map((id) => [id, p] as const)))
  for (const [f, { members }] of map.files.entries()) {
    if (f % 10 !== 0) continue
    const fileId = members[(f * 31) % members.length] ?? members[0]
    const decision = await sample.decide(requestFor('grace', 'decision.search', { kind: 'enclave' }))
    if (decision.effect === 'deny') throw new Error('cannot measure: grace may not search')
    const begun = performance.now()
    const { answers } = await whoCanOpen(decision.permit, { fileId, after: null }, sample.enclave.search)
    took += performance.now() - begun
    asked += answers.length
    for (const { person, effect, authorization } of answers) {
      const answer = map.answers[map.now[classOf.get(person.id) ?? -1]?.[f] ?? -1]
      if (answer?.effect !== effect || answer.authorization !== authorization) {
        throw new Error(`cannot measure: ${person.id} and ${fileId} have another answer singly`)
      }
    }
  }
  return took / asked
}

async function fill(sample: SampleEnclave): Promise<void> {
  const { database, enclave, ground } = sample
  const { fields } = enclave.roster
  const program = (n: number): string => `bench-${n % programs}`
  for (let n = 0; n < programs; n++) {
    await database.query(
      `INSERT INTO label (fqn, dimension, value, title, classified_by, basis) VALUES ($1, 'program', $2, $2, $3, 'bench')`,
      [sampleLabel(`program/${program(n)}`), program(n), sample.id('grace')],
    )
  }
  const ids = Array.from({ length: people }, () => newId<'person'>(ground.clock, ground.random))
  const isForeign = (n: number): boolean => n % 10 === 0
  for (let from = 0; from < people; from += 1000) {
    const some = ids.slice(from, from + 1000).map((id, i) => ({ id, n: from + i, key: fields.makePersonKey(id) }))
    const ties = (n: number) => ({
      citizenships: [n % 20 === 0 ? 'GB' : 'CA'],
      formerCitizenships: [],
      permanentResidencies: [],
    })
    await database.query(
      `INSERT INTO person (id, display_name, name_look, name_words, is_regular_employee, has_nda, roles, status, basis, verified_at,
                           evidence_ref, sealed_ties, person_key)
       SELECT id, name, name, '', true, true, '{engineer}', status, CASE WHEN status = 'us-person' THEN 'citizen' END, now(), 'bench',
              ties, key
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::bytea[]) AS t (id, name, status, ties, key)`,
      [
        some.map(({ id }) => id),
        some.map(({ n }) => `bench ${n}`),
        some.map(({ n }) => (isForeign(n) ? 'foreign-person' : 'us-person')),
        some.map(({ id, n, key }) => (isForeign(n) ? fields.sealTies(ties(n), key, id) : null)),
        some.map(({ key }) => key),
      ],
    )
    await database.query(
      `INSERT INTO person_assignment SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])`,
      [
        some.map(({ id }) => id),
        some.map(({ n }) => program(Math.floor(n / 10))),
        some.map(() => 'co-development'),
      ].map((one) => [...one]),
    )
  }
  const fileIds = Array.from({ length: files }, () => newId<'file'>(ground.clock, ground.random))
  const items = ['iv-h-1', 'xi-d']
  const sets = Array.from({ length: 60 }, (_, n) =>
    ['jurisdiction/itar', `program/${program(n)}`, `item/${items[n % 2] ?? ''}`]
      .concat(n >= 24 ? [`program/${program(n + 1)}`] : [], n >= 48 ? ['dissem/noforn'] : [])
      .map(sampleLabel),
  )
  for (let from = 0; from < files; from += 5000) {
    const some = fileIds.slice(from, from + 5000)
    await database.query(
      `INSERT INTO protected_file (id, vault_id, name, labels, state, sealed_bytes, sha256, object_key, protected_by)
       SELECT id, $2, 'bench ' || id, string_to_array(labels, ' '), 'stored', 1, sha256(''), id, $3
         FROM unnest($1::uuid[], $4::text[]) AS t (id, labels)`,
      [some, sample.vaultId('falcon'), sample.id('ada'), some.map((_, n) => (sets[(from + n) % 60] ?? []).join(' '))],
    )
  }
  const [known] = await database.query(
    `SELECT terms FROM authorization_effective WHERE terms->>'number' = 'TA-0042-26'`,
  )
  const terms = known?.['terms'] as AuthorizationTerms
  const foreign = ids.filter((_, n) => isForeign(n)) as readonly Id<'person'>[]
  for (let n = 0; n < agreements; n++) {
    await authorize(sample, {
      ...terms,
      number: `BENCH-${n}`,
      programs: [program(n), program(n + 1)],
      persons: foreign.filter((_, i) => i % agreements === n),
      provisos: [],
    })
  }
  await database.query('ANALYZE')
}
