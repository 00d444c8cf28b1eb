// Certificates of an authority for timestamps, and the path from one of them to a root. What is not understood is not believed.
// SPEC: RFC 5280 section 6.1, without policies and name constraints, which are critical where they matter, and refused.

import { fromBase64, isEqual, joined, toHex, type Bytes } from './bytes.ts'
import { bitsOf, contentOf, derOf, insideOf, NotDer, oidOf, tags, timeIn, type Der } from './der.ts'

export type Hash = 'SHA-256' | 'SHA-384' | 'SHA-512'

/** Raised where the browser does not know an algorithm. */
export class Unknown extends Error {}

export const hashes: Readonly<Record<string, Hash>> = {
  '608648016503040201': 'SHA-256',
  '608648016503040202': 'SHA-384',
  '608648016503040203': 'SHA-512',
}
const signatureHashes: Readonly<Record<string, Hash>> = {
  '2a864886f70d01010b': 'SHA-256',
  '2a864886f70d01010c': 'SHA-384',
  '2a864886f70d01010d': 'SHA-512',
  '2a8648ce3d040302': 'SHA-256',
  '2a8648ce3d040303': 'SHA-384',
  '2a8648ce3d040304': 'SHA-512',
}
/** RSA without a hash: the one of the digest algorithm beside it. */
const plainRsa = '2a864886f70d010101'
const curves: Readonly<Record<string, readonly [name: string, size: number]>> = {
  '2a8648ce3d030107': ['P-256', 32],
  '2b81040022': ['P-384', 48],
  '2b81040023': ['P-521', 66],
}
const elliptic = '2a8648ce3d0201'
const forTimestamps = '2b06010505070308'
const extensionIds = { usage: '551d0f', constraints: '551d13', extendedUsage: '551d25' } as const
const longestPath = 6

interface Extension {
  readonly isCritical: boolean
  readonly value: Bytes
}

export interface Certificate {
  readonly der: Bytes
  readonly signed: Bytes
  readonly signedBy: string
  readonly signature: Bytes
  readonly serial: Bytes
  readonly issuer: Bytes
  readonly subject: Bytes
  readonly name: string
  readonly from: number
  readonly to: number
  readonly key: Der
  readonly extensions: ReadonlyMap<string, Extension>
}

/** The certificates of a PEM text. */
export function certificatesIn(pem: string): readonly Certificate[] {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)].map(([, text = '']) => {
    const der = fromBase64(text.replace(/\s/g, ''))
    if (der === null) throw new NotDer()
    return readCertificate(der)
  })
}

export function readCertificate(der: Bytes): Certificate {
  const [signed, algorithm, signature] = insideOf(derOf(der), tags.sequence)
  const all = insideOf(signed, tags.sequence)
  const fields = all[0]?.tag === 0xa0 ? all.slice(1) : all
  const [serial, inside, issuer, validity, subject, key, ...rest] = fields
  const [from, to] = insideOf(validity, tags.sequence)
  const signedBy = oidOf(insideOf(algorithm, tags.sequence)[0])
  if (signed === undefined || issuer === undefined || subject === undefined || key === undefined) throw new NotDer()
  if (oidOf(insideOf(inside, tags.sequence)[0]) !== signedBy) throw new NotDer()
  const listed = rest.find(({ tag }) => tag === 0xa3)
  return {
    der,
    signed: signed.whole,
    signedBy,
    signature: bitsOf(signature),
    serial: contentOf(serial, tags.integer),
    issuer: issuer.whole,
    subject: subject.whole,
    name: nameIn(subject),
    from: timeIn(from),
    to: timeIn(to),
    key,
    extensions: listed === undefined ? new Map() : extensionsIn(insideOf(listed, 0xa3)[0]),
  }
}

function extensionsIn(list: Der | undefined): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>()
  for (const one of insideOf(list, tags.sequence)) {
    const parts = insideOf(one, tags.sequence)
    const id = oidOf(parts[0])
    if (found.has(id)) throw new NotDer()
    found.set(id, { isCritical: parts.length === 3, value: contentOf(parts.at(-1), tags.octets) })
  }
  return found
}

/** The texts of a name, in their order. */
function nameIn(name: Der): string {
  const texts = insideOf(name, tags.sequence).flatMap((set) =>
    insideOf(set, tags.set).map((pair) => new TextDecoder().decode(insideOf(pair, tags.sequence)[1]?.content)),
  )
  return texts.join(', ')
}

/** For timestamps and for nothing else, and it says so as critical. SPEC: RFC 3161 section 2.3. */
export function isForTimestamps({ extensions }: Certificate): boolean {
  const found = extensions.get(extensionIds.extendedUsage)
  if (found === undefined || !found.isCritical) return false
  const uses = insideOf(derOf(found.value), tags.sequence).map(oidOf)
  const usage = usageOf(extensions)
  return uses.length === 1 && uses[0] === forTimestamps && (usage === null || (usage & 0xc0) !== 0)
}

