// Asking the gate's key access server for a share of a file's key: it comes back wrapped to a key that lives for one
// request, or the answer says why not.
// SPEC: OpenTDF key access, kas.AccessService/Rewrap over Connect with JSON; the v2 form of the request body.

import { fromBase64, parseId, Problem, toBase64, utf8 } from '@sallyport/protocol'
import { SignJWT } from 'jose'
import * as z from 'zod'
import { createReleaseKey, type ReleaseRequest } from '../tdf/index.ts'
import { readText, type Connection } from './connection.ts'
import { unsuccessful, type Refused } from './outcome.ts'

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

const path = '/kas.AccessService/Rewrap'
const what = 'receive the key of the file'
const maxAnswerBytes = 4 * 1024 * 1024

/** The one proviso that a person can fulfil here: by being told, and saying so. */
const acknowledgement = 'acknowledge'
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

/**
 * Ask the gate of this connection for one share. A refusal is a value; throws Problem invalid-file when the gate finds the
 * file altered or when the file names another gate, and the Problems of a call otherwise. `isAcknowledged` tells the gate
 * that whoever receives the content is shown what it is bound by: the caller shows `obligations` before it uses the share.
 */
export async function requestShare(
  connection: Connection,
  request: ReleaseRequest,
  isAcknowledged: boolean,
): Promise<Released | Withheld> {
  // ATTACKER: whoever wrote the file chose the address in it. It is compared, and never called.
  const origin = URL.parse(request.keyAccess.url)?.origin
  if (origin !== connection.origin) {
    throw new Problem(
      'invalid-file',
      `cannot ${what}: the file names the gate ${origin ?? 'of no address'}, want ${connection.origin}`,
    )
  }
  const releaseKey = createReleaseKey()
  const body = JSON.stringify({ signedRequestToken: await sign(connection, request, releaseKey.publicKeyPem) })
  const reply = await connection.send({
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/json',
      'connect-protocol-version': '1',
      'x-rewrap-additional-context': additionalContext(request, isAcknowledged),
    },
    body: () => body,
    signed: true,
    // Deciding again does nothing twice but write one more entry.
    repeatable: true,
    what,
  })
  const text = await readText(reply, maxAnswerBytes, what)
  if (reply.status !== 200) return { ...unsuccessful(reply.status, text, what), unacknowledged: [], receipt: null }
  const answer = parseAnswer(text)
  const result = answer.responses[0]?.results[0]
  if (result === undefined || answer.responses.length !== 1) throw malformed('it is not about the one key asked for')
  if (result.status !== 'permit') return refusal(result)
  const wrapped = fromBase64(result.kasWrappedKey ?? '')
  if (wrapped === null) throw malformed('the wrapped key is not base64')
  const share = releaseKey.unwrap(wrapped, answer.sessionPublicKey)
  const receipt = receiptOf(result)
  return { outcome: 'released', share, decisionId: decisionOf(result), receipt, obligations: toldBy(result) }
}

/** Say which obligations are fulfilled here. Their names stand in the namespaces of the file's labels. */
function additionalContext({ policy }: ReleaseRequest, isAcknowledged: boolean): string {
  const namespaces = isAcknowledged ? new Set(policy.labels.map(({ namespace }) => namespace)) : []
  const fulfillableFQNs = [...namespaces].map((one) => `https://${one}/obl/proviso/value/${acknowledgement}`)
  return toBase64(utf8(JSON.stringify({ obligations: { fulfillableFQNs } })))
}

async function sign(
  { credential, clock }: Connection,
  { policyText, keyAccessWire }: ReleaseRequest,
  clientPublicKey: string,
): Promise<string> {
  if (credential === null) {
    throw new Problem('not-signed-in', `cannot ${what}: nobody is signed in, want \`sallyport login\` first`)
  }
  const keyAccessObjects = [{ keyAccessObjectId: 'kao-0', keyAccessObject: keyAccessWire }]
  const requests = [{ policy: { id: 'policy', body: policyText }, keyAccessObjects }]
  const nowS = Math.floor(clock.now() / 1000)
  return new SignJWT({ requestBody: JSON.stringify({ clientPublicKey, requests }) })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + 60)
    .sign(credential.key)
}

function parseAnswer(text: string): Answer {
  try {
    return answerShape.parse(JSON.parse(text))
  } catch (cause) {
    throw malformed('it has another shape', cause)
  }
}

/** Read what was not permitted. SPEC: OpenTDF clients tell the kinds apart by the code's name inside `error`. */
function refusal(result: Result): Withheld {
  const { error = '', metadata } = result
  if (error.includes('InvalidArgument')) {
    throw new Problem(
      'invalid-file',
      `cannot ${what}: its key or its policy was altered, want the file as it was sealed`,
    )
  }
  if (!error.includes('PermissionDenied')) {
    throw new Problem('unavailable', `cannot ${what}: the gate could not decide, want it to answer`, {
      details: { error },
    })
  }
  const names = obligationsOf(result)
  const why = reasons.safeParse(metadata['X-Sallyport-Reasons']).data ?? []
  const worded = wordedIn(result)
  const wouldHelp =
    why.every(({ code }) => code === unfulfilled) &&
    worded.every(({ fqn }) => fqn.endsWith(`/obl/proviso/value/${acknowledgement}`))
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
  return new Problem('internal', `cannot ${what}: the gate's answer cannot be used, ${state}, want a whole one`, {
    cause,
  })
}
