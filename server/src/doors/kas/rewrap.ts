// A rewrap: one decision per policy, and only with its permit the release of the shares. A policy with several keys of this
// gate is one file and one decision, so one permit releases them together; each key then succeeds or fails by itself.
// INVARIANT: I2, whatever is refused here after the token was good, for its form or its keys, has a durable entry of its own
// before the answer leaves. Decisions write theirs; when an entry cannot be written the answer is `unavailable`.

import type { Id, JsonObject, Obligation } from '@sallyport/protocol'
import { createHash } from 'node:crypto'
import { parseId, Problem, toHex } from '@sallyport/protocol'
import { bindingMac, type Policy, type RsaKeyAccess, type EcKeyAccess } from '@sallyport/protocol/tdf'
import type { EntryDraft, Receipt } from '../../ledger/index.ts'
import type { ClientSession } from '../../keys/index.ts'
import type { Place } from '../../policy/index.ts'
import { namesOf, reasonAsObligation, type KeyResult, type PolicyResult, type RefusalKind } from './answer.ts'
import { parseFulfillable } from './additional-context.ts'
import type { KasCaller, KasDoorParts } from './ports.ts'
import { openRequestToken } from './request-token.ts'
import { parseRewrapRequest, type AskedKey, type AskedPolicy } from './rewrap-request.ts'

export interface RewrapCall {
  readonly caller: KasCaller
  readonly place: Place
  readonly signedRequestToken: string
  readonly additionalContext: string | null
}

export interface RewrapOutcome {
  readonly version: 1 | 2
  readonly sessionPublicKeyPem: string
  readonly policies: readonly PolicyResult[]
}

/** What one call has in common for all of its policies. */
interface Session {
  readonly call: RewrapCall
  readonly client: ClientSession
  readonly fulfillable: readonly string[]
  readonly isRequestVerified: boolean
}

/**
 * Answer a rewrap call. Throws Problem `invalid-request` for what spoils the whole call (request token, body, client key,
 * context header), after it is in the ledger; everything else is told key by key.
 */
export async function rewrap(parts: KasDoorParts, call: RewrapCall): Promise<RewrapOutcome> {
  const { request, ...session } = await open(parts, call)
  const policies = await Promise.all(request.policies.map((asked) => answerPolicy(parts, session, asked)))
  return { version: request.version, sessionPublicKeyPem: session.client.sessionPublicKeyPem, policies }
}

async function open(parts: KasDoorParts, call: RewrapCall) {
  try {
    const fulfillable = parseFulfillable(call.additionalContext)
    const { requestBody, isVerified } = await openRequestToken(call.signedRequestToken, {
      boundKey: call.caller.dpopJkt === null ? null : call.caller.proofKey,
      acceptForeignSignature: call.caller.acceptForeignRequestSignature,
      clock: parts.clock,
    })
    const request = parseRewrapRequest(requestBody)
    const client = parts.makeClientSession(request.clientPublicKeyPem)
    return { call, request, client, fulfillable, isRequestVerified: isVerified }
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'invalid-request') throw error
    await parts.ledger.append(attempt(call.caller, 'release.refused', null, { faults: [faultOf(error)] }))
    throw error
  }
}

/** One policy never fails the others, so whatever goes wrong here is told in its own results. */
async function answerPolicy(parts: KasDoorParts, session: Session, asked: AskedPolicy): Promise<PolicyResult> {
  try {
    return { policyId: asked.policyId, results: await answerKeys(parts, session, asked) }
  } catch (error) {
    const refused = await refusalFor(parts, session.call.caller, error)
    return { policyId: asked.policyId, results: all(asked.keys, refused) }
  }
}

async function refusalFor(parts: KasDoorParts, caller: KasCaller, error: unknown): Promise<RefusalKind> {
  const code = error instanceof Problem ? error.code : 'internal'
  if (code === 'unavailable' || code === 'refused') return 'unavailable'
  if (code !== 'invalid-request') {
    parts.log.error({ error }, 'a rewrap failed')
    return 'internal'
  }
  // ATTACKER: a request can be so large that the entry of its decision cannot be written; a small one says that instead.
  const append = parts.ledger.append(attempt(caller, 'release.refused', null, { faults: ['record'] }))
  return await append.then(
    () => 'bad-request',
    () => 'unavailable',
  )
}

async function answerKeys(parts: KasDoorParts, session: Session, asked: AskedPolicy): Promise<readonly KeyResult[]> {
  const { caller } = session.call
  const fileId = parseId<'file'>(asked.policy?.uuid)
  const usable = asked.keys.filter(isUsable)
  if (asked.policy === null || fileId === null || usable.length === 0) {
    const faults = asked.policy === null ? ['policy'] : asked.keys.map(formFault)
    await parts.ledger.append(attempt(caller, 'release.refused', fileId, { faults }))
    return asked.keys.map((key) => refusal(key, asked.policy === null ? 'bad-request' : formRefusal(key)))
  }
  const decision = await parts.decide({
    subject: { kind: 'identity', ...pick(caller) },
    action: 'file.open',
    resource: { kind: 'file', id: fileId, presented: presentedBy(asked.policy, asked.policyBase64, usable) },
    place: session.call.place,
    device: 'unknown',
    door: 'kas',
    evidence: evidenceOf(session, usable),
  })
  if (decision.effect === 'deny') return all(asked.keys, 'forbidden', await tell(parts, decision))
  const required = namesOf(decision.obligations)
  // The decision point refuses these itself; a permit that it should not have given is not used.
  if (!required.every((fqn) => session.fulfillable.includes(fqn))) {
    await parts.ledger.append(attempt(caller, 'release.refused', fileId, { faults: ['obligation'] }))
    return all(asked.keys, 'forbidden', { obligations: required, worded: decision.obligations, told: null })
  }
  const [released, receipt] = await Promise.all([
    parts.release.releaseShares(
      decision.permit,
      { fileId, policyBase64: asked.policyBase64, kaos: usable.map(keyOf) },
      session.client,
    ),
    parts.acknowledge(decision.entry),
  ])
  const outcomes = new Map(usable.map((key, index) => [key.id, released[index]]))
  const failed = asked.keys.flatMap((key) => faultIn(key, outcomes.get(key.id)))
  if (failed.length > 0) {
    const about = { faults: failed, decision: decision.decisionId }
    await parts.ledger.append({ ...attempt(caller, 'release.failed', fileId, about), actor: decision.permit.actor })
  }
  return asked.keys.map((key) => resultOf(key, outcomes.get(key.id), { ...decision, receipt }))
}