export function isValidAt({ from, to }: Certificate, at: number): boolean {
  return from <= at && at <= to
}

/** Whether a certificate leads by others to one of the roots, each valid at that time. */
export async function leadsToRoot(
  leaf: Certificate,
  others: readonly Certificate[],
  roots: readonly Certificate[],
  at: number,
): Promise<boolean> {
  // ATTACKER: certificates that issued each other make as many paths as they like.
  let budget = 200
  const issued = async (child: Certificate, by: Certificate, below: number): Promise<boolean> =>
    budget-- > 0 &&
    isEqual(child.issuer, by.subject) &&
    isUnderstood(by) &&
    isValidAt(by, at) &&
    maySign(by, below) &&
    (await isSignedBy(by, signatureHashes[child.signedBy] ?? null, child.signed, child.signature))
  const goesUp = async (from: Certificate, below: number): Promise<boolean> => {
    if (!isUnderstood(from) || !isValidAt(from, at) || below >= longestPath - 1) return false
    for (const root of roots) if (await issued(from, root, below)) return true
    for (const by of others) if ((await issued(from, by, below)) && (await goesUp(by, below + 1))) return true
    return false
  }
  return await goesUp(leaf, 0)
}

/** The hash of a signature algorithm; null for one that is not known. */
export function hashSigned(oid: string, digest: string): Hash | null {
  return (oid === plainRsa ? hashes[digest] : signatureHashes[oid]) ?? null
}

/** Check RSA (PKCS #1 v1.5) or ECDSA, as the certificate's key is. Throws Unknown where the browser cannot. */
export async function isSignedBy(
  { key }: Certificate,
  hash: Hash | null,
  message: Bytes,
  signature: Bytes,
): Promise<boolean> {
  if (hash === null) return false
  const [id, parameter] = insideOf(insideOf(key, tags.sequence)[0], tags.sequence)
  const kind = oidOf(id)
  if (kind === elliptic) {
    const [namedCurve, size] = curves[oidOf(parameter)] ?? []
    if (namedCurve === undefined || size === undefined) return false
    const plain = plainSignature(signature, size)
    return (
      plain !== null &&
      (await holdsFor({ name: 'ECDSA', namedCurve }, { name: 'ECDSA', hash }, key.whole, message, plain))
    )
  }
  const rsa = { name: 'RSASSA-PKCS1-v1_5', hash }
  return kind === plainRsa && (await holdsFor(rsa, rsa, key.whole, message, signature))
}

async function holdsFor(
  importing: EcKeyImportParams | RsaHashedImportParams,
  verifying: EcdsaParams | RsaHashedImportParams,
  key: Bytes,
  message: Bytes,
  signature: Bytes,
): Promise<boolean> {
  let known: CryptoKey
  try {
    known = await crypto.subtle.importKey('spki', key, importing, false, ['verify'])
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') throw new Unknown()
    return false
  }
  return await crypto.subtle.verify(verifying, known, signature, message)
}

/** r and s of a DER signature, each of `size` bytes, as browsers want them. Null for another form. */
function plainSignature(signature: Bytes, size: number): Bytes | null {
  const numbers = insideOf(derOf(signature), tags.sequence).map((one) => {
    const number = contentOf(one, tags.integer)
    const plain = number[0] === 0 ? number.slice(1) : number
    return (number[0] ?? 255) > 127 || plain.length > size ? null : joined([new Uint8Array(size - plain.length), plain])
  })
  const [r, s, ...more] = numbers
  return r && s && more.length === 0 ? joined([r, s]) : null
}

function maySign({ extensions }: Certificate, below: number): boolean {
  const found = extensions.get(extensionIds.constraints)
  if (found === undefined) return false
  const [isAuthority, longest] = insideOf(derOf(found.value), tags.sequence)
  const usage = usageOf(extensions)
  const isFree = longest === undefined || below <= Number.parseInt(toHex(contentOf(longest, tags.integer)), 16)
  return (
    isAuthority?.tag === 0x01 && isAuthority.content[0] === 255 && isFree && (usage === null || (usage & 0x04) !== 0)
  )
}

/** The first byte of the key usage: digitalSignature is its highest bit. */
function usageOf(extensions: Certificate['extensions']): number | null {
  const found = extensions.get(extensionIds.usage)
  return found === undefined ? null : (contentOf(derOf(found.value), tags.bits)[1] ?? 0)
}

function isUnderstood({ extensions }: Certificate): boolean {
  const understood: readonly string[] = Object.values(extensionIds)
  return [...extensions].every(([id, { isCritical }]) => !isCritical || understood.includes(id))
}
