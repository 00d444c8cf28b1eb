// Asking the gate for the key of a file: released to a key that this worker made for the one request, by the decision point's word.

import { receiving, rewrapExchange, rewrapPath, type Release, type Told } from '@sallyport/client/web'
import { GateProblem, problemFrom } from '../api/problem.ts'
import { send } from '../api/send.ts'
import { signRequest } from '../session/proof.ts'
import type { Bound } from './job.ts'

/** The gate withheld the key. `toAcknowledge` is what the person can say they read, where that is all that is wanting. */
export class Withholding extends GateProblem {
  readonly toAcknowledge: readonly Bound[]

  constructor(body: GateProblem['body'], toAcknowledge: readonly Bound[]) {
    super(body)
    this.toAcknowledge = toAcknowledge
  }
}

/** What the gate said as it released the key. */
export interface Answer {
  readonly release: Release
  receipt: unknown
  obligations: readonly Bound[]
}

/** Make the question. INVARIANT: a share whose obligations are not all in `fulfilled` is thrown away: nothing is opened with it. */
export function askForKey(fulfilled: readonly string[], signal: AbortSignal): Answer {
  const answer: Answer = {
    receipt: null,
    obligations: [],
    async release(request) {
      const exchange = await rewrapExchange(location.origin, request, fulfilled)
      const response = await send({
        method: 'POST',
        path: rewrapPath,
        body: { signedRequestToken: await signRequest(exchange.requestBody) },
        headers: exchange.headers,
        signal,
      })
      if (!response.ok) throw await problemFrom(response)
      const read = await exchange.read(await response.text())
      answer.receipt = read.receipt
      if (read.outcome === 'refused') {
        const { decisionId, reasons, detail, unacknowledged } = read
        throw new Withholding(refusal(decisionId, reasons, detail), unacknowledged.map(boundBy))
      }
      answer.obligations = read.obligations.map(boundBy)
      const unkept = answer.obligations.find(({ name }) => !fulfilled.includes(name))
      if (unkept === undefined) return read.share
      read.share.fill(0)
      throw new Withholding(
        refusal(read.decisionId, [], `It comes with the obligation ${unkept.name}, which is not kept here.`),
        [],
      )
    },
  }
  return answer
}

function boundBy({ fqn, text }: Told): Bound {
  return { name: fqn.split('/').at(-1) ?? fqn, text }
}

function refusal(
  decisionId: string | null,
  reasons: readonly { readonly code: string; readonly text: string; readonly fix: string; readonly ask: string }[],
  detail: string | null,
): GateProblem['body'] {
  return {
    type: 'urn:sallyport:problem:refused',
    title: 'Refused',
    status: 403,
    detail: detail ?? `cannot ${receiving}: the gate refused it, want a permit`,
    ...(decisionId === null ? {} : { decisionId }),
    reasons: reasons.map((reason) => ({ ...reason })),
  }
}
