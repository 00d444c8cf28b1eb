// Wrapping a share for a gate, and opening the share that a gate releases: the same scheme in both directions. WebCrypto alone, so
// that a browser does it with the very same code.
// SPEC: OpenTDF ec-wrapped: Z = ECDH(x coordinate), KEK = HKDF-SHA-256(Z, salt SHA-256("TDF"), no info, 32 bytes),
// wrapped key = IV (12) || AES-256-GCM(KEK, share) || tag (16).

import { concat, fromBase64, Problem, toBase64 } from '@sallyport/protocol'
import {
  bindPolicy,
  curveOf,
  ecWrapSalt,
  invalidFile,
  joinShares,
  type Curve,
  type EcKeyAccess,
  type HmacSha256,
  type KeyAccess,
} from '@sallyport/protocol/tdf'
import { unshared } from './unshared.ts'

/** A public key of a gate, under which files are sealed. */
export interface KasKey {
  /** The gate's key access URL, for instance `https://gate.example/kas`. */
  readonly url: string
  readonly kid: string
  /** SPKI PEM of an EC key, P-256 in every gate of ours. */
  readonly publicKeyPem: string
}

const { subtle } = crypto
/** A CryptoKey, which Node and browsers declare each in their own way. */
type Key = Awaited<ReturnType<typeof subtle.importKey>>

export const hmacSha256: HmacSha256 = async (key, message) => {
  const imported = await subtle.importKey('raw', unshared(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await subtle.sign('HMAC', imported, unshared(message)))
}

/** Make a fresh data key, 32 bytes; whoever asked wipes it. */
export function makeDataKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32))
}

/**
 * Wrap a share of 32 bytes for a gate and bind it to the policy text that the manifest will hold. Throws Problem
 * `invalid-request` when the gate's key is no public key on P-256, P-384 or P-521.
 */
export async function wrapShare(share: Uint8Array, policy: string, kas: KasKey): Promise<EcKeyAccess> {
  const curve = curveOf(kas.publicKeyPem)
  if (curve === null) throw badKey('it is not an ec public key')
  const kasKey = await parsePublicKey(kas.publicKeyPem, curve, () => badKey('it is not on its curve'))
  const ephemeral = await makePair(curve)
  return {
    type: 'ec-wrapped',
    url: kas.url,
    kid: kas.kid,
    splitId: '',
    curve,
    ephemeralPublicKey: await pemOf(ephemeral.publicKey),
    wrappedKey: await sealShare(await agree(ephemeral.privateKey, kasKey), share),
    binding: await bindPolicy(hmacSha256, share, policy),
    encryptedMetadata: null,
  }
}

/**
 * Split the key n of n and wrap each share to its gate. All shares but one are random and that one is what is missing, so that
 * any n - 1 of them say nothing of the key. SPEC: OpenTDF, one split id for each; none where there is one gate.
 */
export async function wrapSplits(
  key: Uint8Array,
  policy: string,
  gates: readonly KasKey[],
): Promise<readonly KeyAccess[]> {
  const others = gates.slice(1).map(makeDataKey)
  const shares = [joinShares([key, ...others]), ...others]
  try {
    const wrapped: KeyAccess[] = []
    for (const [index, gate] of gates.entries()) {
      const share = shares[index]
      if (share === undefined) throw new TypeError('a gate has no share')
      const access = await wrapShare(share, policy, gate)
      wrapped.push(gates.length === 1 ? access : { ...access, splitId: String(index + 1) })
    }
    return wrapped
  } finally {
    for (const share of shares) share.fill(0)
  }
}

/** A key pair that lives for one rewrap request: the gate wraps the share under it. */
export interface ReleaseKey {
  /** SPKI PEM on P-256: `clientPublicKey` of the rewrap request. */
  readonly publicKeyPem: string
  /**
   * Open a released share with the session key of the same answer. Yields 32 bytes; throws Problem `invalid-file` when
   * either was altered on the way or belongs to another request.
   */
  unwrap(kasWrappedKey: Uint8Array, sessionPublicKeyPem: string): Promise<Uint8Array>
}

/** Make the key pair for one rewrap request. The private half never leaves this object, and cannot be taken out of the runtime. */
export async function createReleaseKey(): Promise<ReleaseKey> {
  const pair = await makePair('P-256')
  return {
    publicKeyPem: await pemOf(pair.publicKey),
    async unwrap(kasWrappedKey, sessionPublicKeyPem) {
      const refused = (cause?: unknown) =>
        invalidFile('the released key does not open', 'a share for this request', cause)
      if (curveOf(sessionPublicKeyPem) !== 'P-256') throw refused()
      const sessionKey = await parsePublicKey(sessionPublicKeyPem, 'P-256', refused)
      const share = await openShare(await agree(pair.privateKey, sessionKey), kasWrappedKey)
      if (share === null) throw refused()
      return share
    },
  }
}

async function makePair(namedCurve: Curve): Promise<{ readonly privateKey: Key; readonly publicKey: Key }> {
  return await subtle.generateKey({ name: 'ECDH', namedCurve }, false, ['deriveBits'])
}

/** Agree on the key that a share is sealed under; it cannot be taken out of the runtime. */
async function agree(privateKey: Key, publicKey: Key): Promise<Key> {
  const secret = await subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, null)
  const source = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  new Uint8Array(secret).fill(0)
  return await subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: unshared(ecWrapSalt), info: new Uint8Array(0) },
    source,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}

async function sealShare(kek: Key, share: Uint8Array): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return concat(iv, new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv }, kek, unshared(share))))
}

async function openShare(kek: Key, wrapped: Uint8Array): Promise<Uint8Array | null> {
  if (wrapped.length !== 60) return null
  const iv = unshared(wrapped.subarray(0, 12))
  const share = await subtle.decrypt({ name: 'AES-GCM', iv }, kek, unshared(wrapped.subarray(12))).catch(() => null)
  return share === null ? null : new Uint8Array(share)
}

async function parsePublicKey(pem: string, namedCurve: Curve, problem: (cause: unknown) => Problem): Promise<Key> {
  const der = fromBase64(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''))
  try {
    return await subtle.importKey('spki', unshared(der ?? new Uint8Array(0)), { name: 'ECDH', namedCurve }, true, [])
  } catch (error) {
    throw problem(error)
  }
}

async function pemOf(key: Key): Promise<string> {
  const text = toBase64(new Uint8Array(await subtle.exportKey('spki', key)))
  return `-----BEGIN PUBLIC KEY-----\n${text.match(/.{1,64}/g)?.join('\n')}\n-----END PUBLIC KEY-----\n`
}

function badKey(state: string): Problem {
  return new Problem('invalid-request', `cannot wrap key for the gate: ${state}, want one on P-256, P-384 or P-521`)
}
