// Which certificates people may sign in with: of whom, by what they name a person, and by which lists they are known to be revoked.

import type { X509Certificate } from 'node:crypto'

/** What of a certificate names its person: an alternative name of a card, a mail address, or the key itself. */
export type CertificateName = 'upn' | 'fascn' | 'email' | 'key'

export interface CertificateAuthority {
  /** `[a-z0-9-]`; it stands in the issuer of whoever signs in by it. */
  readonly id: string
  /** Where chains end. */
  readonly anchors: readonly X509Certificate[]
  /** What stands between them and people's certificates. */
  readonly intermediates: readonly X509Certificate[]
  readonly subject: CertificateName
  /** Files of revocation lists, PEM or DER, one at least for each of its certificates that issued something. */
  readonly revocationLists: readonly string[]
}

export interface CertificateRules {
  /** Of the listener that asks for certificates. */
  readonly origin: string
  readonly authorities: readonly CertificateAuthority[]
  /** A list that was made longer ago is not believed, whatever it says of itself. */
  readonly longestListAgeMs: number
}

/** The issuer of identities that certificates of an authority are. */
export function certificateIssuer(authority: string): string {
  return `urn:sallyport:certificate:${authority}`
}
