// The request body of a rewrap, in both forms that clients send, narrowed to one. ATTACKER: all of it.

import { Problem } from '@sallyport/protocol'
import { parseKeyAccess, parsePolicy, type KeyAccess, type Policy } from '@sallyport/protocol/tdf'
import * as z from 'zod'

/** One key access object as asked for; null where it cannot be read. */
export interface AskedKey {
  readonly id: string
  readonly access: KeyAccess | null
}

/** One policy and the keys that it was bound to; `policy` is null where it cannot be read. */
export interface AskedPolicy {
  readonly policyId: string
  readonly policyBase64: string
  readonly policy: Policy | null
  readonly keys: readonly AskedKey[]
}

export interface RewrapRequest {
  /** 1 for the form of the Java SDK, which reads its answer at the top level and refusals as RPC errors. */
  readonly version: 1 | 2
  readonly clientPublicKeyPem: string
  readonly policies: readonly AskedPolicy[]
}

export const maxPolicies = 100
export const maxKeysPerPolicy = 32

const name = z.string().max(200).default('')

const bodyShape = z.object({
  clientPublicKey: z.string().max(4096),
  requests: z
    .array(
      z.object({
        policy: z.object({ id: name, body: z.string() }),
        keyAccessObjects: z
          .array(z.object({ keyAccessObjectId: name, keyAccessObject: z.unknown().optional() }))
          .min(1)
          .max(maxKeysPerPolicy),
      }),
    )
    .max(maxPolicies)
    .nullish(),
  policy: z.string().nullish(),
  keyAccess: z.unknown().optional(),
})

/**
 * Parse the text of a request body; members that we do not know are ignored.
 * Throws Problem `invalid-request` with details.kind `request-body` for another shape, for no policy or more than 100, no
 * key access object or more than 32 for a policy, and for two of one name, because the answer could not tell them apart.
 * A policy or key access object that cannot be read is no reason to refuse the others: it stands as null.
 */
export function parseRewrapRequest(text: string): RewrapRequest {
  const parsed = bodyShape.safeParse(decode(text))
  if (!parsed.success) throw refusal(`it has another shape at ${parsed.error.issues[0]?.path.join('.') ?? ''}`)
  const { clientPublicKey, requests, policy, keyAccess } = parsed.data
  if (requests === undefined || requests === null || requests.length === 0) {
    if (typeof policy !== 'string' || keyAccess === undefined) throw refusal('it asks for nothing')
    const keys = [{ id: 'kao-0', access: readKey(keyAccess) }]
    return { version: 1, clientPublicKeyPem: clientPublicKey, policies: [readPolicy('policy', policy, keys)] }
  }
  refuseRepetition(requests.map((one) => one.policy.id))
  const policies = requests.map((one) => {
    refuseRepetition(one.keyAccessObjects.map((key) => key.keyAccessObjectId))
    const keys = one.keyAccessObjects.map((key) => ({
      id: key.keyAccessObjectId,
      access: readKey(key.keyAccessObject),
    }))
    return readPolicy(one.policy.id, one.policy.body, keys)
  })
  return { version: 2, clientPublicKeyPem: clientPublicKey, policies }
}

function readPolicy(policyId: string, policyBase64: string, keys: readonly AskedKey[]): AskedPolicy {
  return { policyId, policyBase64, policy: orNull(() => parsePolicy(policyBase64)), keys }
}

function readKey(value: unknown): KeyAccess | null {
  return orNull(() => parseKeyAccess(withAlgorithm(value)))
}

const unnamedBinding = z.looseObject({ policyBinding: z.strictObject({ hash: z.string() }) })

/** The web SDK leaves the binding's algorithm out of its requests. There is one alone, and it is what the release checks. */
function withAlgorithm(value: unknown): unknown {
  const parsed = unnamedBinding.safeParse(value)
  if (!parsed.success) return value
  return { ...parsed.data, policyBinding: { alg: 'HS256', hash: parsed.data.policyBinding.hash } }
}

function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid-file') return null
    throw error
  }
}

function refuseRepetition(names: readonly string[]): void {
  if (new Set(names).size !== names.length) throw refusal('a name stands twice')
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function refusal(state: string): Problem {
  return new Problem('invalid-request', `cannot read rewrap request: ${state}, want policies with their keys`, {
    details: { kind: 'request-body' },
  })
}
