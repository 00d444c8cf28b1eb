// Files made by hand for tests, independent of sealFile, and a gate that releases their shares to anybody.

import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { parseId, parseLabel, Problem } from '@sallyport/protocol'
import { dataDescriptor, directory, localHeader, writeKeyAccess, writePolicy } from '@sallyport/protocol/tdf'
import type { Release } from './release-key.ts'
import { createReleaseKey, hmacSha256, wrapShare } from './wrap.ts'

// The wrap scheme is the same in both directions, so that a release key can play the gate.
const gate = await createReleaseKey()
export const kas = { url: 'https://gate.example/kas', kid: 'k1', publicKeyPem: gate.publicKeyPem }
export const release: Release = async ({ keyAccess }) => {
  if (keyAccess.type !== 'ec-wrapped')
    throw new Problem('refused', 'cannot release: it is an rsa wrap, want an ec wrap')
  return await gate.unwrap(keyAccess.wrappedKey, keyAccess.ephemeralPublicKey)
}
const uuid = parseId<'policy'>('1bcefc44-883a-4f13-a74c-511ba5ef8647')
const label = parseLabel('https://enclave.example/attr/usml/value/viii')
if (uuid === null || label === null) throw new Error('the sample is wrong')
export const policy = { uuid, labels: [label.fqn] }

export interface Forgery {
  readonly contents?: readonly Uint8Array[]
  readonly access?: readonly object[]
  readonly key?: Uint8Array
  readonly change?: (manifest: Manifest) => void
  /** Applied to the sealed segments after everything was signed. */
  readonly payload?: (segments: Uint8Array[]) => Uint8Array[]
  readonly hash?: 'GMAC' | 'HS256'
  /** Write the form of 4.2.2: no version, and every hash as hexadecimal text. */
  readonly isOld?: boolean
}

interface Manifest {
  schemaVersion?: string
  payload: Record<string, unknown>
  encryptionInformation: {
    type: string
    method: object
    policy: string
    keyAccess: object[]
    integrityInformation: {
      segmentSizeDefault: number
      encryptedSegmentSizeDefault: number
      rootSignature: { alg: string; sig: string }
      segmentHashAlg: string
      segments: Record<string, unknown>[]
    }
  }
}

export const policyText = writePolicy(policy)

/** Make a file by hand, independent of sealFile, with true signatures unless told otherwise. */
export async function forge(forgery: Forgery = {}): Promise<Uint8Array> {
  const { contents = [Buffer.from('first!'), Buffer.from('second')], hash = 'GMAC', isOld = false } = forgery
  const key = forgery.key ?? randomBytes(32)
  const segments = contents.map((content) => {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    return new Uint8Array(Buffer.concat([iv, cipher.update(content), cipher.final(), cipher.getAuthTag()]))
  })
  const hashes = segments.map((segment) =>
    hash === 'GMAC' ? segment.subarray(-16) : createHmac('sha256', key).update(segment).digest(),
  )
  const write = (bytes: Uint8Array) => (isOld ? Buffer.from(Buffer.from(bytes).toString('hex')) : bytes)
  const root = await hmacSha256(key, Buffer.concat(hashes.map(write)))
  const manifest: Manifest = {
    ...(isOld ? {} : { schemaVersion: '4.3.0' }),
    payload: { type: 'reference', url: '0.payload', protocol: 'zip', isEncrypted: true },
    encryptionInformation: {
      type: 'split',
      method: { algorithm: 'AES-256-GCM' },
      policy: policyText,
      keyAccess: [...(forgery.access ?? [writeKeyAccess(await wrapShare(key, policyText, kas))])],
      integrityInformation: {
        segmentSizeDefault: 6,
        encryptedSegmentSizeDefault: 34,
        rootSignature: { alg: 'HS256', sig: base64(write(root)) },
        segmentHashAlg: hash,
        segments: segments.map((segment, i) => ({
          hash: base64(write(hashes[i] ?? segment)),
          segmentSize: segment.length - 28,
          encryptedSegmentSize: segment.length,
        })),
      },
    },
  }
  forgery.change?.(manifest)
  return container(Buffer.concat(forgery.payload?.(segments) ?? segments), Buffer.from(JSON.stringify(manifest)))
}

function container(payload: Uint8Array, manifest: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  const length = () => parts.reduce((sum, part) => sum + part.length, 0)
  const entries = [
    { name: '0.payload', data: payload },
    { name: '0.manifest.json', data: manifest },
  ].map(({ name, data }) => {
    const entry = { name, headerOffset: length(), size: data.length, crc32: crc32(data) }
    parts.push(localHeader(name), data, dataDescriptor(entry))
    return entry
  })
  parts.push(directory(entries, length()))
  return new Uint8Array(Buffer.concat(parts))
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
