// Certificates of our own for a gate that was given none: a private authority in the data folder, which whoever wants to
// trust this gate imports, and a server certificate that it signs. The authority can speak for the gate's own names only
// (name constraints), so that trusting it risks nothing else.

// oxlint-disable-next-line import/no-unassigned-import -- it only puts functions on Reflect
import './reflect-metadata.ts'
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { Problem } from '@sallyport/protocol'
import type { Clock } from './clock.ts'
import { takeProcessLock } from './process-lock.ts'

export interface SelfSigned {
  readonly certPem: string
  readonly keyPem: string
  /** The authority's certificate, for clients to trust. */
  readonly caPem: string
}

export interface SelfSignedOptions {
  /** Private to us; made if it is missing. */
  readonly directory: string
  /** DNS names and addresses besides localhost, 127.0.0.1 and ::1. */
  readonly hostnames: readonly string[]
  readonly clock: Clock
}

const dayMs = 86_400_000
const authorityDays = 3650
const serverDays = 397
const renewalDays = 60
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * Read the certificates in the folder, or make what is missing, damaged, for other names or near its end. The authority
 * stays as long as it can. Throws Problem `invalid-request` for a hostname that is neither a DNS name nor an address.
 */
export async function ensureSelfSigned(options: SelfSignedOptions): Promise<SelfSigned> {
  const hosts = [...new Set(['localhost', '127.0.0.1', '::1', ...options.hostnames.map((host) => host.toLowerCase())])]
  for (const host of hosts) refuseStrangeHost(host)
  await mkdir(options.directory, { recursive: true, mode: 0o700 })
  await chmod(options.directory, 0o700)
  const lock = await takeProcessLock(join(options.directory, 'certificates.lock'), 30_000)
  try {
    const nowMs = options.clock.now()
    const authority = await ensureAuthority(options.directory, hosts, nowMs)
    const server = await ensureServer(options.directory, hosts, nowMs, authority)
    return { certPem: server.certPem, keyPem: server.keyPem, caPem: authority.certPem }
  } finally {
    lock.release()
  }
}

interface Pair {
  readonly certPem: string
  readonly keyPem: string
}

async function ensureAuthority(folder: string, hosts: readonly string[], nowMs: number): Promise<Pair> {
  const constraints = nameConstraints(hosts)
  const existing = await readPair(folder, 'authority')
  if (existing !== null) {
    const certificate = new X509Certificate(existing.certPem)
    const isOurs = certificate.raw.includes(Buffer.from(constraints))
    if (isOurs && certificate.ca && isCurrent(certificate, nowMs, serverDays + renewalDays)) return existing
  }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Sallyport authority of this gate'] }],
    keys,
    signingAlgorithm: algorithm,
    ...lifetime(nowMs, authorityDays),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      // SPEC: RFC 5280 section 4.2.1.10.
      new Extension('2.5.29.30', true, constraints),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return writePair(folder, 'authority', {
    certPem: certificate.toString('pem'),
    keyPem: await exportKey(keys.privateKey),
  })
}

async function ensureServer(folder: string, hosts: readonly string[], nowMs: number, authority: Pair): Promise<Pair> {
  const issuer = new X509Certificate(authority.certPem)
  const existing = await readPair(folder, 'server')
  if (existing !== null) {
    const certificate = new X509Certificate(existing.certPem)
    const isForAll = hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)))
    const isIssued = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
    if (isForAll && isIssued && isCurrent(certificate, nowMs, renewalDays)) return existing
  }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: ['Sallyport gate'] }],
    issuer: [{ CN: ['Sallyport authority of this gate'] }],
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.keyPem),
    signingAlgorithm: algorithm,
    ...lifetime(nowMs, serverDays),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }))),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(await publicKeyOf(issuer)),
    ],
  })
  return writePair(folder, 'server', { certPem: certificate.toString('pem'), keyPem: await exportKey(keys.privateKey) })
}

// ---- Files

/** Null when one is missing, unreadable, or not of the other's key. */
async function readPair(folder: string, name: string): Promise<Pair | null> {
  try {
    const [certPem, keyPem] = await Promise.all([
      readFile(join(folder, `${name}.pem`), 'utf8'),
      readFile(join(folder, `${name}-key.pem`), 'utf8'),
    ])
    return new X509Certificate(certPem).checkPrivateKey(createPrivateKey(keyPem)) ? { certPem, keyPem } : null
  } catch {
    return null
  }
}

async function writePair(folder: string, name: string, pair: Pair): Promise<Pair> {
  await writePrivately(join(folder, `${name}-key.pem`), pair.keyPem)
  await writePrivately(join(folder, `${name}.pem`), pair.certPem)
  return pair
}

async function writePrivately(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`
  const file = await open(fresh, 'w', 0o600)
  try {
    await file.chmod(0o600)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, path)
}

// ---- Certificates

function lifetime(nowMs: number, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(nowMs), notAfter: new Date(nowMs + days * dayMs) }
}

/** Certificates tell seconds, so that a fresh one may seem to begin within this one. */
function isCurrent(certificate: X509Certificate, nowMs: number, daysLeft: number): boolean {
  return certificate.validFromDate.getTime() <= nowMs && certificate.validToDate.getTime() > nowMs + daysLeft * dayMs
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  return String(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }))
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' })
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}

async function publicKeyOf(certificate: X509Certificate): Promise<webcrypto.CryptoKey> {
  const der = certificate.publicKey.export({ format: 'der', type: 'spki' })
  return webcrypto.subtle.importKey('spki', der, algorithm, true, ['verify'])
}

function refuseStrangeHost(host: string): void {
  const isName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(host)
  if (isIP(host) !== 0 || isName) return
  throw new Problem(
    'invalid-request',
    'cannot make a certificate: a hostname is neither a DNS name nor an address, want one',
  )
}

/** SPEC: RFC 5280 section 4.2.1.10: permittedSubtrees [0], each a dNSName [2], or an iPAddress [7] with its mask. */
function nameConstraints(hosts: readonly string[]): Uint8Array<ArrayBuffer> {
  const subtrees = hosts.map((host) => {
    if (isIP(host) === 0) return der(0x30, der(0x82, Buffer.from(host, 'latin1')))
    const address = isIP(host) === 4 ? Buffer.from(host.split('.').map(Number)) : bytesOfIPv6(host)
    return der(0x30, der(0x87, Buffer.concat([address, Buffer.alloc(address.length, 255)])))
  })
  return new Uint8Array(der(0x30, der(0xa0, Buffer.concat(subtrees))))
}

function der(tag: number, content: Buffer): Buffer {
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

function bytesOfIPv6(host: string): Buffer {
  // The URL parser writes an address in its one normal form, without embedded dotted quads.
  const normal = new URL(`http://[${host}]`).hostname.slice(1, -1)
  const [head = '', tail] = normal.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const end = groups(tail ?? '')
  const zeros = Array<string>(8 - groups(head).length - end.length).fill('0')
  return Buffer.from([...groups(head), ...zeros, ...end].map((group) => group.padStart(4, '0')).join(''), 'hex')
}
