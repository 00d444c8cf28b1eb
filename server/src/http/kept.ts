// Answers that others may keep: how long, and by whom. They carry an ETag, and whoever has that already hears 304.
// SPEC: RFC 9110 section 13.1.2 (If-None-Match) and section 12.5.3 (Accept-Encoding), RFC 9111, RFC 8246 (immutable).

import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '../ledger/index.ts'
import { hasAlready } from './entity-tags.ts'

export interface Kept {
  readonly content: Uint8Array
  /** `moment`: asked for again each time. `never`: each time is a read of its own, which is on record. */
  readonly lifetime: 'forever' | 'moment' | 'never'
  readonly by: 'anybody' | 'its-reader'
}

const compress = promisify(gzip)

/** Tell whether what a handler yields is to be answered by `sendKept`. */
export function isKept(outcome: unknown): outcome is Kept {
  return typeof outcome === 'object' && outcome !== null && 'lifetime' in outcome && 'content' in outcome
}

/** Answer with content of the type that the reply has. */
export async function sendKept(request: FastifyRequest, reply: FastifyReply, kept: Kept): Promise<FastifyReply> {
  const content = Buffer.from(kept.content)
  if (kept.lifetime === 'never') return await sendUnkept(request, reply, content)
  const tag = `"${Buffer.from(sha256(kept.content)).toString('base64url')}"`
  void reply.header('cache-control', cacheControl(kept)).header('etag', tag)
  if (hasAlready(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.send(content)
}

/** What is not kept is what may weigh megabytes. Nobody chooses what stands beside the rest of a bundle, which is all of it. */
async function sendUnkept(request: FastifyRequest, reply: FastifyReply, content: Buffer): Promise<FastifyReply> {
  void reply.header('vary', 'accept-encoding')
  if (!takesGzip(request.headers['accept-encoding'])) return reply.send(content)
  return reply.header('content-encoding', 'gzip').send(await compress(content))
}

function cacheControl({ lifetime, by }: Kept): string {
  const who = by === 'anybody' ? 'public' : 'private'
  return lifetime === 'forever' ? `${who}, max-age=31536000, immutable` : `${who}, no-cache`
}

function takesGzip(accepted: string | string[] | undefined): boolean {
  const codings = String(accepted ?? '').split(',')
  return codings.some((one) => /^\s*(x-)?gzip\s*(;\s*q=(0\.0*[1-9][0-9]*|1(\.0*)?)\s*)?$/i.test(one))
}
