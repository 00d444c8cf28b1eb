// Who calls, asked before anything of a body is read: whoever has no good token makes this gate hold nothing of theirs.

import type { DescMethod } from '@bufbuild/protobuf'
import { createContextKey, type ContextValues, type HandlerContext } from '@connectrpc/connect'
import { Problem } from '@sallyport/protocol'
import { AccessService, Health, WellKnownService } from '@sallyport/protocol/kas'
import type { Place } from '../../policy/index.ts'
import { asConnectError } from './call-faults.ts'
import type { KasCaller, KasDoorParts } from './ports.ts'

interface Arrival {
  readonly place: Place
  /** The path that the client asked for, which its DPoP proof names. */
  readonly path: string
}

const arrivalKey = createContextKey<Arrival | null>(null)
const callerKey = createContextKey<KasCaller | null>(null)

/** What anybody may call. Every other method, also one that is added later, wants a token. */
const openMethods: ReadonlySet<DescMethod> = new Set<DescMethod>([
  AccessService.method.publicKey,
  AccessService.method.legacyPublicKey,
  WellKnownService.method.getWellKnownConfiguration,
  Health.method.check,
])

/** Make what Connect asks before it reads a request. Throws ConnectError with the challenge, in the call's own wire form. */
export function makeSignIn(parts: Pick<KasDoorParts, 'verify' | 'config' | 'log'>) {
  return async (context: HandlerContext): Promise<void> => {
    if (openMethods.has(context.method)) return
    try {
      const { path, place } = arrivalOf(context)
      const header = (name: string): string | undefined => context.requestHeader.get(name) ?? undefined
      const caller = await parts.verify({
        authorization: header('Authorization'),
        dpop: header('DPoP'),
        method: context.requestMethod,
        url: `${parts.config.origin}${path}`,
        expectedPurpose: 'kas',
        browser: { cookie: header('Cookie'), origin: header('Origin'), fetchSite: header('Sec-Fetch-Site'), place },
      })
      context.values.set(callerKey, caller)
      // SPEC: RFC 9449 section 8.2: the next nonce comes with an answer, so that none has to be asked for again.
      if (caller.nextNonce !== null) context.responseHeader.set('DPoP-Nonce', caller.nextNonce)
    } catch (error) {
      const refused = asConnectError(error, parts.log)
      // In gRPC the metadata of an error are trailers, and some clients look for a challenge in headers alone.
      if (context.protocolName !== 'connect') {
        for (const [name, value] of refused.metadata) context.responseHeader.set(name, value)
      }
      throw refused
    }
  }
}

export function setArrival(values: ContextValues, arrival: Arrival): ContextValues {
  return values.set(arrivalKey, arrival)
}

export function arrivalOf(context: HandlerContext): Arrival {
  const arrival = context.values.get(arrivalKey)
  if (arrival === null) throw new Problem('internal', 'cannot answer: the request did not come through the handler')
  return arrival
}

/** Who signed in for this call. Throws Problem `internal` in a method that is open. */
export function callerOf(context: HandlerContext): KasCaller {
  const caller = context.values.get(callerKey)
  if (caller === null) throw new Problem('internal', 'cannot answer: nobody signed in for this call')
  return caller
}
