// A policy set: schema and policies, known by the digest of both. It is proved before it takes effect (`prove-policy-set.ts`), then
// compiled once for the hot path.

import {
  actions,
  Problem,
  type Action,
  type Id,
  type JsonObject,
  type Reason,
  type ResourceKind,
} from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import type { Attributes } from './attributes.ts'
import {
  attributesRead,
  compileNamedPolicies,
  entity,
  EntityUid,
  recordFromJson,
  storeOfTwo,
  type CedarRecord,
  type CompiledPolicies,
} from './cedar/index.ts'
import { requireCeremony, type FoundingCeremony } from './ceremony.ts'
import { policyDigest, type PolicySource } from './policy-source.ts'
import { checkPolicySet, type ProvedPolicySet } from './prove-policy-set.ts'
import type { SoundPolicySet } from './read-policy-set.ts'
import { narrowAccess, putInForce, storedPolicySet } from './store.ts'
import type { Database } from '../base/index.ts'

export interface Evaluation {
  readonly effect: 'permit' | 'deny'
  /** Ids of the policies that decided. */
  readonly determining: readonly string[]
  readonly reasons: readonly Reason[]
}

export interface ToldPolicy {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  readonly text: string
  /** Paths: `principal.programs`, `context.place.country`. */
  readonly reads: readonly string[]
}

export interface PolicySet {
  readonly digest: string
  evaluate(action: Action, attributes: Attributes): Evaluation
  /** Evaluate attributes read back from an entry. */
  evaluateRecorded(action: string, attributes: unknown): Evaluation
  /** The words of a policy; null for a code that is none of this set's. */
  reason(code: string): Reason | null
  /** What a policy does, in its words, and which attributes it reads; null for an id that is none of this set's. */
  policy(id: string): ToldPolicy | null
}

/** Put a policy set in force at founding. Throws as `checkPolicySet`, and Problem `refused` without an open ceremony. */
export async function activatePolicySet(
  tx: Transaction,
  deps: { readonly ledger: Pick<Ledger, 'appendIn'> },
  source: PolicySource,
  ceremony: FoundingCeremony,
): Promise<readonly Appended[]> {
  await requireCeremony(tx, ceremony)
  checkPolicySet(source)
  const body = { ceremony: ceremony.name }
  return await takeEffect(tx, deps, { ...source, digest: policyDigest(source) }, { actor: null, body })
}

/** Put a policy set in force, in the transaction of whoever may. */
export async function enactPolicySet(
  tx: Transaction,
  deps: { readonly ledger: Pick<Ledger, 'appendIn'> },
  set: ProvedPolicySet,
  act: Enactment,
): Promise<readonly Appended[]> {
  return await takeEffect(tx, deps, set, act)
}

interface Enactment {
  readonly actor: Id<'person'> | null
  readonly body: JsonObject
}

async function takeEffect(
  tx: Transaction,
  deps: { readonly ledger: Pick<Ledger, 'appendIn'> },
  { digest, schemaText, policyText }: PolicySource & { readonly digest: string },
  { actor, body }: Enactment,
): Promise<readonly Appended[]> {
  await narrowAccess(tx)
  await putInForce(tx, { digest, schemaText, policyText })
  const about = { kind: 'policy-set', id: digest }
  return await deps.ledger.appendIn(tx, [{ kind: 'policy-set.activated', actor, about, body: { digest, ...body } }])
}

/** Keep compiled policy sets by digest. A set in the database whose texts do not match its digest is never used. */
export function policySets(database: Database): (digest: string | null) => Promise<PolicySet | null> {
  const compiled = new Map<string, Promise<PolicySet | null>>()
  return (digest) => {
    if (digest === null) return Promise.resolve(null)
    const known = compiled.get(digest)
    if (known !== undefined) return known
    const loading = storedPolicySet(database, digest).then((stored) => {
      if (stored === null || policyDigest(stored) !== digest) {
        throw new Problem('unavailable', 'cannot decide: the policy set is not the one that its digest names')
      }
      return compile(stored)
    })
    compiled.set(digest, loading)
    loading.catch(() => compiled.delete(digest))
    return loading
  }
}

/** Compile a policy set for the hot path. The set has passed `checkPolicySet` when it took effect. */
export function compile(source: PolicySource): PolicySet {
  return policySetOf({ ...source, compiled: compileNamedPolicies(source.policyText) })
}

/** Make a policy set of one that was read, in this process or in another. */
export function policySetOf({ compiled, ...source }: SoundPolicySet): PolicySet {
  const reasons = new Map(compiled.policies.map((one) => [one.id, reasonOf(one.id, one.annotations)]))
  return {
    digest: policyDigest(source),
    evaluate: (action, attributes) => evaluate(compiled, reasons, action, attributes),
    evaluateRecorded: (action, attributes) => {
      if (!(action in actions)) throw new Problem('internal', 'cannot decide again: no such action')
      return evaluate(compiled, reasons, action as Action, recordFromJson(attributes) as unknown as Attributes)
    },
    reason: (code) => reasons.get(code) ?? null,
    policy: (id) => {
      const policy = compiled.policies.find((one) => one.id === id)
      if (policy === undefined) return null
      return { id, effect: policy.effect, text: reasons.get(id)?.text ?? id, reads: attributesRead(policy) }
    },
  }
}

function reasonOf(code: string, annotations: ReadonlyMap<string, string>): Reason {
  const [text = code, fix = '', ask = 'officer'] = ['reason', 'fix', 'ask'].map((name) => annotations.get(name))
  return { code, text, fix, ask }
}

const principalId = new EntityUid('Sallyport::Person', 'caller')
const actionIds = new Map(Object.keys(actions).map((name) => [name, new EntityUid('Sallyport::Action', name)]))
const entityTypes: Record<ResourceKind, string> = {
  file: 'Sallyport::File',
  vault: 'Sallyport::Vault',
  person: 'Sallyport::Person',
  authorization: 'Sallyport::Authorization',
  approval: 'Sallyport::Approval',
  enclave: 'Sallyport::Enclave',
}

function evaluate(
  compiled: CompiledPolicies,
  reasons: ReadonlyMap<string, Reason>,
  action: Action,
  { principal, resource, context }: Attributes,
): Evaluation {
  const actionId = actionIds.get(action)
  if (actionId === undefined) throw new Problem('internal', 'cannot decide: no such action')
  const resourceId = new EntityUid(entityTypes[resource.kind], resource.id)
  const { decision, determining, errors } = compiled.evaluateStrictly({
    principal: principalId,
    action: actionId,
    resource: resourceId,
    context,
    entities: storeOfTwo(
      entity(principalId, principal as unknown as CedarRecord),
      entity(resourceId, resource as unknown as CedarRecord),
    ),
  })
  if (decision === 'allow') return { effect: 'permit', determining, reasons: [] }
  const failed = errors.map(({ policyId }) => ({
    code: 'policy-error',
    text: `The policy ${policyId} could not be evaluated, and so it refuses.`,
    fix: 'An administrator puts the policy set right.',
    ask: 'administrator',
  }))
  return { effect: 'deny', determining, reasons: [...determining.flatMap((id) => reasons.get(id) ?? []), ...failed] }
}
