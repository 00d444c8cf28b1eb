// Tags of things: what a GET of one thing answers has one, and a change names it as what it is meant for. A tag is the version of the
// thing, where it has one, and the digest of the answer. Whoever sends a tag with a change means the version alone: what of an answer
// follows from other things, such as approvals that were given, changes nothing about the thing.
// SPEC: RFC 9110 sections 8.8.3 (ETag), 13.1.1 (If-Match) and 13.1.2 (If-None-Match).

import { Problem, utf8 } from '@sallyport/protocol'
import type { Route } from '@sallyport/protocol/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { IfMatch } from '../base/index.ts'
import { sha256 } from '../ledger/index.ts'

/** Answer with a thing and its tag, or with 304 where the caller has it. Nobody keeps it on a disk for that. */
export function sendTagged(request: FastifyRequest, reply: FastifyReply, shown: unknown): FastifyReply {
  const body = JSON.stringify(shown)
  const tag = `"${versionOf(shown)}${Buffer.from(sha256(utf8(body))).toString('base64url')}"`
  void reply.header('etag', tag)
  if (hasAlready(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(body)
}

/** Tell whether `If-None-Match` names the tag. */
export function hasAlready(tags: string | undefined, tag: string): boolean {
  return (tags ?? '').split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag)
}

/**
 * Read for which versions a call is meant. Throws Problem `invalid-request` where a call that changes something names any and its
 * route looks at none: what is named and not looked at would seem to have held.
 */
export function ifMatchOf({ method, takesIfMatch }: Route, header: string | undefined): IfMatch {
  if (header === undefined || method === 'GET') return null
  if (takesIfMatch !== true) {
    throw new Problem('invalid-request', 'cannot look at If-Match: this route changes nothing that has a version')
  }
  if (header.trim() === '*') return null
  if (!/^\s*(W\/)?"[!#-~]*"\s*(,\s*(W\/)?"[!#-~]*"\s*)*$/.test(header)) {
    throw new Problem('invalid-request', 'cannot read If-Match: it is no list of entity tags, want tags as in ETag')
  }
  // A weak tag never matches a version, and neither does what is no tag of ours.
  return [...header.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, tag = '']) => {
    const [, version] = /^([1-9][0-9]{0,8})-[\w-]{43}$/.exec(tag) ?? []
    return weak !== undefined || version === undefined ? [] : [Number(version)]
  })
}

function versionOf(shown: unknown): string {
  const { version } = shown as { readonly version?: unknown }
  return typeof version === 'number' ? `${version}-` : ''
}
