// One decision in process, whole: attributes gathered out of a look over 50,000 people, 100 files and 10,000 authorizations with conditions,
// coverage, the shipped policies, the guard. One question in four is a foreign person's, whom a dozen authorizations name. Beside it,
// turn by turn, Cedar's own engine on the same slice: what was gathered, and the same policies parsed beforehand.

import type { AuthorizationTerms, Id } from '@sallyport/protocol'
import { makeCoverage } from '../server/src/authorizations/index.ts'
import { systemClock, systemRandomness, newId, type Sql } from '../server/src/base/index.ts'
import { gather, type Attributes } from '../server/src/policy/attributes.ts'
import { cedarWasm } from '../server/src/policy/cedar/index.ts'
import { judge } from '../server/src/policy/decide.ts'
import { compile } from '../server/src/policy/policy-set.ts'
import { shippedPolicies, type DecisionRequest, type FactRules } from '../server/src/policy/index.ts'
import { takeSnapshot, type Snapshot } from '../server/src/policy/snapshot.ts'
import { median, quantile, type BenchRow } from './row.ts'

const people = 50_000
const authorizations = 10_000
const files = 100
const programs = 200
/** One person in five is foreign, named by two authorizations, and employed by a party of ten. */
const foreignEvery = 5
const rounds = 15
const decisionsOfRound = 4000
const sliceOfRound = 150
/** So often the closures go over their slice, so that neither engine runs cold and both run for milliseconds. */
const passes = 20

/** Measure, about half a minute. */
export async function benchDecisionAtSize(): Promise<BenchRow[]> {
  const { schemaText, policyText } = await shippedPolicies()
  const set = compile({ schemaText, policyText })
  const parts = { policySet: () => Promise.resolve(set) }
  const snapshot = await takeSnapshot(lookOver(set.digest), [], rules)
  const requests = questions(snapshot)
  cedarWasm.preparsePolicySet('at-size', { staticPolicies: policyText })

  const times: number[] = []
  const own50: number[] = []
  /** Of the policies alone, microseconds. */
  const policies: { wasm: number; own: number }[] = []
  const foreign: number[] = []
  /** With the reasons of a refusal read, which are looked for then. */
  const told: number[] = []
  /** Microseconds of processor time. */
  let used = 0
  const permitted = { people: 0, covered: 0 }
  for (let round = 0; round <= rounds; round++) {
    const own: number[] = []
    const cpu = process.cpuUsage()
    for (let n = 0; n < decisionsOfRound; n++) {
      const request = requests[(round * decisionsOfRound + n) % requests.length] as DecisionRequest
      const begun = performance.now()
      const gathered = gather(request, snapshot, rules)
      const verdict = await judge(request, gathered, snapshot, parts)
      const took = (performance.now() - begun) * 1000
      own.push(took)
      const { effect } = verdict
      if (verdict.reasons.some(({ text }) => text === '')) throw new Error('cannot measure: a reason without words')
      if (round > 0) told.push((performance.now() - begun) * 1000)
      if (round > 0 && gathered.person?.facts.status === 'foreign-person') foreign.push(took)
      if (effect === 'permit') permitted.people++
      if (effect === 'permit' && gathered.coverage.live) permitted.covered++
    }
    const { user, system } = process.cpuUsage(cpu)
    const slice = requests.slice(round * sliceOfRound, (round + 1) * sliceOfRound).map((request) => {
      const { attributes } = gather(request, snapshot, rules)
      return { request, attributes, call: wasmCall(request, attributes) }
    })
    const wasm: string[] = []
    let closures: string[] = []
    const begun = performance.now()
    for (const { call } of slice) {
      const answer = cedarWasm.statefulIsAuthorized(call)
      wasm.push(answer.type === 'success' && answer.response.decision === 'allow' ? 'permit' : 'deny')
    }
    const between = performance.now()
    for (let pass = 0; pass < passes; pass++) {
      closures = slice.map(({ request, attributes }) => set.evaluate(request.action, attributes).effect)
    }
    const ended = performance.now()
    if (wasm.join() !== closures.join()) throw new Error('cannot measure: the two engines do not answer alike')
    // The first round is for the compiler.
    if (round === 0) continue
    used += user + system
    times.push(...own)
    own50.push(median(own))
    policies.push({
      wasm: ((between - begun) * 1000) / slice.length,
      own: ((ended - between) * 1000) / slice.length / passes,
    })
    await new Promise((resume) => setImmediate(resume))
  }
  if (permitted.covered === 0) throw new Error('cannot measure: no foreign person was covered, want some')
  const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)]
  const what = `one decision, whole, ${people.toLocaleString('en-US')} people, ${authorizations.toLocaleString('en-US')} authorizations`
  const note =
    `of foreign persons p50 ${quantile(foreign, 0.5).toFixed(1)} µs; least of ${rounds} turns ${Math.min(...own50).toFixed(1)} µs; ` +
    `processor time ${(used / times.length).toFixed(1)} µs each, garbage collected with it`
  const row = { unit: 'µs', target: 1, isCeiling: true } as const
  return [
    { ...row, what: `${what}, p50`, value: p50, reference: '5 µs', ratio: p50 / 5, note },
    {
      ...row,
      what: `${what}, p99`,
      value: p99,
      reference: '50 µs',
      ratio: p99 / 50,
      note: `with the reasons of a refusal read ${quantile(told, 0.99).toFixed(0)} µs, p50 ${quantile(told, 0.5).toFixed(1)} µs`,
    },
    {
      what: `the policies of one, on the same slice as Cedar's engine`,
      value: 1e6 / median(policies.map(({ own }) => own)),
      unit: 'decisions/s',
      reference: `cedar-wasm ${cedarWasm.getCedarVersion()}, ${median(policies.map(({ wasm }) => wasm)).toFixed(0)} µs, policies parsed and attributes gathered beforehand`,
      ratio: median(policies.map(({ wasm, own }) => wasm / own)),
      target: 300,
      note: `${policyText.split('@id(').length - 1} policies, medians of ${rounds} turns`,
    },
  ]
}

