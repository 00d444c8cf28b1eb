// What the gate says when a call does not succeed (RFC 9457), as an error that pages can show.

import type { components } from './gen/schema.ts'

type Body = components['schemas']['problemBody']
export type Reason = NonNullable<Body['reasons']>[number]

/** `unreachable` is our own code: no answer came. */
export class GateProblem extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly requestId: string | null
  readonly decisionId: string | null
  readonly reasons: readonly Reason[]
  readonly faults: readonly { readonly where: string; readonly text: string }[]
  /** What waits already and is not asked for twice. */
  readonly waiting: Body['waiting'] | null
  /** As it came: what goes from a worker to its page. */
  readonly body: Body

  constructor(body: Body) {
    super(body.detail ?? body.title)
    this.name = 'GateProblem'
    this.body = body
    this.code = body.type.replace(/^urn:sallyport:problem:/, '')
    this.status = body.status
    this.title = body.title
    this.requestId = body.requestId ?? null
    this.decisionId = body.decisionId ?? null
    this.waiting = body.waiting ?? null
    this.reasons = body.reasons ?? []
    this.faults = (body.faults ?? []).map((fault) => ({
      where: 'field' in fault ? fault.field : `${fault.sheet}, row ${fault.row}, ${fault.column}`,
      text: fault.text,
    }))
  }

  /** The decision point said no, which is an answer and no fault. */
  get isRefusal(): boolean {
    return this.code === 'refused'
  }

  /** The action that was refused; null where the refusal names none. */
  get refusedAction(): string | null {
    return /^cannot ([a-z]+\.[a-z]+): /.exec(this.message)?.[1] ?? null
  }
}

/** Read an answer that is no success. ATTACKER: something in between may have answered in the gate's place. */
export async function problemFrom(response: Response): Promise<GateProblem> {
  const body: unknown = await response.json().catch(() => null)
  if (isProblem(body)) return new GateProblem(body)
  return new GateProblem({
    type: 'urn:sallyport:problem:internal',
    title: 'Something else than the gate answered',
    status: response.status,
    detail: `cannot ask the gate: the answer was ${response.status}, want one of the gate itself`,
  })
}

/** No answer came at all. */
export function unreachable(): GateProblem {
  return new GateProblem({
    type: 'urn:sallyport:problem:unreachable',
    title: 'The gate does not answer',
    status: 0,
    detail: 'cannot reach the gate: nothing came back, want a network that reaches it. What you typed is still here.',
  })
}

function isProblem(body: unknown): body is Body {
  return typeof body === 'object' && body !== null && 'type' in body && 'title' in body && 'status' in body
}
