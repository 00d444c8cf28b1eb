// A refused sign-in, with what the client must be told in WWW-Authenticate.

import { Problem } from '@sallyport/protocol'
import { algorithmNames } from './signature-algorithms.ts'

/** SPEC: RFC 6750 section 3.1, RFC 9449 section 7.1. */
export type SignInError = 'invalid_token' | 'invalid_dpop_proof' | 'use_dpop_nonce' | 'insufficient_scope'

/** Make the Problem for a refused sign-in. `state` is our own text: it stands in a quoted header value. */
export function refused(error: SignInError | null, state: string, dpopNonce?: string): Problem {
  const parameters = [
    ...(error === null ? [] : [`error="${error}"`, `error_description="${state.replaceAll(/[^ !#-[\]-~]/g, '')}"`]),
    `algs="${algorithmNames.join(' ')}"`,
  ]
  const details = {
    wwwAuthenticate: `DPoP ${parameters.join(', ')}`,
    ...(dpopNonce === undefined ? {} : { dpopNonce }),
  }
  return new Problem('not-signed-in', `cannot verify sign-in: ${state}`, { details })
}
