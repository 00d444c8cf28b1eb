// The shapes of a rewrap's answer. Clients match the error texts by their substrings, so they are the platform's own form:
// `desc = bad request` stands for faults that touch secret material and for nothing else.

import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { ValueSchema, type Value } from '@bufbuild/protobuf/wkt'
import { Code, ConnectError } from '@connectrpc/connect'
import type { Obligation, Reason } from '@sallyport/protocol'
import type { Receipt } from '../../ledger/index.ts'

export type RefusalKind = 'forbidden' | 'bad-request' | 'key-not-accepted' | 'unavailable' | 'internal'

const refusals = {
  forbidden: { prefix: 'permission_denied', code: Code.PermissionDenied, text: 'forbidden' },
  'bad-request': { prefix: 'invalid_argument', code: Code.InvalidArgument, text: 'bad request' },
  'key-not-accepted': { prefix: 'invalid_argument', code: Code.InvalidArgument, text: 'key not accepted' },
  unavailable: { prefix: 'unavailable', code: Code.Unavailable, text: 'try again later' },
  internal: { prefix: 'internal', code: Code.Internal, text: 'internal error' },
} as const satisfies Record<RefusalKind, { prefix: string; code: Code; text: string }>

export interface KeyResult {
  readonly keyAccessObjectId: string
  readonly outcome: { readonly wrappedKey: Uint8Array } | { readonly refused: RefusalKind }
  /** Names of the obligations that were asked for, and coarse reasons in the same form. */
  readonly obligations: readonly string[]
  /** The obligations with their own words, for whoever is to be bound by them. */
  readonly worded: readonly Obligation[]
  /** What a rostered caller hears of the decision; null for anybody else. */
  readonly told: {
    readonly decisionId: string
    readonly reasons: readonly Reason[]
    /** The ledger's word that the decision is recorded. */
    readonly receipt: Receipt
  } | null
}

export interface PolicyResult {
  readonly policyId: string
  readonly results: readonly KeyResult[]
}

/** Name a reason as an obligation, which is the one structured thing that every client passes on. */
export function reasonAsObligation(namespace: string, reason: Reason): string {
  return `https://${namespace}/obl/export/value/${reason.code}`
}

export function namesOf(obligations: readonly Obligation[]): readonly string[] {
  return [...new Set(obligations.map((one) => one.fqn))]
}

/** Write the answer of the version that the client asked in. Throws ConnectError for a version 1 refusal. */
export function writeAnswer(version: 1 | 2, sessionPublicKey: string, policies: readonly PolicyResult[]) {
  const responses = policies.map(({ policyId, results }) => ({ policyId, results: results.map(writeResult) }))
  if (version === 2) return { sessionPublicKey, responses }
  const outcome = policies[0]?.results[0]?.outcome ?? { refused: 'internal' }
  if ('refused' in outcome) throw new ConnectError(refusals[outcome.refused].text, refusals[outcome.refused].code)
  return { sessionPublicKey, responses, entityWrappedKey: copy(outcome.wrappedKey) }
}

function writeResult({ keyAccessObjectId, outcome, obligations, worded, told }: KeyResult) {
  const metadata: Record<string, Value> = { 'X-Required-Obligations': value([...obligations]) }
  if (worded.length > 0) {
    const words = worded.map(({ id, fqn, text, source }) => ({ id, fqn, text, source }))
    metadata['X-Sallyport-Obligations'] = value(words)
  }
  if (told !== null) {
    metadata['X-Sallyport-Decision'] = value(told.decisionId)
    metadata['X-Sallyport-Receipt'] = value(jsonOf(told.receipt))
    const reasons = told.reasons.map(({ code, text, fix, ask }) => ({ code, text, fix, ask }))
    if (reasons.length > 0) metadata['X-Sallyport-Reasons'] = value(reasons)
  }
  if ('wrappedKey' in outcome) {
    const result = { case: 'kasWrappedKey', value: copy(outcome.wrappedKey) } as const
    return { keyAccessObjectId, metadata, status: 'permit', result }
  }
  const result = { case: 'error', value: errorText(outcome.refused) } as const
  return { keyAccessObjectId, metadata, status: 'fail', result }
}

function errorText(kind: RefusalKind): string {
  const { prefix, code, text } = refusals[kind]
  return `${prefix}: request error\nrpc error: code = ${Code[code]} desc = ${text}`
}

function jsonOf({ batch, ...receipt }: Receipt): JsonValue {
  return { ...receipt, batch: { ...batch, proof: [...batch.proof] } }
}

function value(json: JsonValue): Value {
  return fromJson(ValueSchema, json)
}

// The message type wants bytes over a plain ArrayBuffer.
function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
