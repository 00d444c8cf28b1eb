// Evaluation, one or several: each is a decision of its own, with an entry of its own.

import { Problem } from '@sallyport/protocol'
import { notDecided, told, type Answer } from './answer.ts'
import { evaluation, evaluations, type Evaluation } from './messages.ts'
import type { Asker, AuthzenDoorParts } from './ports.ts'
import { evidenceOf, isAboutItself, questionOf } from './question.ts'

export interface Answered {
  readonly body: unknown
  /** Ids of the decisions, in their order. */
  readonly decisions: readonly string[]
}

type Parts = Pick<AuthzenDoorParts, 'decide' | 'placeOf'>

interface One {
  readonly answer: Answer
  readonly decisionId: string | null
}

/** Answer one evaluation. Throws Problem `invalid-request`, and `refused` for a person's token that asks about others. */
export async function evaluate(parts: Parts, asker: Asker, body: unknown, requestId: string | null): Promise<Answered> {
  const { answer, decisionId } = await evaluateOne(parts, asker, readEvaluation(body), requestId)
  return { body: answer, decisions: decisionId === null ? [] : [decisionId] }
}

/** Answer several, in their order; the two short semantics ask nothing after what ends them. Throws as `evaluate`. */
export async function evaluateMany(
  parts: Parts,
  asker: Asker,
  body: unknown,
  requestId: string | null,
): Promise<Answered> {
  const read = evaluations.safeParse(body)
  if (!read.success) throw malformed(read.error)
  const { evaluations: items = [], options, ...defaults } = read.data
  // SPEC: section 7.1: without evaluations, it is one evaluation of the members above.
  if (items.length === 0) return await evaluate(parts, asker, body, requestId)
  const askOne = async (item: (typeof items)[number]): Promise<One> => {
    // SPEC: section 7.1.1: a member of an item stands in place of the default as a whole.
    const whole = evaluation.safeParse({ ...defaults, ...item })
    return whole.success
      ? await evaluateOne(parts, asker, whole.data, requestId)
      : { answer: notDecided({ status: 400, message: malformed(whole.error).message }), decisionId: null }
  }
  const answered: One[] = []
  if (options.evaluations_semantic === 'execute_all') {
    answered.push(...(await Promise.all(items.map(askOne))))
  } else {
    const last = options.evaluations_semantic === 'permit_on_first_permit'
    for (const item of items) {
      const one = await askOne(item)
      answered.push(one)
      if (one.answer.decision === last) break
    }
  }
  return {
    body: { evaluations: answered.map(({ answer }) => answer) },
    decisions: answered.flatMap(({ decisionId }) => (decisionId === null ? [] : [decisionId])),
  }
}

async function evaluateOne(parts: Parts, asker: Asker, asked: Evaluation, requestId: string | null): Promise<One> {
  const { sourceAddress, fulfillable = [] } = asked.context
  const request = questionOf(asked, asker, {
    place: parts.placeOf(sourceAddress ?? ''),
    evidence: evidenceOf(asker, asked.context, requestId),
  })
  if ('status' in request) return { answer: notDecided(request), decisionId: null }
  const itself = isAboutItself(request.subject, asker)
  if (asker.isNaturalPerson && !itself) throw aboutOthers()
  const decision = await parts.decide(request)
  return { answer: told(decision, { isAboutItself: itself, fulfillable }), decisionId: decision.decisionId }
}

function readEvaluation(body: unknown): Evaluation {
  const read = evaluation.safeParse(body)
  if (!read.success) throw malformed(read.error)
  return read.data
}

export function aboutOthers(): Problem {
  return new Problem(
    'refused',
    'cannot answer: the token is of a person who asks about others, want one of an application',
  )
}

export function malformed(error: {
  readonly issues: readonly { path: readonly PropertyKey[]; message: string }[]
}): Problem {
  const [issue] = error.issues
  const where = issue === undefined || issue.path.length === 0 ? 'the body' : issue.path.map(String).join('.')
  return new Problem('invalid-request', `cannot read ${where}: ${issue?.message ?? 'not well formed'}`)
}
