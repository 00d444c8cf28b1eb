// Key access objects: each says which key access server (KAS) can unwrap one share of the payload key, with which of its
// keys, and binds that share to the policy. Objects of one split id are alternatives; one share of every split is needed,
// and the payload key is the exclusive-or of the shares.

import * as z from 'zod'
import { fromBase64, toBase64, toHex } from '../bytes.ts'
import { invalidFile } from './refuse.ts'

interface KeyAccessFacts {
  /** Where the KAS answers, as the file says; only its origin means something. ATTACKER: check it before any request. */
  readonly url: string
  readonly kid: string | null
  /** The split that this share belongs to; '' where the file names none. */
  readonly splitId: string
  readonly wrappedKey: Uint8Array
  /** The policy binding's hash text; see isPolicyBound. */
  readonly binding: string
  /** Text under the share that the writer left; carried along unread. */
  readonly encryptedMetadata: string | null
}

/** RSA-OAEP with SHA-1 for hash and mask, empty label, over the 32 bytes of the share. */
export interface RsaKeyAccess extends KeyAccessFacts {
  readonly type: 'wrapped'
  readonly modulusBits: number
}

/** Ephemeral ECDH, HKDF-SHA-256 with `ecWrapSalt` and no info, AES-256-GCM: wrappedKey is IV (12), sealed share, tag (16). */
export interface EcKeyAccess extends KeyAccessFacts {
  readonly type: 'ec-wrapped'
  readonly curve: Curve
  /** SPKI PEM, on the curve of the KAS key. */
  readonly ephemeralPublicKey: string
}

/** A wrap that we cannot open: it may stand beside another of its split. */
export interface OtherKeyAccess extends KeyAccessFacts {
  readonly type: 'other'
  readonly name: string
}

export type KeyAccess = RsaKeyAccess | EcKeyAccess | OtherKeyAccess
export type Curve = 'P-256' | 'P-384' | 'P-521'

/** A key access object as JSON, in a manifest or in a rewrap request. */
export interface KeyAccessWire {
  readonly type: string
  readonly url: string
  readonly protocol: 'kas'
  readonly wrappedKey: string
  readonly policyBinding: { readonly alg: 'HS256'; readonly hash: string }
  readonly kid?: string
  readonly sid?: string
  readonly encryptedMetadata?: string
  readonly ephemeralPublicKey?: string
}

/** SPEC: SHA-256 of the three bytes "TDF", the HKDF salt of every EC wrap. */
export const ecWrapSalt: Uint8Array = Uint8Array.from([
  0xaa, 0x17, 0xcf, 0x44, 0x58, 0x5f, 0xe1, 0x5f, 0xd6, 0x34, 0xc2, 0x7b, 0x95, 0x12, 0xd8, 0x42, 0xb4, 0x2a, 0xf1,
  0xba, 0xc6, 0x17, 0x8d, 0x92, 0x16, 0x1e, 0xdb, 0x4e, 0x2a, 0xbf, 0x81, 0x97,
])

const optionalText = z
  .string()
  .max(64 * 1024)
  .nullish()

// ATTACKER: both go into the ledger as they stand, so that they must be text that has one form and a known length there.
const plain = z
  .string()
  .max(256)
  .regex(/^[\x20-\x7e]*$/)

export const keyAccessShape = z.object({
  type: z.string().max(64),
  url: z.string().max(2048),
  protocol: z.literal('kas'),
  wrappedKey: z.string().max(16 * 1024),
  policyBinding: z.union([plain, z.object({ alg: z.literal('HS256'), hash: plain })]),
  kid: plain.nullish(),
  sid: z.string().max(256).nullish(),
  encryptedMetadata: optionalText,
  ephemeralPublicKey: z.string().max(2048).nullish(),
})

