// Timestamps of an authority (RFC 3161): each is of a checkpoint of this ledger, and that is a beginning of the one of the packet.
// Whom to believe for the time is the reader's matter: the page shows whose root it is.

import { fromBase64, isEqual, joined, sha256, textOf, toHex, utf8, type Bytes } from './bytes.ts'
import {
  certificatesIn,
  hashes,
  hashSigned,
  isForTimestamps,
  isSignedBy,
  isValidAt,
  leadsToRoot,
  readCertificate,
  Unknown,
  type Certificate,
} from './certificates.ts'
import { contentOf, derOf, insideOf, oidOf, tags, timeIn, type Der } from './der.ts'
import type { Report } from './report.ts'
import { parseNote, signedBy, type Key } from './signatures.ts'
import type { Statement } from './statement.ts'
import { isBeginning } from './tree.ts'

export interface Times {
  readonly authorities: readonly { readonly name: string; readonly fingerprint: string }[]
  /** The first `size` entries were there then. */
  readonly of: readonly { readonly size: number; readonly at: number }[]
}

const oids = {
  signedData: '2a864886f70d010702',
  stamp: '2a864886f70d0109100104',
  contentType: '2a864886f70d010903',
  messageDigest: '2a864886f70d010904',
  signingCertificate: '2a864886f70d010910022f',
} as const
const mostBytes = 65_536

export async function checkTimestamps(
  { timestamps }: Statement,
  keys: readonly Key[],
  checkpoint: { readonly size: number; readonly root: Bytes },
  content: (name: string) => Promise<Bytes | null>,
  report: Report,
): Promise<Times | null> {
  if (timestamps === null) return null
  const roots = rootsIn(textOf((await content(timestamps.roots)) ?? utf8('')) ?? '')
  if (roots.length === 0) {
    report.fault('timestamps', 'There is no root of the authority for timestamps.')
    return null
  }
  const of = []
  for (const { size, checkpoint: name, answer, proof } of timestamps.of) {
    const what = `The timestamp on the checkpoint of ${size} entries`
    const [note, stamp] = [textOf((await content(name)) ?? utf8('')), await content(answer)]
    const root = note === null ? null : await rootSigned(note, size, keys)
    const path = proof.map(fromBase64)
    if (note === null || stamp === null || root === null) {
      report.fault('timestamps', `${what} is of no checkpoint that these keys signed.`)
    } else if (
      !path.every((one) => one !== null) ||
      !(await isBeginning(size, root, checkpoint.size, checkpoint.root, path))
    ) {
      report.fault('timestamps', `${what} is of another tree than the one of the packet.`)
    } else {
      const found = await timeOfStamp(stamp, utf8(note), roots)
      if (typeof found === 'number') of.push({ size, at: found })
      else if (found === 'unknown')
        report.leave('timestamps', `${what} is signed in a way that this browser does not know.`)
      else report.fault('timestamps', `${what} ${found}.`)
    }
  }
  const authorities = []
  for (const { name, der } of roots) authorities.push({ name, fingerprint: toHex(await sha256(der)) })
  return { authorities, of }
}

function rootsIn(pem: string): readonly Certificate[] {
  try {
    return certificatesIn(pem)
  } catch {
    return []
  }
}

/** The root of a checkpoint of this size. A signature that this browser cannot check is told of beside the packet's own. */
async function rootSigned(note: string, size: number, keys: readonly Key[]): Promise<Bytes | null> {
  const read = parseNote(note)
  const [origin, sizeText, rootText] = read?.text.split('\n') ?? []
  const root = fromBase64(rootText)
  if (read === null || root?.length !== 32 || sizeText !== String(size)) return null
  for (const key of keys) {
    const state = origin === key.name ? await signedBy(read, key) : 'bad'
    if (state !== 'good' && state !== 'unchecked') return null
  }
  return root
}

/** The time that an answer gives these bytes, or what is wrong with it. ATTACKER: anybody. */
async function timeOfStamp(answer: Bytes, bytes: Bytes, roots: readonly Certificate[]): Promise<number | string> {
  try {
    return answer.length > mostBytes ? 'is not written as one' : await verifiedTime(answer, bytes, roots)
  } catch (error) {
    return error instanceof Unknown ? 'unknown' : 'is not written as one'
  }
}

