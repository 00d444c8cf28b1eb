// The methods of the OpenTDF services, as far as clients call them.

import { Code, ConnectError, type ConnectRouter, type ServiceImpl } from '@connectrpc/connect'
import {
  AccessService,
  AttributesService,
  Health,
  KeyAccessServerRegistryService,
  ServingStatus,
  WellKnownService,
  type GetAttributeRequest,
  type ListAttributesRequest,
} from '@sallyport/protocol/kas'
import { writeAnswer, type PolicyResult } from './answer.ts'
import { guard } from './call-faults.ts'
import type { KasDoorParts } from './ports.ts'
import {
  attributeDefinition,
  attributeList,
  attributeValues,
  keyAccessServers,
  keyMappings,
  publicKey,
  wellKnown,
} from './publish.ts'
import { rewrap } from './rewrap.ts'
import { arrivalOf, callerOf } from './sign-in.ts'

/** What anybody may send, and what somebody who signed in may. */
const openBytes = 16 * 1024
const signedInBytes = 4 * 1024 * 1024

export type Count = (policies: readonly PolicyResult[]) => void

/** Register the methods; `count` hears the outcome of every rewrap. */
export function route(router: ConnectRouter, parts: KasDoorParts, count: Count): void {
  const guarded = guard(parts)
  const open = { readMaxBytes: openBytes }
  const signedIn = { readMaxBytes: signedInBytes }
  const { publicKey: key, legacyPublicKey, rewrap: release } = AccessService.method
  router.rpc(
    key,
    guarded((asked: KeyQuestion) => askedKey(parts, asked)),
    open,
  )
  router.rpc(
    legacyPublicKey,
    guarded(({ algorithm }: { algorithm: string }) => ({ value: publicKey(parts, algorithm).publicKeyPem })),
    open,
  )
  router.rpc(
    release,
    guarded(async ({ signedRequestToken }: { signedRequestToken: string }, context) => {
      const additionalContext = context.requestHeader.get('X-Rewrap-Additional-Context')
      const { place } = arrivalOf(context)
      const outcome = await rewrap(parts, { caller: callerOf(context), place, signedRequestToken, additionalContext })
      count(outcome.policies)
      return writeAnswer(outcome.version, outcome.sessionPublicKeyPem, outcome.policies)
    }),
    signedIn,
  )
  const getWellKnownConfiguration = guarded(() => ({ configuration: wellKnown(parts) }))
  router.service(WellKnownService, { getWellKnownConfiguration }, open)
  const listKeyAccessServers = guarded(() => keyAccessServers(parts))
  router.service(KeyAccessServerRegistryService, { listKeyAccessServers }, signedIn)
  router.service(AttributesService, attributeMethods(parts), signedIn)
  const check = guarded(async () => {
    return { status: (await parts.isReady()) ? ServingStatus.SERVING : ServingStatus.NOT_SERVING }
  })
  router.service(Health, { check }, open)
}

/** Names of programs are nobody's business outside of the roster; inside, only who may read the labels gets a list. */
function attributeMethods(parts: KasDoorParts): Partial<ServiceImpl<typeof AttributesService>> {
  const guarded = guard(parts)
  const rostered = <I, O>(answer: (request: I) => Promise<O>) =>
    guarded(async (request: I, context) => {
      if (await parts.isRostered(callerOf(context))) return await answer(request)
      throw new ConnectError('forbidden', Code.PermissionDenied)
    })
  return {
    getAttributeValuesByFqns: rostered(({ fqns }: { fqns: string[] }) => attributeValues(parts, fqns)),
    getKeyMappingsByFqns: rostered(({ fqns }: { fqns: string[] }) => keyMappings(parts, fqns)),
    getAttribute: rostered(async ({ identifier }: GetAttributeRequest) =>
      attributeDefinition(parts, identifier.case === 'fqn' ? identifier.value : ''),
    ),
    listAttributes: guarded(async ({ namespace, pagination }: ListAttributesRequest, context) => {
      const fqns = await parts.listLabels(callerOf(context), arrivalOf(context).place)
      return attributeList(parts, fqns, { namespace, offset: Math.max(pagination?.offset ?? 0, 0) })
    }),
  }
}

export interface KeyQuestion {
  readonly algorithm: string
  readonly fmt: string
  readonly v: string
}

/** Answer which key to wrap to. Clients of version 1 are not told its id. */
export function askedKey(parts: KasDoorParts, { algorithm, fmt, v }: KeyQuestion) {
  if (fmt !== '' && fmt !== 'pkcs8') throw new ConnectError('this gate gives PEM keys alone', Code.InvalidArgument)
  const { kid, publicKeyPem } = publicKey(parts, algorithm)
  return { publicKey: publicKeyPem, kid: v === '1' ? '' : kid }
}
