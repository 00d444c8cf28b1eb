// A program of somebody, such as the command line, signs in through the gate's own doors: it asks with a key of its own, its person
// confirms in a browser in which they are signed in already, by whatever door, and the program exchanges what the browser brings back for
// a session of that key. SPEC: RFC 8252 (native apps), RFC 7636 (PKCE, S256), RFC 9449 (DPoP). Nothing is kept until it is exchanged.

import { hash } from 'node:crypto'
import { Problem, toBase64Url } from '@sallyport/protocol'
import type { Clock, Randomness } from '../../base/index.ts'
import type { SealedStates } from '../issuer-sign-in/sign-in-at-issuer.ts'
import type { ProofMemory } from '../proof-memory.ts'
import type { Session, SessionMethod } from './session.ts'

export interface ProgramSignInParts {
  readonly states: SealedStates
  /** Which grants were seen: each is good once. */
  readonly memory: ProofMemory
  readonly clock: Clock
  readonly random: Randomness
}

/** What a program asks with: the thumbprint of its proven key, the digest of a secret that it keeps, and where it listens. */
export interface ProgramAsk {
  readonly keyThumbprint: string
  readonly challenge: string
  /** Port of this machine's loopback address; null where its person copies the grant. */
  readonly port: number | null
}

/** What a grant gives: an identity as the browser's session has it. */
export interface ProgramGrant {
  readonly identity: { readonly issuer: string; readonly subject: string }
  readonly method: SessionMethod
  readonly isDeviceBound: boolean | null
}

const askLifetimeMs = 600_000
const grantLifetimeMs = 120_000
const [askPurpose, grantPurpose] = ['sign-in of a program', 'grant for a program']

/** Take what a program asks. Yields what its person brings into a browser, and words that both show. */
export async function askForProgram(
  { states, clock, random }: ProgramSignInParts,
  { keyThumbprint, challenge, port }: ProgramAsk,
): Promise<{ readonly request: string; readonly words: string }> {
  const until = String(clock.now() + askLifetimeMs)
  const id = toBase64Url(random(16))
  const request = await states.seal(askPurpose, [
    id,
    keyThumbprint,
    challenge,
    port === null ? '' : String(port),
    until,
  ])
  return { request, words: wordsOf(request) }
}

/**
 * Confirm what a program asked, as whoever is signed in with a browser. Yields the grant, and the port that it goes to. Throws Problem
 * `conflict` for what this gate was not asked, or is over; `refused` for a session that is itself a program's.
 */
export async function grantToProgram(
  parts: ProgramSignInParts,
  session: Session,
  request: string,
): Promise<{ readonly grant: string; readonly port: number | null }> {
  if (session.channel !== 'browser')
    throw new Problem('refused', 'cannot confirm: a program cannot let another one in, want a browser')
  const { id, keyThumbprint, challenge, port, untilMs } = await askedOf(parts, request)
  if (!(parts.clock.now() < untilMs)) throw over()
  const { issuer, subject, method, isDeviceBound } = session
  const until = String(parts.clock.now() + grantLifetimeMs)
  const device = isDeviceBound === null ? '' : String(isDeviceBound)
  const told = [id, keyThumbprint, challenge, issuer, subject, method, device, until]
  return { grant: await parts.states.seal(grantPurpose, told), port }
}

/** Exchange a grant. Throws Problem `conflict` for one that is over or was exchanged, and for another key or secret than asked. */
export async function exchangeGrant(
  parts: ProgramSignInParts,
  {
    grant,
    verifier,
    keyThumbprint,
  }: { readonly grant: string; readonly verifier: string; readonly keyThumbprint: string },
): Promise<ProgramGrant> {
  const opened = await parts.states.open(grantPurpose, grant).catch(() => null)
  if (opened === null) throw over()
  const [id = '', key = '', challenge = '', issuer = '', subject = '', method = '', device = '', until = ''] = opened
  const isOfProgram = key === keyThumbprint && challenge === hash('sha256', verifier, 'base64url')
  if (!isOfProgram || !(parts.clock.now() < Number(until))) throw over()
  // By what was asked, so that of several grants for it one is good.
  if (!(await parts.memory.remember(`program ${id}`, askLifetimeMs + grantLifetimeMs))) throw over()
  return {
    identity: { issuer, subject },
    method: method as SessionMethod,
    isDeviceBound: device === '' ? null : device === 'true',
  }
}

/** Words by which a person tells that browser and program speak of the same request. */
function wordsOf(request: string): string {
  const text = hash('sha256', request, 'hex').slice(0, 8).toUpperCase()
  return `${text.slice(0, 4)}-${text.slice(4)}`
}

async function askedOf({ states }: ProgramSignInParts, request: string) {
  const opened = await states.open(askPurpose, request).catch(() => null)
  if (opened === null) throw over()
  const [id = '', keyThumbprint = '', challenge = '', port = '', until = ''] = opened
  return { id, keyThumbprint, challenge, port: port === '' ? null : Number(port), untilMs: Number(until) }
}

function over(): Problem {
  return new Problem(
    'conflict',
    'cannot sign the program in: it was not asked here, is over or was answered, want a new try',
  )
}
