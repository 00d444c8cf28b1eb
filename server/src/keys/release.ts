// The release of a key: the one place where a wrapped share is unwrapped. It spends the permit first, checks that the policy
// in the request is the one that the share was bound to, and hands the share out only wrapped to the client's key.
// INVARIANT: I1, nothing is unwrapped without a permit for this very file. I6, nothing here opens content: a share is never
// combined, never used as a content key, and never leaves in the clear.

import { createDecipheriv, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { concat, fromBase64, fromHex, fromUtf8, parseId, Problem, type Id } from '@sallyport/protocol'
import { spendPermit, type Permit } from '../policy/index.ts'
import { wrapFor, wrappingKeyOf, type ClientSession } from './client-session.ts'
import type { KeyAlgorithm, KeyProvider } from './provider.ts'
import { keepSecret, useSecret, wipeSecret, type Secret } from './secret.ts'

/** A key access object as the door parsed it. ATTACKER: anybody can write one. */
export interface KeyAccess {
  readonly kid: string
  readonly type: 'wrapped' | 'ec-wrapped'
  readonly wrappedKey: Uint8Array
  /** SPKI PEM; only for `ec-wrapped`. */
  readonly ephemeralPublicKey: string | undefined
  /** The hash of the policy binding as it stands in the manifest: base64 of 64 hex digits, or of 32 bytes. */
  readonly policyBinding: string
}

export interface ReleaseRequest {
  readonly fileId: Id<'file'>
  /** The policy exactly as it stands in the manifest, base64. */
  readonly policyBase64: string
  readonly kao: KeyAccess
}

export interface ReleasedShare {
  readonly wrappedForClient: Uint8Array
}

/** What was wrong with a key access object: `binding`, `unwrap`, `unknown-key`, `client-key`. Stands in details.kind. */
export type ReleaseFault = 'binding' | 'unwrap' | 'unknown-key' | 'client-key'

export interface KeyRelease {
  /**
   * Release one share for a permit, which it spends.
   * Throws Problem `refused` for a permit that is not good for this file, `unavailable` for one that has expired, `invalid-request` with
   * details.kind otherwise.
   */
  releaseShare(permit: Permit<'file.open'>, request: ReleaseRequest, client: ClientSession): Promise<ReleasedShare>
  /** Release the shares of one file's key access objects for one permit; each succeeds or fails by itself. */
  releaseShares(
    permit: Permit<'file.open'>,
    request: Omit<ReleaseRequest, 'kao'> & { readonly kaos: readonly KeyAccess[] },
    client: ClientSession,
  ): Promise<readonly (ReleasedShare | Problem)[]>
}

export interface ReleaseRules {
  readonly provider: KeyProvider
  /** Have the provider hold the keys that have come into use meanwhile, asked where it does not know one. Throws as opening does. */
  readonly upToDate: () => Promise<void>
  /**
   * Agree on a secret with the key of this id that one file has for itself. Null when the file has no such key, or not any
   * more. Throws as the `ecdh` of a provider does.
   */
  readonly fileKey: (fileId: Id<'file'>, kid: string) => Promise<((peerPublicKeyPem: string) => Secret) | null>
  readonly minimumStrengthBits: 112 | 128
  /** Whether files that older clients wrapped to the gate's RSA-2048 key open. */
  readonly acceptRsaWrapped: boolean
}

/** Make the release of keys over a provider. */
export function makeKeyRelease(rules: ReleaseRules): KeyRelease {
  const releaseShares: KeyRelease['releaseShares'] = async (permit, request, client) => {
    spendPermit(permit, 'file.open', request.fileId)
    if (client.strengthBits < rules.minimumStrengthBits) throw fault('client-key', 'its strength is below the minimum')
    checkNames(request.policyBase64, request.fileId)
    const released: (ReleasedShare | Problem)[] = []
    for (const kao of request.kaos) {
      released.push(await releaseOne(rules, kao, request, client).catch(asProblem))
    }
    return released
  }
  return {
    releaseShares,
    releaseShare: async (permit, { kao, ...request }, client) => {
      const [released] = await releaseShares(permit, { ...request, kaos: [kao] }, client)
      if (released === undefined || released instanceof Problem) throw released
      return released
    },
  }
}

async function releaseOne(
  rules: ReleaseRules,
  kao: KeyAccess,
  { fileId, policyBase64 }: Omit<ReleaseRequest, 'kao'>,
  client: ClientSession,
): Promise<ReleasedShare> {
  const share = await unwrap(await keyFor(rules, fileId, kao), kao)
  try {
    checkBinding(share, policyBase64, kao.policyBinding)
    return { wrappedForClient: wrapFor(client, share) }
  } finally {
    wipeSecret(share)
  }
}

/** A key that can open what was wrapped to it, by the scheme of its kind. */
type UnwrappingKey =
  | { readonly type: 'wrapped'; readonly unwrap: (wrapped: Uint8Array) => Promise<Secret> }
  | { readonly type: 'ec-wrapped'; readonly agree: (peerPublicKeyPem: string) => Promise<Secret> }

async function keyFor(rules: ReleaseRules, fileId: Id<'file'>, { kid, type }: KeyAccess): Promise<UnwrappingKey> {
  const { provider, acceptRsaWrapped, fileKey, upToDate } = rules
  const algorithm = type === 'wrapped' ? 'rsa:2048' : 'ec:secp256r1'
  const isHeld = () =>
    provider
      .list()
      .some((one) => one.kid === kid && one.door === 'kas' && one.algorithm === algorithm && !one.isWaiting)
  const use = { kid, door: 'kas' } as const
  if (type === 'ec-wrapped' && !isHeld()) {
    const own = await fileKey(fileId, kid)
    if (own !== null) return { type, agree: async (peer) => own(peer) }
  }
  // Another process may have taken a key into use that this one does not know yet.
  if (!isHeld()) await upToDate()
  if (!isHeld()) throw unknownKey(algorithm)
  if (type === 'ec-wrapped') return { type, agree: (peer) => provider.ecdh(use, peer) }
  if (!acceptRsaWrapped) throw fault('unknown-key', 'this gate does not open RSA-wrapped files')
  return { type, unwrap: (wrapped) => provider.rsaUnwrap(use, wrapped) }
}

function unknownKey(algorithm: KeyAlgorithm): Problem {
  return fault('unknown-key', `this gate holds no ${algorithm} key of that id`)
}

const shareBytes = 32

async function unwrap(key: UnwrappingKey, kao: KeyAccess): Promise<Secret> {
  const share =
    key.type === 'wrapped' ? await key.unwrap(kao.wrappedKey).catch(refuseUnwrap) : await unwrapEc(key.agree, kao)
  if (useSecret(share, (bytes) => bytes.length) !== shareBytes) {
    wipeSecret(share)
    throw fault('unwrap', 'the share does not open')
  }
  return share
}

/** SPEC: OpenTDF ec-wrapped: nonce (12), ciphertext (32), tag (16) under HKDF-SHA256 of the agreed secret. */
async function unwrapEc(agree: (peer: string) => Promise<Secret>, kao: KeyAccess): Promise<Secret> {
  if (kao.ephemeralPublicKey === undefined || kao.wrappedKey.length !== 12 + shareBytes + 16) {
    throw fault('unwrap', 'the share does not open')
  }
  const agreed = await agree(kao.ephemeralPublicKey).catch(refuseUnwrap)
  const wrappingKey = useSecret(agreed, wrappingKeyOf)
  wipeSecret(agreed)
  const tagAt = kao.wrappedKey.length - 16
  const decipher = createDecipheriv('aes-256-gcm', wrappingKey, kao.wrappedKey.subarray(0, 12))
  decipher.setAuthTag(kao.wrappedKey.subarray(tagAt))
  try {
    return keepSecret(concat(decipher.update(kao.wrappedKey.subarray(12, tagAt)), decipher.final()))
  } catch (cause) {
    return refuseUnwrap(cause)
  }
}

/** SPEC: OpenTDF policy binding: HMAC-SHA256 keyed by the share over the ASCII of the base64 policy. */
function checkBinding(share: Secret, policyBase64: string, hash: string): void {
  const claimed = bindingBytes(hash)
  const actual = useSecret(share, (key) =>
    createHmac('sha256', createSecretKey(key)).update(policyBase64, 'latin1').digest(),
  )
  if (claimed?.length !== actual.length || !timingSafeEqual(claimed, actual)) {
    throw fault('binding', 'the policy is not the one that the share was bound to')
  }
}

function bindingBytes(hash: string): Uint8Array | null {
  const bytes = hash.length > 100 ? null : fromBase64(hash)
  // Most writers put the hex digits of the hash into the base64; the specification's prose says the bytes themselves.
  return bytes?.length === 64 ? fromHex(Buffer.from(bytes).toString('latin1')) : bytes
}

/** ATTACKER: the permit is for one file; the policy that is about to be bound must be that file's. */
function checkNames(policyBase64: string, fileId: Id<'file'>): void {
  if (policyUuid(policyBase64) !== fileId) throw fault('binding', 'the policy is not the policy of the permitted file')
}

function policyUuid(policyBase64: string): Id<'file'> | null {
  const bytes = fromBase64(policyBase64)
  if (bytes === null) return null
  try {
    const policy: unknown = JSON.parse(fromUtf8(bytes))
    return typeof policy === 'object' && policy !== null && 'uuid' in policy ? parseId<'file'>(policy.uuid) : null
  } catch {
    return null
  }
}

/** A provider that is down, or refuses, says so; anything else is the fault of the wrapped bytes. */
function refuseUnwrap(cause: unknown): never {
  if (cause instanceof Problem && cause.code !== 'invalid-request') throw cause
  throw fault('unwrap', 'the share does not open')
}

function asProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause
  throw cause
}

function fault(kind: ReleaseFault, state: string): Problem {
  return new Problem('invalid-request', `cannot release key: ${state}`, { details: { kind } })
}
