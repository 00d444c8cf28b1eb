// From a certificate that proved its key in a TLS handshake to an identity. OpenSSL has verified the chain in that handshake; here is
// found whose it is, whether it is for signing in, whether any of the chain was revoked, and whom it names.

import type { X509Certificate } from 'node:crypto'
import type { SignInIdentity } from '../bind-person.ts'
import { SignInFault, type SignInFaultCode } from '../issuer-sign-in/sign-in-fault.ts'
import { certificateIssuer, type CertificateAuthority } from './certificate-rules.ts'
import { isForSignIn, subjectOfCertificate } from './read-certificate.ts'
import type { RevocationLists } from './revocation-lists.ts'

/** What a handshake showed. */
export interface PresentedCertificate {
  readonly certificate: X509Certificate | undefined
  /** What OpenSSL found wrong with its chain, in its words; null for nothing. */
  readonly chainTrouble: string | null
}

/** Of which authority a certificate is, and which one it is: what entries say of it. */
export interface CertificateFacts {
  readonly authority: string
  readonly serial: string
  readonly sha256: string
}

/** A certificate of an authority of ours that is not taken. */
export class CertificateRefused extends SignInFault {
  readonly facts: CertificateFacts

  constructor(code: SignInFaultCode, facts: CertificateFacts, why: string) {
    super(code, new Error(why))
    this.name = 'CertificateRefused'
    this.facts = facts
  }
}

export interface KnownAuthority {
  readonly authority: CertificateAuthority
  readonly lists: RevocationLists
}

const longestChain = 8

/**
 * Verify a certificate. Throws SignInFault: `certificate-missing` for none, `certificate-unknown` for one of nobody here, and
 * CertificateRefused for one of an authority here that is not taken. ATTACKER: anybody may present anything.
 */
export async function verifyCertificate(
  authorities: readonly KnownAuthority[],
  { certificate, chainTrouble }: PresentedCertificate,
): Promise<{ readonly identity: SignInIdentity; readonly facts: CertificateFacts }> {
  if (certificate === undefined) throw new SignInFault('certificate-missing')
  const found = chainOf(certificate, authorities)
  if (found === null) throw new SignInFault('certificate-unknown', new Error(chainTrouble ?? 'no authority issued it'))
  const { authority, lists } = found.of
  const { serialNumber: serial, fingerprint256 } = certificate
  const facts = { authority: authority.id, serial, sha256: fingerprint256.replaceAll(':', '').toLowerCase() }
  const refuse = (code: SignInFaultCode, why: string) => new CertificateRefused(code, facts, why)
  if (chainTrouble !== null) throw refuse(codeOf(chainTrouble), chainTrouble)
  if (!isForSignIn(certificate)) throw refuse('certificate-usage', 'it is not for client authentication')
  for (const { issued, issuer } of found.links) {
    const standing = await lists.standing(issuer)
    if (!standing.isHeld) throw refuse('certificate-lists', `${nameOf(issuer)}: ${standing.trouble}`)
    if (standing.list.names(issued.serialNumber))
      throw refuse('certificate-revoked', `${nameOf(issuer)} revoked ${issued.serialNumber}`)
  }
  const subject = subjectOfCertificate(certificate, authority.subject)
  if (subject === null) throw refuse('certificate-name', `it has not exactly one usable name (${authority.subject})`)
  return { identity: { issuer: certificateIssuer(authority.id), subject }, facts }
}

interface Link {
  readonly issued: X509Certificate
  readonly issuer: X509Certificate
}

/** Every step from the certificate to an anchor of one authority, through certificates that are configured and nothing else. */
function chainOf(
  certificate: X509Certificate,
  authorities: readonly KnownAuthority[],
): { readonly of: KnownAuthority; readonly links: readonly Link[] } | null {
  for (const of of authorities) {
    const links = stepsFrom(certificate, of.authority, longestChain)
    if (links !== null) return { of, links }
  }
  return null
}

function stepsFrom(issued: X509Certificate, authority: CertificateAuthority, left: number): readonly Link[] | null {
  const anchor = authority.anchors.find((one) => isIssuedBy(issued, one))
  if (anchor !== undefined) return [{ issued, issuer: anchor }]
  if (left === 0) return null
  for (const issuer of authority.intermediates) {
    if (issuer.fingerprint256 === issued.fingerprint256 || !isIssuedBy(issued, issuer)) continue
    const rest = stepsFrom(issuer, authority, left - 1)
    if (rest !== null) return [{ issued, issuer }, ...rest]
  }
  return null
}

function isIssuedBy(issued: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && issued.checkIssued(issuer) && issued.verify(issuer.publicKey)
}

function codeOf(trouble: string): SignInFaultCode {
  if (trouble === 'CERT_HAS_EXPIRED' || trouble === 'CERT_NOT_YET_VALID') return 'certificate-expired'
  return trouble === 'INVALID_PURPOSE' ? 'certificate-usage' : 'certificate-unknown'
}

function nameOf({ subject }: X509Certificate): string {
  return subject.replaceAll('\n', ', ')
}
