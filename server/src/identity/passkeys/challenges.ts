// Challenges: random, for one purpose and one key of a browser, short, and good once. What the gate must know again it seals into
// what the browser brings back.

import { Problem, toBase64Url } from '@sallyport/protocol'
import { challengeLifetimeMs, type PasskeyDependencies } from './passkey-rules.ts'

type Parts = Pick<PasskeyDependencies, 'states' | 'memory' | 'clock' | 'random'>
type Purpose = 'sign-in by passkey' | 'enrollment of a passkey' | 'enrollment of a founder'

export interface Challenge {
  /** Base64url, as the authenticator signs it. */
  readonly challenge: string
  /** What the browser brings back with its answer. */
  readonly challengeId: string
}

/** Make a challenge. `bound` are texts that the answer must come with again. */
export async function makeChallenge(
  { states, clock, random }: Parts,
  purpose: Purpose,
  bound: readonly string[],
): Promise<Challenge> {
  const challenge = toBase64Url(random(32))
  const until = String(clock.now() + challengeLifetimeMs)
  return { challenge, challengeId: await states.seal(purpose, [challenge, until, ...bound]) }
}

/** Take the answer to a challenge. Throws Problem `conflict` for one that is over, was answered before or is another's. */
export async function takeChallenge(
  { states, memory, clock }: Parts,
  purpose: Purpose,
  challengeId: string,
  bound: readonly string[],
): Promise<string> {
  const opened = await states.open(purpose, challengeId).catch(() => null)
  const [challenge = '', until = '', ...was] = opened ?? []
  const isSame = was.length === bound.length && was.every((text, n) => text === bound[n])
  if (opened === null || !isSame || !(clock.now() < Number(until))) throw over()
  if (!(await memory.remember(`challenge ${challenge}`, challengeLifetimeMs))) throw over()
  return challenge
}

function over(): Problem {
  return new Problem(
    'conflict',
    'cannot take the answer of a passkey: its challenge is over, answered or of another page, want a new one',
  )
}
