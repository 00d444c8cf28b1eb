// Each file that is reserved here has a wrapping key pair of its own. Its private half rests sealed under the keystore's key
// for files and bound to the file's id: erasing the sealed half erases the way to the file's content, wherever copies of the
// container lie, and a new key for files means sealing small halves again, and no container.

import { createPrivateKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import { Problem, toHex, type Id } from '@sallyport/protocol'
import type { Randomness } from '../base/index.ts'
import type { KeyProvider } from './provider.ts'
import { parsePublicKey } from './public-key.ts'
import { sealedUnder } from './sealed-under.ts'
import { keepSecret, type Secret } from './secret.ts'

/** The new key pair of one file, on P-256. */
export interface FileKey {
  /** 29 characters; OpenTDF registries take 32. */
  readonly kid: string
  readonly publicKeyPem: string
  /** The private half, sealed; it names the key that sealed it. */
  readonly sealed: Uint8Array
}

export interface FileKeys {
  /** Throws Problem `unavailable` while the keystore has no current key for files. */
  make(fileId: Id<'file'>): FileKey
  /**
   * Agree on a secret (the x-coordinate, 32 bytes) with an SPKI PEM public key on P-256. Throws Problem `unavailable` when
   * the sealed half was altered or is another file's, `invalid-request` for a key on another curve.
   */
  ecdh(sealed: Uint8Array, fileId: Id<'file'>, peerPublicKeyPem: string): Secret
  /** Seal a private half again under the current key for files; null when it is. Throws as `ecdh` does. */
  reseal(sealed: Uint8Array, fileId: Id<'file'>): Uint8Array | null
}

/** Whether files get keys of their own: not with a token, nor with a keystore that was made before they had any. */
export function hasFileKey(provider: KeyProvider): boolean {
  return provider.list().some(({ door, isCurrent }) => door === 'file' && isCurrent)
}

/** Use the keystore's key for files that is current at the time. */
export function makeFileKeys(provider: KeyProvider, random: Randomness): FileKeys {
  const { seal, open, isCurrent } = sealedUnder(provider, 'file')
  return {
    make(fileId) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      return {
        kid: `file-${toHex(random(12))}`,
        publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        sealed: wiped(privateKey.export({ type: 'pkcs8', format: 'der' }), (der) => seal(der, associated(fileId))),
      }
    },
    ecdh(sealed, fileId, peer) {
      const { key, curve } = parsePublicKey(peer)
      if (curve !== 'secp256r1') {
        throw new Problem('invalid-request', 'cannot agree on key: the other key is on another curve, want P-256')
      }
      const privateKey = wiped(open(sealed, associated(fileId)), (der) =>
        createPrivateKey({ key: Buffer.from(der.buffer, der.byteOffset, der.length), format: 'der', type: 'pkcs8' }),
      )
      return keepSecret(diffieHellman({ privateKey, publicKey: key }))
    },
    reseal(sealed, fileId) {
      if (isCurrent(sealed)) return null
      return wiped(open(sealed, associated(fileId)), (der) => seal(der, associated(fileId)))
    },
  }
}

function associated(fileId: Id<'file'>): string {
  return `file-key:${fileId}`
}

function wiped<T>(bytes: Uint8Array, use: (bytes: Uint8Array) => T): T {
  try {
    return use(bytes)
  } finally {
    bytes.fill(0)
  }
}
