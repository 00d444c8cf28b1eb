// What is said to the gate's key access server to have a share of a file's key, and what its answer means: the share comes back
// wrapped to a key that lives for one request, or the answer says why not. How it is signed and sent, the caller knows: here is
// nothing of Node and nothing of a browser.
// SPEC: OpenTDF key access, kas.AccessService/Rewrap over Connect with JSON; the v2 form of the request body.

import { fromBase64, parseId, Problem, toBase64, utf8 } from '@sallyport/protocol'
import * as z from 'zod'
import type { ReleaseRequest } from '../tdf/release-key.ts'
import { createReleaseKey } from '../tdf/wrap.ts'
import type { Refused } from './outcome.ts'

/** A share, and what whoever receives it must be told or do. */
export interface Released {
  readonly outcome: 'released'
  readonly share: Uint8Array
  /** Null when an old or foreign gate did not name its decision. */
  readonly decisionId: string | null
  /** The ledger's receipt for the decision, as it came and unchecked; null when an old or foreign gate gave none. */
  readonly receipt: unknown
  readonly obligations: readonly Told[]
}

/** A refusal to release. `unacknowledged` is what the person has to be told first; empty when that would not help. */
export interface Withheld extends Refused {
  readonly unacknowledged: readonly Told[]
  /** As of what was released; null too for a refusal of the whole call. */
  readonly receipt: unknown
}

/** An obligation by its OpenTDF name; `text` is null where the gate did not say it in words. */
export interface Told {
  readonly fqn: string
  readonly text: string | null
}

export const rewrapPath = '/kas.AccessService/Rewrap'
/** What is being done, for messages. */
export const receiving = 'receive the key of the file'

/** The one proviso that a person fulfils: by being told, and saying so. Others take a program that keeps them. */
export const acknowledgement = 'acknowledge'
const unfulfilled = 'obligation-not-fulfillable'

const toldTexts = z.array(z.object({ fqn: z.string(), text: z.string() }))
const reasons = z.array(z.object({ code: z.string(), text: z.string(), fix: z.string(), ask: z.string() }))
const answerShape = z.looseObject({
  sessionPublicKey: z.string().default(''),
  responses: z.array(
    z.looseObject({
      results: z.array(
        z.looseObject({
          keyAccessObjectId: z.string(),
          status: z.string(),
          kasWrappedKey: z.string().optional(),
          error: z.string().optional(),
          metadata: z.record(z.string(), z.unknown()).default({}),
        }),
      ),
    }),
  ),
})
type Answer = z.infer<typeof answerShape>
type Result = Answer['responses'][number]['results'][number]

/** One request for one share, ready to be signed and sent. */
export interface RewrapExchange {
  /** What stands in the payload of the signed request token, beside `iat` and `exp`. */
  readonly requestBody: string
  readonly headers: Readonly<Record<string, string>>
  /** Read the body of an answer of status 200. */
  read(text: string): Promise<Released | Withheld>
}

/**
 * Make the request for one share. Reading its answer, a refusal is a value; Problem invalid-file is thrown when the gate finds the
 * file altered or when the file names another gate than `origin`. `fulfilled` names the obligations that whoever receives the content
 * keeps (`acknowledge`: they were shown what binds them): the caller keeps them before it uses the share.
 */
export async function rewrapExchange(
  origin: string,
  request: ReleaseRequest,
  fulfilled: readonly string[],
): Promise<RewrapExchange> {
  // ATTACKER: whoever wrote the file chose the address in it. It is compared, and never called.
  const named = originOf(request.keyAccess.url)
  if (named !== origin) {
    throw new Problem(
      'invalid-file',
      `cannot ${receiving}: the file names the gate ${named ?? 'of no address'}, want ${origin}`,
    )
  }
  const releaseKey = await createReleaseKey()
  return {
    requestBody: requestBody(request, releaseKey.publicKeyPem),
    headers: {
      'content-type': 'application/json',
      'connect-protocol-version': '1',
      'x-rewrap-additional-context': additionalContext(request, fulfilled),
    },
    async read(text) {
      const answer = parseAnswer(text)
      const result = answer.responses[0]?.results[0]
      if (result === undefined || answer.responses.length !== 1)
        throw malformed('it is not about the one key asked for')
      if (result.status !== 'permit') return refusal(result, fulfilled)
      const wrapped = fromBase64(result.kasWrappedKey ?? '')
      if (wrapped === null) throw malformed('the wrapped key is not base64')
      const share = await releaseKey.unwrap(wrapped, answer.sessionPublicKey)
      const receipt = receiptOf(result)
      return { outcome: 'released', share, decisionId: decisionOf(result), receipt, obligations: toldBy(result) }
    },
  }
}