async function verifiedTime(answer: Bytes, bytes: Bytes, roots: readonly Certificate[]): Promise<number | string> {
  const [status, token] = insideOf(derOf(answer), tags.sequence)
  if ((contentOf(insideOf(status, tags.sequence)[0], tags.integer)[0] ?? 9) > 1) return 'is a refusal of the authority'
  const [type, wrapped] = insideOf(token, tags.sequence)
  if (oidOf(type) !== oids.signedData) return 'is not written as one'
  const signed = insideOf(insideOf(wrapped, 0xa0)[0], tags.sequence)
  const [stampType, inner] = insideOf(signed[2], tags.sequence)
  const signers = insideOf(signed.at(-1), tags.set)
  if (oidOf(stampType) !== oids.stamp || signers.length !== 1) return 'is not written as one'
  const content = contentOf(insideOf(inner, 0xa0)[0], tags.octets)
  const [, , imprint, , time] = insideOf(derOf(content), tags.sequence)
  const [algorithm, hashed] = insideOf(imprint, tags.sequence)
  const hash = hashes[oidOf(insideOf(algorithm, tags.sequence)[0])]
  if (hash === undefined || !isEqual(await digest(hash, bytes), contentOf(hashed, tags.octets)))
    return 'is of other bytes'
  const others = signed.slice(3, -1).filter(({ tag }) => tag === 0xa0)
  const certificates = others.flatMap((set) => insideOf(set, 0xa0)).map(({ whole }) => readCertificate(whole))
  const signer = await readSigner(signers[0], certificates)
  if (signer === null) return 'does not name the certificate of its signer'
  if (!isForTimestamps(signer.certificate)) return 'is signed by a certificate that is not for timestamps alone'
  if (!(await isSigned(signer, content))) return 'is not signed by the authority'
  const at = timeIn(time)
  if (!isValidAt(signer.certificate, at)) return 'is signed by a certificate that was not valid at its time'
  return (await leadsToRoot(signer.certificate, certificates, roots, at))
    ? at
    : 'does not lead to a root of the authority'
}

interface StampSigner {
  readonly certificate: Certificate
  readonly digestOid: string
  readonly signatureOid: string
  readonly attributes: Der
  readonly signature: Bytes
}

/** The signer, with the certificate that it names and whose hash is among what was signed. SPEC: RFC 5816. */
async function readSigner(der: Der | undefined, all: readonly Certificate[]): Promise<StampSigner | null> {
  const [, named, digestAlgorithm, attributes, signatureAlgorithm, signature] = insideOf(der, tags.sequence)
  const [issuer, serial] = insideOf(named, tags.sequence)
  if (attributes?.tag !== 0xa0) return null
  const bound = attributeOf(attributes, oids.signingCertificate)
  const [first] = insideOf(insideOf(bound, tags.sequence)[0], tags.sequence)
  const parts = insideOf(first, tags.sequence)
  const own = parts[0]?.tag === tags.sequence ? hashes[oidOf(insideOf(parts[0], tags.sequence)[0])] : 'SHA-256'
  const wanted = contentOf(parts[0]?.tag === tags.sequence ? parts[1] : parts[0], tags.octets)
  for (const certificate of all) {
    const isNamed =
      isEqual(certificate.issuer, issuer?.whole) && isEqual(certificate.serial, contentOf(serial, tags.integer))
    if (own === undefined || !isNamed || !isEqual(await digest(own, certificate.der), wanted)) continue
    return {
      certificate,
      digestOid: oidOf(insideOf(digestAlgorithm, tags.sequence)[0]),
      signatureOid: oidOf(insideOf(signatureAlgorithm, tags.sequence)[0]),
      attributes,
      signature: contentOf(signature, tags.octets),
    }
  }
  return null
}

async function isSigned(signer: StampSigner, content: Bytes): Promise<boolean> {
  const { certificate, digestOid, signatureOid, attributes, signature } = signer
  const [hash, signedHash] = [hashes[digestOid], hashSigned(signatureOid, digestOid)]
  if (hash === undefined || oidOf(attributeOf(attributes, oids.contentType)) !== oids.stamp) return false
  const named = contentOf(attributeOf(attributes, oids.messageDigest), tags.octets)
  if (!isEqual(await digest(hash, content), named)) return false
  // What is signed has the tag of a set, not the one that it has where it stands. SPEC: RFC 5652 section 5.4.
  const asSigned = joined([Uint8Array.of(tags.set), attributes.whole.slice(1)])
  return await isSignedBy(certificate, signedHash, asSigned, signature)
}

/** The one value of an attribute that is there once. */
function attributeOf(attributes: Der, id: string): Der | undefined {
  const found = insideOf(attributes, 0xa0).filter((one) => oidOf(insideOf(one, tags.sequence)[0]) === id)
  const values = insideOf(found[0] === undefined ? undefined : insideOf(found[0], tags.sequence)[1], tags.set)
  return found.length === 1 && values.length === 1 ? values[0] : undefined
}

async function digest(hash: string, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest(hash, bytes))
}
