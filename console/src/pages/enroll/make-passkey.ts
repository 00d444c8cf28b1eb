// Making a passkey with both halves of a link, which signs in as well.

import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser'
import { askSession, type SessionAnswer } from '../../session/session.ts'

/** `secret` is the link's half, `code` that of whoever asked for it. */
export interface Halves {
  readonly secret: string
  readonly code: string
}

interface Begun {
  readonly challengeId: string
  readonly options: PublicKeyCredentialCreationOptionsJSON
}

/** Let the person make a passkey. Throws Error when they break it off, and a problem where the halves open nothing. */
export async function makePasskey(halves: Halves): Promise<SessionAnswer> {
  const { challengeId, options } = await askSession<Begun>('POST', '/api/v1/enrollment/options', halves)
  const { startRegistration } = await import('@simplewebauthn/browser')
  const response = await startRegistration({ optionsJSON: options })
  return await askSession<SessionAnswer>('POST', '/api/v1/enrollment', { ...halves, challengeId, response })
}