function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null
}

function requestBody({ policyText, keyAccessWire }: ReleaseRequest, clientPublicKey: string): string {
  const keyAccessObjects = [{ keyAccessObjectId: 'kao-0', keyAccessObject: keyAccessWire }]
  return JSON.stringify({
    clientPublicKey,
    requests: [{ policy: { id: 'policy', body: policyText }, keyAccessObjects }],
  })
}

/** Say which obligations are fulfilled here. Their names stand in the namespaces of the file's labels. */
function additionalContext({ policy }: ReleaseRequest, fulfilled: readonly string[]): string {
  const namespaces = [...new Set(policy.labels.map(({ namespace }) => namespace))]
  const fulfillableFQNs = fulfilled.flatMap((name) =>
    namespaces.map((one) => `https://${one}/obl/proviso/value/${name}`),
  )
  return toBase64(utf8(JSON.stringify({ obligations: { fulfillableFQNs } })))
}

function parseAnswer(text: string): Answer {
  try {
    return answerShape.parse(JSON.parse(text))
  } catch (cause) {
    throw malformed('it has another shape', cause)
  }
}

/** Read what was not permitted. SPEC: OpenTDF clients tell the kinds apart by the code's name inside `error`. */
function refusal(result: Result, fulfilled: readonly string[]): Withheld {
  const { error = '', metadata } = result
  if (error.includes('InvalidArgument')) {
    throw new Problem(
      'invalid-file',
      `cannot ${receiving}: its key or its policy was altered, want the file as it was sealed`,
    )
  }
  if (!error.includes('PermissionDenied')) {
    throw new Problem('unavailable', `cannot ${receiving}: the gate could not decide, want it to answer`, {
      details: { error },
    })
  }
  const names = obligationsOf(result)
  const why = reasons.safeParse(metadata['X-Sallyport-Reasons']).data ?? []
  const worded = wordedIn(result)
  const wouldHelp =
    why.every(({ code }) => code === unfulfilled) &&
    worded.every(({ fqn }) =>
      [acknowledgement, ...fulfilled].some((name) => fqn.endsWith(`/obl/proviso/value/${name}`)),
    )
  return {
    outcome: 'refused',
    decisionId: decisionOf(result),
    reasons: why,
    receipt: receiptOf(result),
    unacknowledged: wouldHelp ? worded : [],
    detail: names.length === 0 ? null : `The gate says only: ${names.map((name) => name.split('/').at(-1)).join(', ')}`,
  }
}

function wordedIn({ metadata }: Result): readonly Told[] {
  return toldTexts.safeParse(metadata['X-Sallyport-Obligations']).data ?? []
}

function decisionOf({ metadata }: Result): string | null {
  return parseId<'decision'>(metadata['X-Sallyport-Decision'])
}

function receiptOf({ metadata }: Result): unknown {
  return metadata['X-Sallyport-Receipt'] ?? null
}

function toldBy(result: Result): readonly Told[] {
  const texts = wordedIn(result)
  // Two provisos may ask for the same obligation in different words; both are told.
  const unworded = obligationsOf(result).filter((fqn) => texts.every((one) => one.fqn !== fqn))
  return [...texts, ...unworded.map((fqn) => ({ fqn, text: null }))]
}

function obligationsOf({ metadata }: Result): readonly string[] {
  return z.array(z.string()).safeParse(metadata['X-Required-Obligations']).data ?? []
}

function malformed(state: string, cause?: unknown): Problem {
  return new Problem('internal', `cannot ${receiving}: the gate's answer cannot be used, ${state}, want a whole one`, {
    cause,
  })
}
