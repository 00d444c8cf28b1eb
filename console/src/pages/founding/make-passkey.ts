// Enrolling as a founder with a passkey: the code says which founder, and what is made signs in as well.

import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser'
import { askSession, type SessionAnswer } from '../../session/session.ts'

interface Begun {
  readonly challengeId: string
  readonly options: PublicKeyCredentialCreationOptionsJSON
}

/** Let the founder make a passkey. Throws Error when they break it off, and a problem where the code opens nothing. */
export async function makeFounderPasskey(code: string): Promise<SessionAnswer> {
  const { challengeId, options } = await askSession<Begun>('POST', '/api/v1/founding/passkey/options', { code })
  const { startRegistration } = await import('@simplewebauthn/browser')
  const response = await startRegistration({ optionsJSON: options })
  return await askSession<SessionAnswer>('POST', '/api/v1/founding/passkey', { code, challengeId, response })
}
