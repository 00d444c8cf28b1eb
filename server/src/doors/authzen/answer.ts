// What an application hears of a decision. INVARIANT: whoever asks about somebody else hears yes or no and what is the matter with the
// thing, the place or an assignment; never a status, a nationality or an authorization, nor anything that only a foreign person's
// decision can have (ADR 7, ADR 25). Whoever asks about itself hears what a refusal says everywhere.

import type { JsonObject, Obligation, Reason } from '@sallyport/protocol'
import type { Decision, DecisionRequest } from '../../policy/index.ts'
import type { NoQuestion } from './question.ts'

export interface Answer {
  readonly decision: boolean
  readonly context?: JsonObject
}

/** Reasons that are the same whatever somebody's status is, by the names of the shipped policies. */
const ofAnybody = new Set([
  'deleted',
  'dissem-not-evaluable',
  'file-deleted',
  'marking-closed',
  'need-to-know',
  'need-to-know-list',
  'need-to-know-vault',
  'need-to-know-vault-list',
  'no-labels',
  'no-policy',
  'place-unknown',
  'unknown-label',
  'vault-labels',
  'workload-limit',
])

/** Tell one decision, without its id: that differs each time, and the same question has the same answer. */
export function told(
  decision: Decision<DecisionRequest['action']>,
  { isAboutItself, fulfillable }: { readonly isAboutItself: boolean; readonly fulfillable: readonly string[] },
): Answer {
  if (decision.effect === 'permit') {
    const obligations = isAboutItself
      ? decision.obligations.map(wordsOf)
      : // Which of them a permit carries would tell who is foreign: what it said it fulfils, it fulfils at every act.
        [...new Set(fulfillable)].sort().map((fqn) => ({ fqn }))
    return { decision: true, ...(obligations.length === 0 ? {} : { context: { obligations } }) }
  }
  const heard = decision.isRostered ? decision.reasons.filter(({ code }) => isAboutItself || ofAnybody.has(code)) : []
  const required = isAboutItself ? decision.requiredObligations.map(wordsOf) : []
  const context = {
    ...(heard.length === 0 ? {} : { reasons: heard.map(reasonOf) }),
    ...(required.length === 0 ? {} : { requiredObligations: required }),
  }
  return { decision: false, ...(Object.keys(context).length === 0 ? {} : { context }) }
}

/** SPEC: section 7.2.1: what cannot be decided is refused, with the error in the context. */
export function notDecided({ status, message }: NoQuestion): Answer {
  return { decision: false, context: { error: { status, message } } }
}

function wordsOf({ id, fqn, text }: Obligation): JsonObject {
  return { id, fqn, text }
}

function reasonOf({ code, text, fix, ask }: Reason): JsonObject {
  return { code, text, fix, ask }
}
