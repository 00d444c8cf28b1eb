// For tests only: keys made on the spot.

import { generateKeyPairSync, sign } from 'node:crypto'
import { fromBase64Url } from '@sallyport/protocol'
import { ecdsaType, ed25519Type, verifyKeyOf } from '@sallyport/protocol/ledger'
import { sha256, type CheckpointSigner, type LedgerSigner } from './signatures.ts'

/** Make both keys that sign checkpoints of `origin`. */
export function testCheckpointSigner(origin: string): CheckpointSigner {
  return { ed25519: testEd25519(origin), p256: testP256(origin) }
}

export function testEd25519(name: string): LedgerSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = fromBase64Url(publicKey.export({ format: 'jwk' }).x ?? '')
  if (raw === null) throw new Error('cannot make a test key: no public key, want 32 bytes')
  return { key: verifyKeyOf(sha256, name, ed25519Type, raw), sign: (message) => sign(null, message, privateKey) }
}

function testP256(name: string): LedgerSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  return { key: verifyKeyOf(sha256, name, ecdsaType, spki), sign: (message) => sign('sha256', message, privateKey) }
}
