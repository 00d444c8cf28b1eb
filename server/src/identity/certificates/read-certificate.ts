// What a person's certificate says: what it is for, and whom it names. SPEC: RFC 5280 section 4.2.1, FIPS 201-3 section 4.3.

import { hash, type X509Certificate } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { DirectoryString, SubjectAlternativeName, type GeneralName } from '@peculiar/asn1-x509'
import { KeyUsageFlags, KeyUsagesExtension, X509Certificate as Parsed } from '@peculiar/x509'
import type { CertificateName } from './certificate-rules.ts'

const alternativeNames = '2.5.29.17'
const clientAuthentication = '1.3.6.1.5.5.7.3.2'
/** SPEC: FIPS 201-3, NIST SP 800-78-5: the key that a card uses without its PIN: it proves the card and not its holder. */
const cardAuthentication = '2.16.840.1.101.3.6.8'
const upnType = '1.3.6.1.4.1.311.20.2.3'
const fascnType = '2.16.840.1.101.3.6.6'

/** Whether a certificate is one that its holder signs in with: an end entity's, for signatures, for client authentication. */
export function isForSignIn(certificate: X509Certificate): boolean {
  const usage = new Parsed(new Uint8Array(certificate.raw)).getExtension(KeyUsagesExtension)
  const purposes: readonly string[] = certificate.keyUsage ?? []
  return (
    !certificate.ca &&
    usage !== null &&
    (usage.usages & KeyUsageFlags.digitalSignature) !== 0 &&
    purposes.includes(clientAuthentication) &&
    !purposes.includes(cardAuthentication)
  )
}

/**
 * Name a certificate's person as its authority is configured to: the kind, a colon, the name. Null where it has no such name, more than
 * one, or one that could not stand in the ledger. ATTACKER: whoever issued it wrote it.
 */
export function subjectOfCertificate(certificate: X509Certificate, by: CertificateName): string | null {
  if (by === 'key') return `key:${hash('sha256', spkiOf(certificate), 'base64url')}`
  const found = namesOf(certificate).flatMap((name) => readName(name, by))
  const [only = ''] = found
  const isPlain = only.length > 0 && only.length <= 240 && only.isWellFormed() && !/[\p{Cc}\s]/u.test(only)
  return found.length === 1 && isPlain ? `${by}:${only}` : null
}

function spkiOf({ publicKey }: X509Certificate): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' })
}

function namesOf(certificate: X509Certificate): readonly GeneralName[] {
  const extension = new Parsed(new Uint8Array(certificate.raw)).getExtension(alternativeNames)
  return extension === null ? [] : [...AsnConvert.parse(extension.value, SubjectAlternativeName)]
}

function readName({ rfc822Name, otherName }: GeneralName, by: Exclude<CertificateName, 'key'>): readonly string[] {
  if (by === 'email') return rfc822Name === undefined ? [] : [rfc822Name]
  if (by === 'upn')
    return otherName?.typeId === upnType ? [AsnConvert.parse(otherName.value, DirectoryString).toString()] : []
  if (otherName?.typeId !== fascnType) return []
  return [Buffer.from(AsnConvert.parse(otherName.value, OctetString).buffer).toString('hex')]
}
