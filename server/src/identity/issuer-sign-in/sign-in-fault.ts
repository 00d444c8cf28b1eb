// Why a sign-in did not come about, by a code that the sign-in page has words for.

export const signInFaults = {
  expired: 'the sign-in took too long, was begun in another tab or browser, or was answered before',
  cancelled: 'the provider says that nobody signed in',
  mismatch: 'the answer is not one to this sign-in',
  unavailable: 'the provider cannot be reached',
  ended: 'the status of this person on the roster has ended',
  'certificate-missing': 'no certificate was shown',
  'certificate-unknown': 'no authority that this gate knows issued the certificate',
  'certificate-expired': 'the certificate has expired, or is not valid yet',
  'certificate-usage': 'the certificate is not one for signing in',
  'certificate-revoked': 'the certificate was revoked',
  'certificate-lists': 'the gate has no revocation list to hold the certificate against that is recent',
  'certificate-name': 'the certificate names nobody in the way that this gate asks for',
} as const

export type SignInFaultCode = keyof typeof signInFaults

export class SignInFault extends Error {
  readonly code: SignInFaultCode

  constructor(code: SignInFaultCode, cause?: unknown) {
    super(`cannot sign in: ${signInFaults[code]}`, { cause })
    this.name = 'SignInFault'
    this.code = code
  }
}
