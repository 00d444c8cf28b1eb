// Whether an answer is a timestamp of these bytes by an authority that is trusted. SPEC: RFC 3161 section 2.4.2, RFC 5652
// section 5.6, RFC 5816. Revocation is not looked at: whoever loses an authority takes its root away.

import { AsnConvert } from '@peculiar/asn1-schema'
import { id_signedData, SignedData, type ContentInfo, type SignerInfo } from '@peculiar/asn1-cms'
import { PKIStatus, TimeStampResp, TSTInfo } from '@peculiar/asn1-tsp'
import { BaseBlock, Constructed, fromBER, ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import { equalBytes, toHex } from '../bytes.ts'
import {
  hashOf,
  isForTimestamps,
  isValidAt,
  leadsToRoot,
  parseCertificate,
  serialized,
  signedHash,
  spkiOf,
  type Known,
  type TimestampCrypto,
  type TimestampHash,
} from './certificate.ts'

/** What is wrong with an answer, the first of: */
export const timestampTroubles = [
  'no-answer-of-an-authority',
  'rejected',
  'other-bytes',
  'other-nonce',
  'no-certificate',
  'not-for-timestamps',
  'bad-signature',
  'not-of-the-roots',
  'expired',
  'implausible-time',
] as const
export type TimestampTrouble = (typeof timestampTroubles)[number]

export interface Timestamped {
  /** When the authority says that the bytes were there, in milliseconds since 1970. */
  readonly atMs: number
  /** Its number of the timestamp, in hexadecimal. */
  readonly serial: string
}

export interface TimestampQuestion {
  /** What was stamped. */
  readonly bytes: Uint8Array
  /** What was sent; null where that is not known any more. */
  readonly nonce: Uint8Array | null
  /** DER of the certificates that are trusted. */
  readonly roots: readonly Uint8Array[]
  /** When it can have been made, in milliseconds since 1970; null where that is what is asked. */
  readonly between: { readonly fromMs: number; readonly toMs: number } | null
}

const oids = {
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const

const granting: readonly PKIStatus[] = [PKIStatus.granted, PKIStatus.grantedWithMods]
/** Largest answer that is looked at, in bytes. */
const mostBytes = 65_536

/** Verify an answer (DER of a TimeStampResp). What it says is only returned when everything about it holds. */
export function verifyTimestamp(
  answer: Uint8Array,
  question: TimestampQuestion,
  crypto: TimestampCrypto,
): { readonly timestamp: Timestamped } | { readonly trouble: TimestampTrouble } {
  try {
    if (answer.length > mostBytes) return { trouble: 'no-answer-of-an-authority' }
    const response = AsnConvert.parse(answer, TimeStampResp)
    if (!granting.includes(response.status.status)) return { trouble: 'rejected' }
    const token = response.timeStampToken
    return token === undefined ? { trouble: 'no-answer-of-an-authority' } : verifyToken(token, question, crypto)
  } catch {
    // ATTACKER: anything can be in there, and parsers throw what they like.
    return { trouble: 'no-answer-of-an-authority' }
  }
}

function verifyToken(
  token: ContentInfo,
  { bytes, nonce, roots, between }: TimestampQuestion,
  crypto: TimestampCrypto,
): { readonly timestamp: Timestamped } | { readonly trouble: TimestampTrouble } {
  const malformed = { trouble: 'no-answer-of-an-authority' } as const
  if (token.contentType !== id_signedData) return malformed
  const signed = AsnConvert.parse(token.content, SignedData)
  const content = signed.encapContentInfo.eContent?.single
  const [signer] = signed.signerInfos
  if (signed.encapContentInfo.eContentType !== oids.tstInfo || content === undefined) return malformed
  if (signer === undefined || signed.signerInfos.length !== 1) return malformed
  const contentBytes = new Uint8Array(content.buffer)
  const info = AsnConvert.parse(contentBytes, TSTInfo)
  const { hashAlgorithm, hashedMessage } = info.messageImprint
  const hash = hashOf(hashAlgorithm.algorithm)
  if (hash === null || !equalBytes(new Uint8Array(hashedMessage.buffer), crypto.digest(hash, bytes)))
    return { trouble: 'other-bytes' }
  if (nonce !== null && !(info.nonce !== undefined && equalBytes(new Uint8Array(info.nonce), nonce)))
    return { trouble: 'other-nonce' }
  const { certificates, attributes } = rawParts(token.content)
  const all = certificates.flatMap((der) => parseCertificate(der) ?? [])
  const leaf = attributes === null ? undefined : all.find((one) => isSigner(one, { signer, attributes }, crypto))
  if (leaf === undefined || attributes === null) return { trouble: 'no-certificate' }
  if (!isForTimestamps(leaf)) return { trouble: 'not-for-timestamps' }
  if (!isSigned({ signer, attributes, content: contentBytes }, leaf, crypto)) return { trouble: 'bad-signature' }
  const atMs = info.genTime.getTime()
  if (!isValidAt(leaf, atMs)) return { trouble: 'expired' }
  const trusted = roots.flatMap((der) => parseCertificate(der) ?? [])
  if (!leadsToRoot(leaf, { others: all, roots: trusted, atMs }, crypto)) return { trouble: 'not-of-the-roots' }
  if (between !== null && !(between.fromMs <= atMs && atMs <= between.toMs)) return { trouble: 'implausible-time' }
  return { timestamp: { atMs, serial: toHex(new Uint8Array(info.serialNumber)) } }
}

/** What hashes and signatures are of: the certificates and the signed attributes of the first signer, octet by octet as they came. */
function rawParts(signedData: ArrayBuffer): {
  readonly certificates: readonly Uint8Array[]
  readonly attributes: Uint8Array | null
} {
  const parts = childrenOf(fromBER(signedData).result)
  const isTagged = (part: unknown): part is Constructed =>
    part instanceof Constructed && part.idBlock.tagClass === 3 && part.idBlock.tagNumber === 0
  const raw = (part: unknown): readonly Uint8Array[] =>
    part instanceof BaseBlock ? [new Uint8Array(part.valueBeforeDecodeView)] : []
  const signer = childrenOf(childrenOf(parts.at(-1))[0])
  return {
    certificates: childrenOf(parts.find(isTagged)).flatMap(raw),
    attributes: raw(signer.find(isTagged))[0] ?? null,
  }
}

/** The certificate that the signer names, and whose hash is among what was signed: nobody can put another of the same key. */
function isSigner(
  known: Known,
  { signer, attributes }: Omit<SignedParts, 'content'>,
  crypto: TimestampCrypto,
): boolean {
  const named = signer.sid.issuerAndSerialNumber
  const { issuer, serialNumber } = known.certificate.tbsCertificate
  if (named === undefined || !equalBytes(serialized(named.issuer), serialized(issuer))) return false
  if (!equalBytes(new Uint8Array(named.serialNumber), new Uint8Array(serialNumber))) return false
  const bound = boundCertificate(attributes)
  return bound !== null && equalBytes(crypto.digest(bound.hash, known.der), bound.value)
}

/** The hash of the signer's certificate among the signed attributes (ESSCertIDv2, the first); null where there is none. */
function boundCertificate(attributes: Uint8Array): { readonly hash: TimestampHash; readonly value: Uint8Array } | null {
  const value = attributeOf(attributes, oids.signingCertificateV2)
  if (value === null) return null
  const first = childrenOf(childrenOf(childrenOf(value)[0])[0])
  const [head] = first
  const algorithm = head instanceof Sequence ? childrenOf(head)[0] : null
  const hash =
    algorithm === null ? 'sha256' : algorithm instanceof ObjectIdentifier ? hashOf(algorithm.getValue()) : null
  const digest = algorithm === null ? head : first[1]
  if (hash === null || !(digest instanceof OctetString)) return null
  return { hash, value: new Uint8Array(digest.getValue()) }
}

function childrenOf(value: unknown): readonly unknown[] {
  return value instanceof Constructed ? value.valueBlock.value : []
}

interface SignedParts {
  readonly signer: SignerInfo
  /** DER of the signed attributes, as they stand. */
  readonly attributes: Uint8Array
  readonly content: Uint8Array
}

function isSigned({ signer, attributes, content }: SignedParts, leaf: Known, crypto: TimestampCrypto): boolean {
  const digestOid = signer.digestAlgorithm.algorithm
  const digestHash = hashOf(digestOid)
  const hash = signedHash(signer.signatureAlgorithm.algorithm, digestOid)
  if (digestHash === null || hash === null) return false
  const type = attributeOf(attributes, oids.contentType)
  const digest = attributeOf(attributes, oids.messageDigest)
  if (!(type instanceof ObjectIdentifier) || type.getValue() !== oids.tstInfo) return false
  if (!(digest instanceof OctetString)) return false
  if (!equalBytes(new Uint8Array(digest.getValue()), crypto.digest(digestHash, content))) return false
  // What is signed has the tag of a set, not the one that it has where it stands. SPEC: RFC 5652 section 5.4.
  const asSigned = attributes.slice()
  asSigned[0] = 0x31
  return crypto.verify(hash, spkiOf(leaf), asSigned, new Uint8Array(signer.signature.buffer))
}

/**
 * The one value of an attribute that is there once; null otherwise. ATTACKER: it is read from the very octets whose signature is
 * checked; read from elsewhere in the answer, it could be that of another signer.
 */
function attributeOf(attributes: Uint8Array, type: string): unknown {
  const found = childrenOf(fromBER(attributes).result).filter((one) => {
    const [id] = childrenOf(one)
    return id instanceof ObjectIdentifier && id.getValue() === type
  })
  const values = childrenOf(childrenOf(found[0])[1])
  return found.length === 1 && values.length === 1 ? values[0] : null
}
