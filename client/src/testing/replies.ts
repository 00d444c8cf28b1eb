// What a gate answers with, as HTTP.

import type { HttpReply } from './issuer.ts'
import { refusalReasons, sampleIds } from './records.ts'

export function refusal(): HttpReply {
  return problem(403, 'refused', { decisionId: sampleIds.decision, reasons: refusalReasons })
}

export function problem(
  status: number,
  code: string,
  members: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): HttpReply {
  const body = JSON.stringify({ type: `urn:sallyport:problem:${code}`, title: `title of ${code}`, status, ...members })
  return { status, headers: { 'content-type': 'application/problem+json', ...headers }, body }
}

export function json(status: number, value: unknown): HttpReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