/** Parse one key access object of a manifest or of a rewrap request. Throws Problem `invalid-file`. */
export function parseKeyAccess(value: unknown): KeyAccess {
  const parsed = keyAccessShape.safeParse(value)
  if (!parsed.success) throw invalidFile('a key access object has another shape', 'the opentdf shape', parsed.error)
  const wire = parsed.data
  const wrappedKey = fromBase64(wire.wrappedKey)
  if (wrappedKey === null) throw invalidFile('a wrapped key is not base64', 'base64')
  const facts: KeyAccessFacts = {
    url: wire.url,
    kid: wire.kid === undefined || wire.kid === '' ? null : wire.kid,
    splitId: wire.sid ?? '',
    wrappedKey,
    binding: typeof wire.policyBinding === 'string' ? wire.policyBinding : wire.policyBinding.hash,
    encryptedMetadata: wire.encryptedMetadata ?? null,
  }
  if (wire.type === 'wrapped') return { ...facts, type: 'wrapped', modulusBits: 8 * wrappedKey.length }
  if (wire.type !== 'ec-wrapped') return { ...facts, type: 'other', name: wire.type }
  const curve = curveOf(wire.ephemeralPublicKey ?? '')
  // 12 bytes of IV, 32 of share, 16 of tag.
  if (curve === null || wrappedKey.length !== 60) throw invalidFile('an ec wrap is incomplete', 'a key and 60 bytes')
  return { ...facts, type: 'ec-wrapped', curve, ephemeralPublicKey: wire.ephemeralPublicKey ?? '' }
}

/** Write a key access object as JSON: for a manifest, and for the rewrap request that asks for its share. */
export function writeKeyAccess(access: KeyAccess): KeyAccessWire {
  return {
    type: access.type === 'other' ? access.name : access.type,
    url: access.url,
    protocol: 'kas',
    wrappedKey: toBase64(access.wrappedKey),
    policyBinding: { alg: 'HS256', hash: access.binding },
    ...(access.kid === null ? {} : { kid: access.kid }),
    ...(access.splitId === '' ? {} : { sid: access.splitId }),
    ...(access.encryptedMetadata === null ? {} : { encryptedMetadata: access.encryptedMetadata }),
    ...(access.type === 'ec-wrapped' ? { ephemeralPublicKey: access.ephemeralPublicKey } : {}),
  }
}

/** Group key access objects by split, in the order of the file: one share of every group makes the payload key. */
export function splitsOf(keyAccess: readonly KeyAccess[]): ReadonlyMap<string, readonly KeyAccess[]> {
  return Map.groupBy(keyAccess, (access) => access.splitId)
}

/** Join the shares of all splits to the payload key. Every share must have 32 bytes. */
export function joinShares(shares: readonly Uint8Array[]): Uint8Array {
  const key = new Uint8Array(32)
  for (const share of shares) for (let i = 0; i < key.length; i++) key[i] = (key[i] ?? 0) ^ (share[i] ?? 0)
  return key
}

export interface WrapStrength {
  /** For instance `EC P-256` or `RSA-2048`. */
  readonly algorithm: string
  /** Security strength in bits by NIST SP 800-57 part 1, table 2, rounded down; null for a wrap that we do not know. */
  readonly bits: number | null
}

/** Rate how a share is wrapped, by what the object itself shows. */
export function wrapStrength(access: KeyAccess): WrapStrength {
  if (access.type === 'wrapped') return { algorithm: `RSA-${access.modulusBits}`, bits: rsaBits(access.modulusBits) }
  if (access.type === 'ec-wrapped') return { algorithm: `EC ${access.curve}`, bits: curveBits[access.curve] }
  return { algorithm: access.name, bits: null }
}

const curveBits = { 'P-256': 128, 'P-384': 192, 'P-521': 256 } as const satisfies Record<Curve, number>

function rsaBits(modulusBits: number): number {
  const rated = [
    [15360, 256],
    [7680, 192],
    [3072, 128],
    [2048, 112],
    [1024, 80],
  ] as const
  return rated.find(([modulus]) => modulusBits >= modulus)?.[1] ?? 0
}

const curveOids: readonly (readonly [Curve, string])[] = [
  ['P-256', '06082a8648ce3d030107'],
  ['P-384', '06052b81040022'],
  ['P-521', '06052b81040023'],
]

/** Name the curve of an SPKI PEM key, or null. The key itself is checked where it is used. */
export function curveOf(pem: string): Curve | null {
  const body = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(pem)?.[1]
  const der = fromBase64(body?.replaceAll(/\s/g, '') ?? '')
  if (der === null) return null
  // SPEC: RFC 5480 section 2, the algorithm identifier comes first: id-ecPublicKey, then the curve's object identifier.
  const head = toHex(der.subarray(0, 30))
  if (!head.includes('06072a8648ce3d0201')) return null
  return curveOids.find(([, oid]) => head.includes(oid))?.[0] ?? null
}
