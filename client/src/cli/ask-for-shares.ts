// Asking gates for the shares of a key on behalf of whoever sits here: what binds them is told before anything is released.

import { Problem } from '@sallyport/protocol'
import { requestShare, type Refused, type Released, type Told, type Withheld } from '../gate/index.ts'
import type { Release, ReleaseRequest } from '../tdf/index.ts'
import { loginAs } from './advice.ts'
import { confirm } from './confirm.ts'
import type { Context } from './context.ts'
import { keepReceipt } from './keep-receipt.ts'
import { unknownGate, type KnownGate, type KnownGates } from './split-gates.ts'

/** A refusal, and the gate that it came from where there is more than one. */
export interface OfGate {
  readonly refusal: Refused
  readonly gate: string | null
}

/** What the gates answered, filled as they are asked. */
export interface Answers {
  readonly release: Release
  readonly refusals: OfGate[]
  readonly gates: Set<string>
  readonly decisionIds: string[]
  readonly obligations: Map<string, Told>
}

/** How the person is asked for an acknowledgement, and what they are told to do where nobody can be asked. */
export interface Wording {
  readonly question: string
  readonly nextStep: string
}

/** Make a `release` that asks these gates and keeps what they answer; a refusal ends it with Problem `refused`. */
export function askGates(context: Context, gates: KnownGates, isReady: boolean, wording: Wording): Answers {
  const ask = askerOf(context, gates, isReady, wording.question)
  const answers = {
    refusals: [] as OfGate[],
    gates: new Set<string>(),
    decisionIds: [] as string[],
    obligations: new Map<string, Told>(),
  }
  return {
    ...answers,
    async release(request) {
      const { gate, answer } = await ask(request)
      if (answer.outcome === 'released') {
        answers.gates.add(gate)
        if (answer.decisionId !== null) answers.decisionIds.push(answer.decisionId)
        for (const told of answer.obligations) answers.obligations.set(`${told.fqn} ${told.text}`, told)
        return answer.share
      }
      const refusal = withNextStep(answer, wording.nextStep)
      answers.refusals.push({ refusal, gate: gates.size > 1 ? gate : null })
      throw new Problem('refused', 'cannot open file: the gate refused its key, want a permit')
    },
  }
}

/** Say what a person can do about a condition that nobody acknowledged; the gate knows of programs only. */
function withNextStep(refusal: Withheld, fix: string): Refused {
  if (refusal.unacknowledged.length === 0) return refusal
  return { ...refusal, reasons: refusal.reasons.map((reason) => ({ ...reason, fix, ask: '' })) }
}

interface Asked {
  readonly gate: string
  readonly answer: Released | Withheld
}
type Ask = (request: ReleaseRequest) => Promise<Asked>

/**
 * Make the question for a share. INVARIANT: a person reads what binds them before any content is written, and the gate is
 * told that they acknowledge it only after they read it, or were ready to beforehand (`isReady`).
 */
function askerOf(context: Context, gates: KnownGates, isReady: boolean, question: string): Ask {
  const { print, environment } = context
  const told = new Set<string>()
  const tell = (all: readonly Told[]): void => {
    for (const { fqn, text } of all) {
      const words = text ?? `${fqn}; ask an export control officer for its words`
      if (!told.has(words)) print.note(`You are bound by: ${words}`, 'yellow')
      told.add(words)
    }
  }
  return async (request) => {
    const gate = URL.parse(request.keyAccess.url)?.origin ?? 'of no address'
    const known = gates.get(gate)
    if (known === undefined) throw unknownGate(gate, [...gates.keys()].join(' or '))
    let answer = await askGate(context, known, request, isReady)
    if (answer.outcome === 'refused' && answer.unacknowledged.length > 0 && !isReady) {
      tell(answer.unacknowledged)
      if (environment.isTty.stdin && (await confirm(context, question, false))) {
        answer = await askGate(context, known, request, true)
      }
    }
    if (answer.outcome === 'released') tell(answer.obligations)
    return { gate, answer }
  }
}

/** Ask one gate; what goes wrong at another gate than the profile's own is told with its name and its profile. */
async function askGate(
  context: Context,
  known: KnownGate,
  request: ReleaseRequest,
  isAcknowledged: boolean,
): Promise<Released | Withheld> {
  try {
    const answer = await requestShare(known.connection, request, isAcknowledged)
    // Whatever becomes of the content, the gate has recorded its decision.
    if (answer.receipt !== null) await keepReceipt(context, answer.receipt, known.profileName)
    return answer
  } catch (error) {
    if (known.profileName === context.profileName || !(error instanceof Problem)) throw error
    const { code, details, message } = error
    const worded = message.replaceAll('`sallyport login`', `\`${loginAs(known.profileName)}\``)
    const { origin } = known.connection
    const asked = worded.includes(origin) ? '' : ` (asked ${origin})`
    throw new Problem(code, `${worded}${asked}`, { cause: error, details })
  }
}