const rules: FactRules = {
  coverage: makeCoverage({ namespace: 'bench.example' }),
  openTies: () => ({ citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [] }),
  sealForPerson: () => new Uint8Array(),
}

const fqn = (dimension: string, value: string) => `https://bench.example/attr/${dimension}/value/${value}`
const program = (n: number) => `program-${n % programs}`
const isForeign = (n: number) => n % foreignEvery === 0
/** Which program the foreign persons of an authorization work on. */
const programOf = (person: number) => Math.floor(person / foreignEvery)

const ids = Array.from({ length: people }, () => newId<'person'>(systemClock, systemRandomness))
const fileIds = Array.from({ length: files }, () => newId<'file'>(systemClock, systemRandomness))

/** A database that gives one answer: what the statement of the look would. */
function lookOver(digest: string): Sql {
  const row = {
    epoch: 1,
    policy_digest: digest,
    at_ms: Date.parse('2026-11-01T00:00:00Z'),
    bound: [],
    people: ids.map((id, n) => ({
      person_id: id,
      version: 1,
      status: isForeign(n) ? 'foreign-person' : 'us-person',
      roles: ['engineer'],
      assignments: [{ program: program(programOf(n)), purpose: 'co-development' }],
      employer: isForeign(n) ? `party-${n % 1000}` : null,
      is_regular_employee: true,
      has_nda: true,
      briefed_on: '2026-10-01',
      acts_for_foreign_employer: false,
      sealed_ties: isForeign(n) ? '\\x00' : null,
      person_key: '\\x00',
    })),
    files: fileIds.map((file_id, n) => ({
      file_id,
      labels: [fqn('jurisdiction', 'itar'), fqn('item', 'iv-h-1'), fqn('program', program(n))],
      deleted: false,
    })),
    added: [],
    rescues: [],
    vaults: [],
    labels: [
      { fqn: fqn('jurisdiction', 'itar'), dimension: 'jurisdiction', value: 'itar' },
      { fqn: fqn('item', 'iv-h-1'), dimension: 'item', value: 'iv-h-1' },
      ...Array.from({ length: programs }, (_, n) => ({
        fqn: fqn('program', program(n)),
        dimension: 'program',
        value: program(n),
      })),
    ],
    authorizations: Array.from({ length: authorizations }, (_, n) => ({
      authorization_id: newId<'authorization'>(systemClock, systemRandomness),
      version: 1,
      terms: termsOf(n),
    })),
    proscribed: ['CN', 'CU', 'IR', 'KP', 'RU', 'SY'].map((country) => ({ country, paragraph: '(d)(1)' })),
    nationals: ['GB', 'CA', 'AU'],
    acknowledged: [],
  }
  return { query: () => Promise.resolve([row]) }
}

