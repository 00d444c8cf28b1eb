// Problems on this wire: as errors of Connect, which writes them in the form that the client called in.

import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect'
import { Problem, type ProblemCode } from '@sallyport/protocol'
import type { KasDoorParts } from './ports.ts'

const codes: Readonly<Record<ProblemCode, Code>> = {
  'invalid-request': Code.InvalidArgument,
  'not-signed-in': Code.Unauthenticated,
  refused: Code.PermissionDenied,
  'not-found': Code.NotFound,
  conflict: Code.Aborted,
  'precondition-failed': Code.Aborted,
  'too-large': Code.ResourceExhausted,
  'unsupported-media-type': Code.InvalidArgument,
  'invalid-file': Code.InvalidArgument,
  'key-reused': Code.InvalidArgument,
  'too-many-requests': Code.ResourceExhausted,
  internal: Code.Internal,
  unavailable: Code.Unavailable,
}

type Impl<I, O> = (request: I, context: HandlerContext) => Promise<O> | O

/** Make what turns the faults of a method into errors of this wire. */
export function guard({ log }: Pick<KasDoorParts, 'log'>) {
  return <I, O>(implementation: Impl<I, O>) =>
    async (request: I, context: HandlerContext): Promise<O> => {
      try {
        return await implementation(request, context)
      } catch (error) {
        throw asConnectError(error, log)
      }
    }
}

export function asConnectError(error: unknown, log: KasDoorParts['log']): ConnectError {
  if (error instanceof ConnectError) return error
  if (!(error instanceof Problem) || error.code === 'internal') {
    log.error({ error }, 'a call to the kas door failed')
    return new ConnectError('internal error', Code.Internal)
  }
  return new ConnectError(error.message, codes[error.code], headersOf(error))
}

function headersOf({ details }: Problem): Record<string, string> {
  const { wwwAuthenticate, dpopNonce } = details
  return {
    ...(typeof wwwAuthenticate === 'string' ? { 'WWW-Authenticate': wwwAuthenticate } : {}),
    ...(typeof dpopNonce === 'string' ? { 'DPoP-Nonce': dpopNonce } : {}),
  }
}
