// What a call to the gate ends in: an answer, or a refusal by decision. A refusal is an ordinary value; faults are thrown.

import { Problem, problems, type ProblemCode, type Reason } from '@sallyport/protocol'
import { problemBody, type ProblemBody } from '@sallyport/protocol/api'

/** The gate decided, and said no. `decisionId` is null only when an old or foreign gate did not name its decision. */
export interface Refused {
  readonly outcome: 'refused'
  readonly decisionId: string | null
  readonly reasons: readonly Reason[]
  /** One sentence of the gate, or null. */
  readonly detail: string | null
}

export interface Answered<T> {
  readonly outcome: 'answered'
  readonly value: T
}

export type Outcome<T> = Answered<T> | Refused

const codeOfStatus = new Map<number, ProblemCode>(
  Object.entries(problems).map(([code, { status }]) => [status, code as ProblemCode]),
)

/**
 * Turn an unsuccessful answer into a refusal, or throw the Problem that it stands for.
 * `what` completes the sentence `cannot <what>: ...`. ATTACKER: the body may be anything.
 */
export function unsuccessful(status: number, body: string, what: string): Refused {
  const problem = parseProblem(body)
  const code = codeOf(problem, status)
  const detail = problem?.detail ?? problem?.title ?? null
  if (code === 'refused') {
    return { outcome: 'refused', decisionId: problem?.decisionId ?? null, reasons: problem?.reasons ?? [], detail }
  }
  if (code === 'not-signed-in') {
    throw new Problem(code, `cannot ${what}: the gate no longer takes this sign-in, want a new \`sallyport login\``, {
      details: { status, detail },
    })
  }
  throw new Problem(code, detail ?? `cannot ${what}: the gate answered ${status}, want a success`, {
    details: { status },
  })
}

function parseProblem(body: string): ProblemBody | null {
  try {
    return problemBody.safeParse(JSON.parse(body)).data ?? null
  } catch {
    return null
  }
}

function codeOf(problem: ProblemBody | null, status: number): ProblemCode {
  const named = problem?.type.startsWith('urn:sallyport:problem:') ? problem.type.slice(22) : ''
  if (Object.hasOwn(problems, named)) return named as ProblemCode
  return codeOfStatus.get(status) ?? (status >= 500 ? 'internal' : 'invalid-request')
}
