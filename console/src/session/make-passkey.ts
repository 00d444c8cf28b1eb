// Making a passkey, which signs in as well: at whatever address opens to what the person holds.

import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser'
import { askSession, type SessionAnswer } from './session.ts'

interface Begun {
  readonly challengeId: string
  readonly options: PublicKeyCredentialCreationOptionsJSON
}

/** Let the person make a passkey by what is `held`. Throws Error when they break it off, and a problem where it opens nothing. */
export async function makePasskeyAt(path: string, held: Readonly<Record<string, string>>): Promise<SessionAnswer> {
  const { challengeId, options } = await askSession<Begun>('POST', `${path}/options`, held)
  const { startRegistration } = await import('@simplewebauthn/browser')
  const response = await startRegistration({ optionsJSON: options })
  return await askSession<SessionAnswer>('POST', path, { ...held, challengeId, response })
}