/** Each names two foreign persons, and each foreign person is named by two: one of their own program, one of the next. */
function termsOf(n: number): AuthorizationTerms {
  const foreign = people / foreignEvery
  const persons = [n, n + 1].map((one) => ids[(one % foreign) * foreignEvery] as Id<'person'>)
  return {
    number: `BENCH-${n}`,
    kind: 'TAA',
    citation: '22 CFR 124.1(a)',
    title: 'Bench',
    parties: [{ id: `party-${n % 1000}`, name: 'Party', country: 'GB', side: 'foreign' }],
    persons,
    countries: ['GB'],
    items: ['iv-h-1'],
    programs: [program(n), program(n + 1)],
    purposes: ['co-development'],
    provisos: [
      { kind: 'condition', id: 'where', text: 'In the United States alone.', places: ['US'] },
      { kind: 'condition', id: 'briefed', text: 'Briefed within a year.', briefedWithinDays: 365 },
      { kind: 'obligation', id: 'mark', text: 'Marked as received.', obligation: 'acknowledge' },
    ],
    determinations: [],
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2027-01-01T00:00:00Z',
  }
}

/** One in four is a foreign person's; two in three are about a file of the person's program. */
function questions({ fileLabels }: Snapshot): readonly DecisionRequest[] {
  return Array.from({ length: 20_000 }, (_, n): DecisionRequest<'file.open'> => {
    const spread = (n * 7919) % people
    const person = n % 4 === 0 ? spread - (spread % foreignEvery) : spread - (spread % foreignEvery) + 1
    const own = programOf(person) % programs
    const file = fileIds[n % 3 === 0 ? n % files : own % files] as Id<'file'>
    if (fileLabels(file) === null) throw new Error('cannot measure: the look has no such file')
    return {
      subject: { kind: 'person', id: ids[person] as Id<'person'> },
      action: 'file.open',
      resource: { kind: 'file', id: file, presented: null },
      place: { name: 'here', country: 'US' },
      device: 'unknown',
      door: 'bench',
      evidence: { fulfillable: ['https://bench.example/obl/proviso/value/acknowledge'] },
    }
  })
}

function wasmCall(request: DecisionRequest, { principal, resource, context }: Attributes) {
  const { kind: _kind, id, ...attrs } = resource
  const [person, file] = [
    { type: 'Sallyport::Person', id: 'caller' },
    { type: 'Sallyport::File', id },
  ]
  const plain = (value: unknown) => structuredClone(value) as never
  return {
    principal: person,
    action: { type: 'Sallyport::Action', id: request.action },
    resource: file,
    context: plain(context),
    entities: [
      { uid: person, attrs: plain(principal), parents: [] },
      { uid: file, attrs: plain(attrs), parents: [] },
    ],
    preparsedPolicySetId: 'at-size',
  }
}

if (import.meta.main) console.table(await benchDecisionAtSize())
