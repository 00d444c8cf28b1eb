// Problems on the wire: RFC 9457. Whatever is not a Problem is a fault of the gate: 500, its text only in the log.

import { Problem, problems } from '@sallyport/protocol'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

export const problemContentType = 'application/problem+json'

/** Members of the problem+json body. */
export function problemBody(problem: Problem, requestId: string): Record<string, unknown> {
  const { wwwAuthenticate: _, ...details } = problem.details
  return {
    type: `urn:sallyport:problem:${problem.code}`,
    title: problems[problem.code].title,
    status: problem.status,
    detail: problem.message,
    requestId,
    ...details,
  }
}

/** Fastify's error handler. */
export function answerProblem(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
  logFault: (fault: { err: unknown; requestId: string }) => void,
): void {
  const problem = asProblem(error)
  if (problem.code === 'internal') logFault({ err: error, requestId: request.id })
  const challenge = problem.details['wwwAuthenticate']
  if (typeof challenge === 'string') void reply.header('www-authenticate', challenge)
  const nonce = problem.details['dpopNonce']
  if (typeof nonce === 'string') void reply.header('dpop-nonce', nonce)
  if (problem.code === 'unavailable') void reply.header('retry-after', '1')
  void reply.code(problem.status).type(problemContentType).send(problemBody(problem, request.id))
}

function asProblem(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return new Problem('too-large', 'cannot read request: body is too large')
  if (status === 415) return new Problem('unsupported-media-type', 'cannot read request: content type is not read here')
  if (status !== undefined && status >= 400 && status < 500) {
    return new Problem('invalid-request', 'cannot read request: it is not well formed')
  }
  return new Problem('internal', 'cannot answer: a fault of the gate, see its log by the request id')
}