interface UsableKey extends AskedKey {
  readonly access: (RsaKeyAccess | EcKeyAccess) & { readonly kid: string }
}

function isUsable(key: AskedKey): key is UsableKey {
  return key.access !== null && key.access.type !== 'other' && key.access.kid !== null
}

function keyOf({ access }: UsableKey) {
  const { kid, type, wrappedKey, binding } = access
  const ephemeralPublicKey = access.type === 'ec-wrapped' ? access.ephemeralPublicKey : undefined
  return { kid, type, wrappedKey, ephemeralPublicKey, policyBinding: binding }
}

function presentedBy(policy: Policy, policyBase64: string, keys: readonly UsableKey[]) {
  const container = {
    policySha256: createHash('sha256').update(policyBase64).digest('hex'),
    bindings: keys.map(({ access }) => {
      const mac = bindingMac(access.binding)
      return mac === null ? null : toHex(mac)
    }),
  }
  return { labels: policy.labels.map((label) => label.fqn), dissem: policy.dissem, container }
}

function pick({ issuer, subject, isNaturalPerson }: KasCaller) {
  return { issuer, subject, isNaturalPerson }
}

function evidenceOf({ call, client, fulfillable, isRequestVerified }: Session, keys: readonly UsableKey[]): JsonObject {
  return {
    keys: keys.map(({ access }) => ({ kid: access.kid, wrap: access.type, binding: access.binding })),
    clientKeyThumbprint: client.clientKeyThumbprint,
    clientKeyAlgorithm: client.algorithm,
    clientKeyStrengthBits: client.strengthBits,
    clientId: call.caller.clientId,
    proof: call.caller.dpopJkt === null ? 'bearer' : 'dpop',
    requestVerified: isRequestVerified,
    fulfillable,
  }
}

type Said = Pick<KeyResult, 'obligations' | 'worded' | 'told'>

const nothing: Said = { obligations: [], worded: [], told: null }

type Denied = Extract<Awaited<ReturnType<KasDoorParts['decide']>>, { effect: 'deny' }>

/** ATTACKER: somebody who is not on the roster learns nothing here, not even that there was something to decide. */
async function tell({ config, acknowledge }: KasDoorParts, denied: Denied): Promise<Said> {
  if (!denied.isRostered) return nothing
  const reasons = denied.reasons.map((reason) => reasonAsObligation(config.namespace, reason))
  return {
    obligations: [...new Set([...namesOf(denied.requiredObligations), ...reasons])],
    worded: denied.requiredObligations,
    told: { decisionId: denied.decisionId, reasons: denied.reasons, receipt: await acknowledge(denied.entry) },
  }
}

// ---- Faults of single keys

type Released = Awaited<ReturnType<KasDoorParts['release']['releaseShares']>>[number] | undefined

function resultOf(
  key: AskedKey,
  released: Released,
  { decisionId, obligations, receipt }: { decisionId: string; obligations: readonly Obligation[]; receipt: Receipt },
): KeyResult {
  if (released === undefined) return refusal(key, formRefusal(key))
  if (released instanceof Problem) return refusal(key, refusalOf(released))
  return {
    keyAccessObjectId: key.id,
    outcome: { wrappedKey: released.wrappedForClient },
    obligations: namesOf(obligations),
    worded: obligations,
    told: { decisionId, reasons: [], receipt },
  }
}

function faultIn(key: AskedKey, released: Released): readonly string[] {
  if (released === undefined) return [formFault(key)]
  return released instanceof Problem ? [faultOf(released)] : []
}

function refusalOf(problem: Problem): RefusalKind {
  if (problem.code === 'unavailable') return 'unavailable'
  if (problem.code !== 'invalid-request') return 'internal'
  return faultOf(problem) === 'unknown-key' ? 'key-not-accepted' : 'bad-request'
}

function faultOf({ code, details }: Problem): string {
  return typeof details['kind'] === 'string' ? details['kind'] : code
}

function formFault({ access }: AskedKey): string {
  return access === null ? 'key-access' : 'unknown-key'
}

function formRefusal({ access }: AskedKey): RefusalKind {
  return access === null ? 'bad-request' : 'key-not-accepted'
}

function refusal(key: AskedKey, refused: RefusalKind): KeyResult {
  return { keyAccessObjectId: key.id, outcome: { refused }, ...nothing }
}

function all(keys: readonly AskedKey[], refused: RefusalKind, said: Said = nothing): readonly KeyResult[] {
  return keys.map((key) => ({ ...refusal(key, refused), ...said }))
}

// ---- The record of what was no decision

function attempt(caller: KasCaller, kind: string, fileId: Id<'file'> | null, body: JsonObject): EntryDraft {
  const { issuer, subject, clientId } = caller
  return {
    kind,
    actor: null,
    about: fileId === null ? null : { kind: 'file', id: fileId },
    body: { door: 'kas', subject: { issuer, subject }, clientId, ...body },
  }
}
