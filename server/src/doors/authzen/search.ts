// Searches: who may, on what, which actions. The same decisions as evaluations, a page of candidates in one look, recorded as one entry
// (ADR 6): how many were asked for, how many would be permitted, and which of them by hash.

import { createHash } from 'node:crypto'
import { actions, canonicalJson, Problem, type Json, type JsonObject } from '@sallyport/protocol'
import type * as z from 'zod'
import type { DecisionRequest } from '../../policy/index.ts'
import { aboutOthers, malformed, type Answered } from './evaluate.ts'
import { anySearch, search, type Evaluation, type SearchFor } from './messages.ts'
import type { Asker, AuthzenDoorParts } from './ports.ts'
import { evidenceOf, isAboutItself, isAction, questionOf, resourceOf } from './question.ts'

type Parts = Pick<AuthzenDoorParts, 'survey' | 'placeOf' | 'people' | 'files' | 'cursors'>

/** Answer one page of a search. Throws Problem `invalid-request`, `refused` as evaluation does. */
export async function searchFor(
  kind: SearchFor,
  parts: Parts,
  asker: Asker,
  body: unknown,
  requestId: string | null,
): Promise<Answered> {
  if (asker.isNaturalPerson && kind === 'subject') throw aboutOthers()
  const { page, context, action } = parsed(anySearch, body)
  const list = listOf(kind, asker, body)
  const [after = null] = page.token === undefined || page.token === '' ? [] : await parts.cursors.open(list, page.token)
  const { candidates, last } = await candidatesOf[kind](parts, body, { after, limit: page.limit })
  const circumstances = {
    place: parts.placeOf(context.sourceAddress ?? ''),
    evidence: { ...evidenceOf(asker, context, requestId), search: kind, about: aboutOf(body) },
  }
  const requests = candidates.flatMap((one): { readonly one: Candidate; readonly request: DecisionRequest }[] => {
    const request = questionOf(one.asked, asker, circumstances)
    return 'status' in request ? [] : [{ one, request }]
  })
  if (asker.isNaturalPerson && !requests.every(({ request }) => isAboutItself(request.subject, asker)))
    throw aboutOthers()
  const { issuer, subject, isNaturalPerson } = asker
  const { permitted, decisionId } = await parts.survey(
    {
      ...circumstances,
      subject: { kind: 'identity', issuer, subject, isNaturalPerson },
      action: action !== undefined && isAction(action.name) ? action.name : null,
      door: 'authzen',
      names: requests.map(({ one }) => one.name),
    },
    requests.map(({ request }) => request),
  )
  const results = permitted.flatMap((place) => requests[place]?.one.result ?? [])
  const next = last === null ? '' : await parts.cursors.seal(list, [last])
  return { body: { page: { next_token: next }, results }, decisions: [decisionId] }
}

interface Candidate {
  readonly asked: Evaluation
  readonly name: string
  readonly result: JsonObject
}

interface CandidatePage {
  readonly candidates: readonly Candidate[]
  /** The id to go on after; null when there are no more. */
  readonly last: string | null
}

interface At {
  readonly after: string | null
  readonly limit: number
}

const nothing: CandidatePage = { candidates: [], last: null }

const candidatesOf: Record<SearchFor, (parts: Parts, body: unknown, at: At) => Promise<CandidatePage>> = {
  async subject({ people }, body, { after, limit }) {
    const { subject, ...rest } = parsed(search.subject, body)
    const { type } = subject
    if (type === 'identity' || type === 'workload') throw notSearched('people by identity', 'subject.type person')
    if (type !== 'person') return nothing
    const ids = await people(after, limit)
    const candidates = ids.map((id) => ({ asked: { ...rest, subject: { type, id } }, name: id, result: { type, id } }))
    return { candidates, last: ids.length < limit ? null : (ids.at(-1) ?? null) }
  },

  async resource({ files }, body, { after, limit }) {
    const { resource, ...rest } = parsed(search.resource, body)
    const { type } = resource
    if (type !== 'file' && type !== 'enclave') {
      if (resourceOf({ type, id: '' }, { issuer: '', clientId: '' }) === null) return nothing
      throw notSearched(`resources of type ${type}`, 'resource.type file')
    }
    const ids = type === 'file' ? await files(after, limit) : ['enclave']
    const candidates = ids.map((id) => ({ asked: { ...rest, resource: { type, id } }, name: id, result: { type, id } }))
    return { candidates, last: type === 'enclave' || ids.length < limit ? null : (ids.at(-1) ?? null) }
  },

  action(_parts, body) {
    const { subject, resource, context } = parsed(search.action, body)
    const kind = resourceOf(resource, { issuer: '', clientId: '' })?.kind
    const names = Object.entries(actions).flatMap(([name, one]) => (one.resource === kind ? [name] : []))
    const candidates = names.map((name) => ({
      asked: { subject, resource, context, action: { name } },
      name,
      result: { name },
    }))
    return Promise.resolve({ candidates, last: null })
  },
}

function parsed<S extends z.ZodType>(shape: S, body: unknown): z.output<S> {
  const read = shape.safeParse(body)
  if (!read.success) throw malformed(read.error)
  return read.data
}

// A cursor is good for the very question that it came with, asked by the same client.
function listOf(kind: SearchFor, { issuer, subject, clientId }: Asker, body: unknown): string {
  const { page: _page, ...rest } = body as Record<string, Json>
  return `authzen ${sha256(canonicalJson([kind, issuer, subject, clientId, rest]))}`
}

/** What of the question is on record: types, and ids by hash, because an application's own may be technical data. */
function aboutOf(body: unknown): JsonObject {
  const { subject, resource } = parsed(anySearch, body)
  const named = (one: typeof subject): JsonObject =>
    one === undefined ? {} : { type: one.type, ...(one.id === undefined ? {} : { idSha256: sha256(one.id) }) }
  return { subject: named(subject), resource: named(resource) }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function notSearched(what: string, want: string): Problem {
  return new Problem('invalid-request', `cannot search ${what}, want ${want}`)
}
