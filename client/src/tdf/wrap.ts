// Wrapping a share for a gate, and opening the share that a gate releases: the same scheme in both directions.
// SPEC: OpenTDF ec-wrapped: Z = ECDH(x coordinate), KEK = HKDF-SHA-256(Z, salt SHA-256("TDF"), no info, 32 bytes),
// wrapped key = IV (12) || AES-256-GCM(KEK, share) || tag (16).

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { concat, Problem } from '@sallyport/protocol'
import {
  bindPolicy,
  curveOf,
  ecWrapSalt,
  invalidFile,
  joinShares,
  type EcKeyAccess,
  type HmacSha256,
  type KeyAccess,
} from '@sallyport/protocol/tdf'

/** A public key of a gate, under which files are sealed. */
export interface KasKey {
  /** The gate's key access URL, for instance `https://gate.example/kas`. */
  readonly url: string
  readonly kid: string
  /** SPKI PEM of an EC key, P-256 in every gate of ours. */
  readonly publicKeyPem: string
}

export const hmacSha256: HmacSha256 = (key, message) => createHmac('sha256', key).update(message).digest()

/**
 * Wrap a share of 32 bytes for a gate and bind it to the policy text that the manifest will hold. Throws Problem
 * `invalid-request` when the gate's key is no public key on P-256, P-384 or P-521.
 */
export async function wrapShare(share: Uint8Array, policy: string, kas: KasKey): Promise<EcKeyAccess> {
  const curve = curveOf(kas.publicKeyPem)
  if (curve === null) throw badKey('it is not an ec public key')
  const kasKey = parsePublicKey(kas.publicKeyPem, () => badKey('it is not on its curve'))
  const ephemeral = generateKeyPairSync('ec', { namedCurve: curve })
  return {
    type: 'ec-wrapped',
    url: kas.url,
    kid: kas.kid,
    splitId: '',
    curve,
    ephemeralPublicKey: pemOf(ephemeral.publicKey),
    wrappedKey: sealShare(agree(ephemeral.privateKey, kasKey), share),
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
  const others = gates.slice(1).map(() => new Uint8Array(randomBytes(32)))
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
  unwrap(kasWrappedKey: Uint8Array, sessionPublicKeyPem: string): Uint8Array
}

/** Make the key pair for one rewrap request. The private half never leaves this object. */
export function createReleaseKey(): ReleaseKey {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    publicKeyPem: pemOf(pair.publicKey),
    unwrap(kasWrappedKey, sessionPublicKeyPem) {
      const refused = (cause?: unknown) =>
        invalidFile('the released key does not open', 'a share for this request', cause)
      if (curveOf(sessionPublicKeyPem) !== 'P-256') throw refused()
      const sessionKey = parsePublicKey(sessionPublicKeyPem, refused)
      const share = openShare(agree(pair.privateKey, sessionKey), kasWrappedKey)
      if (share === null) throw refused()
      return share
    },
  }
}

function agree(privateKey: KeyObject, publicKey: KeyObject): Uint8Array {
  const secret = diffieHellman({ privateKey, publicKey })
  const kek = new Uint8Array(hkdfSync('sha256', secret, ecWrapSalt, new Uint8Array(0), 32))
  secret.fill(0)
  return kek
}

function sealShare(kek: Uint8Array, share: Uint8Array): Uint8Array {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', kek, iv)
  return concat(iv, cipher.update(share), cipher.final(), cipher.getAuthTag())
}

function openShare(kek: Uint8Array, wrapped: Uint8Array): Uint8Array | null {
  if (wrapped.length !== 60) return null
  const decipher = createDecipheriv('aes-256-gcm', kek, wrapped.subarray(0, 12), { authTagLength: 16 })
  decipher.setAuthTag(wrapped.subarray(44))
  const share = decipher.update(wrapped.subarray(12, 44))
  try {
    decipher.final()
    return share
  } catch {
    return null
  }
}

function parsePublicKey(pem: string, problem: (cause: unknown) => Problem): KeyObject {
  try {
    return createPublicKey(pem)
  } catch (error) {
    throw problem(error)
  }
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

function badKey(state: string): Problem {
  return new Problem('invalid-request', `cannot wrap key for the gate: ${state}, want one on P-256, P-384 or P-521`)
}
