// Certificates of an authority, and the path from one of them to a root that is trusted. What is not understood is not believed.
// SPEC: RFC 5280 section 6.1, for paths without policies and name constraints: both are critical where they matter, and refused.

import { AsnConvert } from '@peculiar/asn1-schema'
import { BasicConstraints, Certificate, ExtendedKeyUsage, KeyUsage, KeyUsageFlags } from '@peculiar/asn1-x509'
import { equalBytes, fromBase64 } from '../bytes.ts'

const hashes = ['sha256', 'sha384', 'sha512'] as const
export type TimestampHash = (typeof hashes)[number]

export interface TimestampCrypto {
  readonly digest: (hash: TimestampHash, bytes: Uint8Array) => Uint8Array
  /** Check RSA (PKCS #1 v1.5) or ECDSA (DER), as the key (DER of a SubjectPublicKeyInfo) is. False for any other key. */
  readonly verify: (hash: TimestampHash, spki: Uint8Array, signed: Uint8Array, signature: Uint8Array) => boolean
}

export const hashOids = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const satisfies Record<TimestampHash, string>

const signatureHashes: ReadonlyMap<string, TimestampHash> = new Map([
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
])
/** RSA without a hash: the one of the digest algorithm beside it. */
const rsaEncryption = '1.2.840.113549.1.1.1'
const timeStamping = '1.3.6.1.5.5.7.3.8'
const extensions = { keyUsage: '2.5.29.15', basicConstraints: '2.5.29.19', extendedKeyUsage: '2.5.29.37' } as const
/** Longest path that is followed, the leaf and the root among it. */
const longestPath = 6

export function hashOf(oid: string): TimestampHash | null {
  return hashes.find((one) => hashOids[one] === oid) ?? null
}

/** The hash that a signature algorithm signs; null for what is not known. */
export function signedHash(oid: string, digestOid: string): TimestampHash | null {
  return oid === rsaEncryption ? hashOf(digestOid) : (signatureHashes.get(oid) ?? null)
}

export interface Known {
  readonly der: Uint8Array
  readonly certificate: Certificate
}

/** Parse a certificate. Null for what is none. */
export function parseCertificate(der: Uint8Array): Known | null {
  try {
    return { der, certificate: AsnConvert.parse(der, Certificate) }
  } catch {
    return null
  }
}

/** The DER of every certificate of a PEM text, in its order. */
export function certificatesOfPem(pem: string): readonly Uint8Array[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)
  return [...blocks].flatMap(([, text = '']) => fromBase64(text.replaceAll(/\s/g, '')) ?? [])
}

export function spkiOf({ certificate }: Known): Uint8Array {
  return serialized(certificate.tbsCertificate.subjectPublicKeyInfo)
}

export function serialized(value: unknown): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(value))
}

/** Whether it is for timestamps and for nothing else, and says so as critical. SPEC: RFC 3161 section 2.3. */
export function isForTimestamps(known: Known): boolean {
  const found = extensionOf(known, extensions.extendedKeyUsage)
  if (found === undefined || !found.critical) return false
  const uses = AsnConvert.parse(found.extnValue, ExtendedKeyUsage)
  const flags = usageOf(known)
  const signs = KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation
  return uses.length === 1 && uses[0] === timeStamping && (flags === null || (flags & signs) !== 0)
}

export function isValidAt({ certificate }: Known, atMs: number): boolean {
  const { notBefore, notAfter } = certificate.tbsCertificate.validity
  return notBefore.getTime().getTime() <= atMs && atMs <= notAfter.getTime().getTime()
}

/** Whether a certificate leads by others to one of the roots, each valid at that time. A root that is itself the leaf is no path. */
export function leadsToRoot(
  leaf: Known,
  {
    others,
    roots,
    atMs,
  }: { readonly others: readonly Known[]; readonly roots: readonly Known[]; readonly atMs: number },
  crypto: TimestampCrypto,
): boolean {
  const goesUp = (from: Known, below: number, budget: { left: number }): boolean => {
    if (!isUnderstood(from) || !isValidAt(from, atMs) || below >= longestPath - 1) return false
    const issued = (by: Known): boolean => budget.left-- > 0 && isIssuedBy(from, by, below, atMs, crypto)
    return roots.some(issued) || others.some((by) => issued(by) && goesUp(by, below + 1, budget))
  }
  // ATTACKER: certificates that issued each other make as many paths as they like.
  return goesUp(leaf, 0, { left: 200 })
}

function isIssuedBy(child: Known, by: Known, below: number, atMs: number, crypto: TimestampCrypto): boolean {
  const { certificate } = child
  if (!equalBytes(serialized(certificate.tbsCertificate.issuer), serialized(by.certificate.tbsCertificate.subject)))
    return false
  if (!isUnderstood(by) || !isValidAt(by, atMs) || !maySign(by, below)) return false
  const inside = certificate.tbsCertificate.signature.algorithm
  const outside = certificate.signatureAlgorithm.algorithm
  const hash = signedHash(outside, '')
  const signed = certificate.tbsCertificateRaw
  if (hash === null || signed === undefined || inside !== outside) return false
  return crypto.verify(hash, spkiOf(by), new Uint8Array(signed), new Uint8Array(certificate.signatureValue))
}

function maySign(known: Known, below: number): boolean {
  const found = extensionOf(known, extensions.basicConstraints)
  if (found === undefined) return false
  const { cA, pathLenConstraint } = AsnConvert.parse(found.extnValue, BasicConstraints)
  const flags = usageOf(known)
  const isFree = pathLenConstraint === undefined || below <= pathLenConstraint
  return cA && isFree && (flags === null || (flags & KeyUsageFlags.keyCertSign) !== 0)
}

function usageOf(known: Known): number | null {
  const found = extensionOf(known, extensions.keyUsage)
  return found === undefined ? null : AsnConvert.parse(found.extnValue, KeyUsage).toNumber()
}

function isUnderstood({ certificate }: Known): boolean {
  const understood: readonly string[] = Object.values(extensions)
  const all = certificate.tbsCertificate.extensions ?? []
  const ids = all.map(({ extnID }) => extnID)
  return (
    new Set(ids).size === ids.length && all.every(({ critical, extnID }) => !critical || understood.includes(extnID))
  )
}

function extensionOf({ certificate }: Known, oid: string) {
  return certificate.tbsCertificate.extensions?.find(({ extnID }) => extnID === oid)
}
