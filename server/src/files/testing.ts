// For tests only: a founded ledger over a temporary database, and sealed containers made with node:crypto.

import {
  createCipheriv,
  createHash,
  createHmac,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  createPublicKey,
} from 'node:crypto'
import { join } from 'node:path'
import { concat, toBase64, toHex, utf8, type Id, type LabelFqn } from '@sallyport/protocol'
import {
  crc32,
  dataDescriptor,
  directory,
  localHeader,
  manifestName,
  payloadName,
  writeManifest,
  writePolicy,
  type KeyAccess,
} from '@sallyport/protocol/tdf'
import { silentLogger, systemClock, systemRandomness, type Database } from '../base/index.ts'
import { foundLedger, openLedger, type Ledger } from '../ledger/index.ts'
import { testCheckpointSigner, testEd25519 } from '../ledger/testing.ts'
import type { WrappingKey } from './dependencies.ts'

/** Found a ledger in a database that has its migrations; its checkpoint goes into `folder`. */
export async function testLedger(database: Database, folder: string): Promise<Ledger> {
  const origin = 'ledger.test/files'
  const options = {
    database,
    origin,
    signer: testCheckpointSigner(origin),
    receiptSigner: testEd25519(origin),
    clock: systemClock,
    random: systemRandomness,
    log: silentLogger,
    checkpointFile: join(folder, 'checkpoint'),
  }
  await foundLedger(options)
  return await openLedger(options)
}

/** Wrap a share to a P-256 key as a client does, bound to a policy. */
export function wrapShare(
  key: WrappingKey & { readonly publicKeyPem: string },
  share: Uint8Array,
  policyBase64: string,
): KeyAccess {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const agreed = diffieHellman({ privateKey, publicKey: createPublicKey(key.publicKeyPem) })
  const salt = createHash('sha256').update('TDF').digest()
  const nonce = systemRandomness(12)
  const cipher = createCipheriv('aes-256-gcm', new Uint8Array(hkdfSync('sha256', agreed, salt, '', 32)), nonce)
  const sealed = concat(cipher.update(share), cipher.final())
  return {
    type: 'ec-wrapped',
    url: key.url,
    kid: key.kid,
    splitId: '',
    curve: 'P-256',
    ephemeralPublicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
    wrappedKey: concat(nonce, sealed, cipher.getAuthTag()),
    binding: toBase64(utf8(toHex(createHmac('sha256', share).update(policyBase64).digest()))),
    encryptedMetadata: null,
  }
}

/** Seal content under a policy: one segment, one key access object unless more are given. */
export function sealContainer(wanted: {
  readonly fileId: string
  readonly labels: readonly string[]
  readonly content: Uint8Array
  readonly keyAccess: (share: Uint8Array, policyBase64: string) => readonly KeyAccess[]
}): Uint8Array {
  const share = systemRandomness(32)
  const policy = writePolicy({ uuid: wanted.fileId as Id<'policy'>, labels: wanted.labels as LabelFqn[] })
  const nonce = systemRandomness(12)
  const cipher = createCipheriv('aes-256-gcm', share, nonce)
  const sealed = concat(cipher.update(wanted.content), cipher.final())
  const tag = new Uint8Array(cipher.getAuthTag())
  const manifest = writeManifest({
    mimeType: 'application/octet-stream',
    policy,
    keyAccess: wanted.keyAccess(share, policy),
    rootSignature: new Uint8Array(createHmac('sha256', share).update(tag).digest()),
    segmentBytes: Math.max(1, wanted.content.length),
    totalBytes: wanted.content.length,
    tags: tag,
  })
  return zip([
    [payloadName, concat(nonce, sealed, tag)],
    [manifestName, manifest],
  ])
}

function zip(files: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const parts: Uint8Array[] = []
  let offset = 0
  const entries = files.map(([name, bytes]) => {
    const entry = { name, headerOffset: offset, size: bytes.length, crc32: crc32(bytes) }
    const whole = concat(localHeader(name), bytes, dataDescriptor(entry))
    parts.push(whole)
    offset += whole.length
    return entry
  })
  return concat(...parts, directory(entries, offset))
}
