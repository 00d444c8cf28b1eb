// Calls that are done once, however often they are sent. Whoever gives a call a key finds what came of it under that key for a day: the
// same answer, or, where that was lost with the gate that made it, the receipts of what was done. What was done is written down in the
// transaction that did it (`recordAct`), so that nothing that dies in between can have it done twice.
// SPEC: draft-ietf-httpapi-idempotency-key-header, RFC 9651 section 3.3.3 (String).

import { Problem, toHex, utf8 } from '@sallyport/protocol'
import { takesKey, type Route } from '@sallyport/protocol/api'
import { newId, onBehalf, type Act, type Clock, type Randomness } from '../base/index.ts'
import { findAct, forgetAct, keepAnswer, sha256, type ActDone } from '../ledger/index.ts'
import { personOf } from '../roster/index.ts'
import type { Call, Gate } from './gate.ts'
import { WithCookies } from './session-routes.ts'

type OnceParts = Pick<Gate, 'database' | 'ledger' | 'cursors'> & { readonly clock: Clock; readonly random: Randomness }

export interface Asked {
  readonly route: Route
  /** Of the header; undefined where there is none. */
  readonly key: string | undefined
  /** Path and query. */
  readonly target: string
  readonly call: Call
}

export type Once = (asked: Asked, work: () => Promise<unknown>) => Promise<unknown>

/** Make what does a call, once where it has a key. */
export function makeOnce(parts: OnceParts): Once {
  const running = new Set<string>()
  return async (asked, work) => {
    const act = actOf(parts, asked)
    if (act === null) return await work()
    const name = toHex(act.key)
    if (running.has(name)) {
      throw new Problem(
        'conflict',
        'cannot do it twice: a call with this Idempotency-Key is under way, want its answer',
      )
    }
    running.add(name)
    try {
      const done = await findAct(parts.database, act.key)
      return done === null ? await doNow(parts, act, asked, work) : await answerAgain(parts, act, done, asked)
    } finally {
      running.delete(name)
    }
  }
}

async function doNow(parts: OnceParts, act: Act, { route }: Asked, work: () => Promise<unknown>): Promise<unknown> {
  let outcome: unknown
  try {
    outcome = await onBehalf(act, work)
  } catch (error) {
    // A refusal is no answer to keep: what was missing may be there the next time. Of a fault nobody knows how far it came.
    if (error instanceof Problem && error.status < 500) await forgetAct(parts.database, act)
    throw error
  }
  // A cookie is of one browser and one moment; half of a link is shown once and known to nobody but whoever saw it.
  if (typeof route.answer !== 'object' || route.isShownOnce || outcome instanceof WithCookies) return outcome
  const shown = route.answer.parse(outcome)
  await keepAnswer(parts.database, act, await parts.cursors.seal(listOf(act), [JSON.stringify(shown)]))
  return shown
}

async function answerAgain(parts: OnceParts, act: Act, done: ActDone, { call }: Asked): Promise<unknown> {
  const caller = await personOf(parts.database, call.caller)
  // ATTACKER: what was answered before somebody's status ended is not theirs to read any more.
  if (caller === null || caller.status === 'ended') throw new Problem('refused', 'cannot answer again: refused')
  if (!Buffer.from(done.request).equals(act.request)) {
    throw new Problem(
      'key-reused',
      'cannot do it: its Idempotency-Key was given to another request, want a key of its own',
    )
  }
  if (done.answer === null) {
    const receipts = await parts.ledger.acknowledge(done.entries)
    throw new Problem(
      'conflict',
      'cannot do it again: what it did is recorded and its answer is not kept, want a look at it by its receipts',
      { details: { receipts } },
    )
  }
  const [kept = ''] = await parts.cursors.open(listOf(act), done.answer)
  return JSON.parse(kept) as unknown
}

/** An answer opens under the key of its call alone. */
const listOf = ({ key }: Act): string => `answer ${toHex(key)}`

function actOf({ clock, random }: OnceParts, { route, key, target, call }: Asked): Act | null {
  // Elsewhere nobody is promised anything: clients send one with whatever is no GET.
  if (key === undefined || !takesKey(route)) return null
  const [, text] = /^\s*"([!#-[\]-~]{16,128})"\s*$/.exec(key) ?? []
  if (text === undefined) {
    throw new Problem('invalid-request', 'cannot read Idempotency-Key: want a quoted string of 16 to 128 characters')
  }
  const { issuer, subject } = call.caller
  const digest = (...parts: readonly unknown[]) => sha256(utf8(JSON.stringify(parts)))
  return {
    key: digest(issuer, subject, text),
    request: digest(route.method, target, call.body),
    run: newId(clock, random),
  }
}
