// One decision of the compiled engine against Cedar's own engine in WASM with policies parsed beforehand: the same 20
// policies, the same 10 entities, the same request, the same answer.

import {
  cedarWasm,
  compilePolicies,
  entitiesFromJson,
  recordFromJson,
  uidFromJson,
  type CedarRequest,
} from '../server/src/policy/cedar/index.ts'
import { median, type BenchRow } from './row.ts'

const target = 300
const rounds = 15
const spanMs = 40

/** Measure one decision with 20 policies and 10 entities. */
export async function benchDecision(): Promise<BenchRow[]> {
  const compiled = compilePolicies(policies)
  const request: CedarRequest = {
    principal: uidFromJson(principal),
    action: uidFromJson(action),
    resource: uidFromJson(resource),
    context: recordFromJson(context),
    entities: entitiesFromJson(entities),
  }
  cedarWasm.preparsePolicySet('bench', { staticPolicies: policies })
  const call = { principal, action, resource, context, entities, preparsedPolicySetId: 'bench' }

  const reference = cedarWasm.statefulIsAuthorized(call)
  const answer = compiled.evaluateStrictly(request)
  if (
    reference.type === 'failure' ||
    answer.decision !== 'allow' ||
    reference.response.decision !== answer.decision ||
    reference.response.diagnostics.errors.length + answer.errors.length > 0 ||
    reference.response.diagnostics.reason.toSorted().join() !== answer.determining.toSorted().join()
  ) {
    throw new Error('cannot measure: the two engines do not answer alike')
  }

  let sink = 0
  const pairs: [number, number][] = []
  // The two take turns, so that a busy machine slows both.
  for (let round = 0; round < rounds; round++) {
    pairs.push([
      microseconds(() => (sink += compiled.evaluateStrictly(request).determining.length)),
      microseconds(() => (sink += cedarWasm.statefulIsAuthorized(call).type.length)),
    ])
    await new Promise((resume) => setImmediate(resume))
  }
  if (sink === 0) throw new Error('cannot measure: nothing was decided')
  const ratio = median(pairs.map(([own, wasm]) => wasm / own))
  const own = median(pairs.map(([own]) => own))
  const wasm = median(pairs.map(([, wasm]) => wasm))
  return [
    {
      what: 'one decision, 20 policies, 10 entities',
      value: 1e6 / own,
      unit: 'decisions/s',
      reference: `cedar-wasm ${cedarWasm.getCedarVersion()} statefulIsAuthorized, policies parsed beforehand`,
      ratio,
      target,
      note: `${own.toFixed(2)} µs against ${wasm.toFixed(0)} µs, medians of ${rounds} turns of ${spanMs} ms each`,
    },
  ]
}

function microseconds(work: () => void): number {
  const start = performance.now()
  let count = 0
  let spent = 0
  while (spent < spanMs) {
    for (let many = 0; many < 16; many++) work()
    count += 16
    spent = performance.now() - start
  }
  return (spent * 1000) / count
}

const type = 'Sallyport::'
const named = (kind: string, id: string) => ({ type: `${type}${kind}`, id })
const principal = named('Person', 'alice')
const action = named('Action', 'file.open')
const resource = named('File', 'drawing-7')
const context = {
  place: { known: true, country: 'US' },
  device: 'laptop',
  human: true,
  coverage: { live: false, territories: [] },
  obligationsFulfillable: true,
}
const file = { labelled: true, labelsKnown: true, dissemEmpty: true, noForeign: false, programs: ['falcon', 'heron'] }
const person = {
  rostered: true,
  status: 'us-person',
  usPerson: true,
  roles: ['engineer'],
  programs: ['falcon', 'heron', 'kite'],
}
const entities = [
  { uid: principal, attrs: person, parents: [named('Team', 'design')] },
  { uid: named('Team', 'design'), attrs: {}, parents: [named('Division', 'airframe')] },
  { uid: named('Division', 'airframe'), attrs: {}, parents: [] },
  { uid: resource, attrs: file, parents: [named('Vault', 'wing')] },
  { uid: named('Vault', 'wing'), attrs: { ...file }, parents: [named('Program', 'falcon')] },
  { uid: named('Program', 'falcon'), attrs: {}, parents: [] },
  { uid: named('Program', 'heron'), attrs: {}, parents: [] },
  { uid: action, attrs: {}, parents: [] },
  { uid: named('Person', 'bob'), attrs: { ...person, status: 'unverified', usPerson: false }, parents: [] },
  { uid: named('Enclave', 'enclave'), attrs: {}, parents: [] },
]

const policies = `
permit (principal is Sallyport::Person, action in [Sallyport::Action::"file.open", Sallyport::Action::"file.fetch"], resource is Sallyport::File) when { principal.roles.contains("engineer") };
permit (principal in Sallyport::Division::"airframe", action == Sallyport::Action::"file.open", resource in Sallyport::Program::"falcon") when { principal.usPerson };
permit (principal, action == Sallyport::Action::"file.open", resource is Sallyport::File) when { principal.roles.containsAny(["officer", "auditor"]) };
permit (principal, action == Sallyport::Action::"vault.list", resource is Sallyport::Vault) when { principal.roles.contains("engineer") };
permit (principal, action == Sallyport::Action::"ledger.read", resource) when { principal.roles.contains("auditor") };
forbid (principal, action, resource) unless { principal.rostered };
forbid (principal, action, resource) when { principal.status == "unverified" };
forbid (principal, action, resource) when { principal.status == "ended" };
forbid (principal, action, resource) unless { principal.usPerson || context.coverage.live };
forbid (principal, action, resource is Sallyport::File) when { resource.noForeign && !principal.usPerson };
forbid (principal, action, resource is Sallyport::File) unless { resource.labelled };
forbid (principal, action, resource is Sallyport::File) unless { resource.labelsKnown };
forbid (principal, action, resource is Sallyport::File) unless { resource.dissemEmpty };
forbid (principal, action, resource is Sallyport::Vault) unless { resource.labelled && resource.labelsKnown };
forbid (principal, action == Sallyport::Action::"file.open", resource is Sallyport::File) unless { principal.programs.containsAll(resource.programs) };
forbid (principal, action == Sallyport::Action::"file.protect", resource) unless { principal.programs.containsAll(resource.programs) };
forbid (principal, action == Sallyport::Action::"file.open", resource) unless { context.place.known };
forbid (principal, action == Sallyport::Action::"file.open", resource) when { context.place.known } unless { context.place.country == "US" || (context.coverage.live && context.coverage.territories.contains(context.place.country)) };
forbid (principal, action == Sallyport::Action::"file.open", resource) unless { context.obligationsFulfillable };
forbid (principal, action in [Sallyport::Action::"person.list", Sallyport::Action::"ledger.read"], resource) unless { context.human };
`

if (import.meta.main) console.table(await benchDecision())
