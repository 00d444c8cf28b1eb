// A request for any route of the table, made from its shapes: the walks below know no route by name, so that a route which is
// added is walked as well.

import type { Route } from '@sallyport/protocol/api'
import fc from 'fast-check'
import * as z from 'zod'

/** What is there in the enclave that is walked, by the name of a parameter or of a member of a body. */
export type Known = Readonly<Record<string, unknown>>

export interface SampleRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

const nowhere = '0190c0de-0000-7000-8000-0000000000ff'

/** Make a request that the route's own shapes take. Throws for a shape of which no sample is found; name a member in `known`. */
export function sampleRequest(route: Route, known: Known): SampleRequest {
  const path = route.path.replaceAll(/\{\+?(\w+)\}/g, (_, name: string) => textOf(known[name]))
  const query = new URLSearchParams(
    route.query === undefined ? {} : (sampleOf(route.query, known) as Record<string, string>),
  ).toString()
  return { method: route.method, path: query === '' ? path : `${path}?${query}`, body: bodyOf(route, known) }
}

const textOf = (id: unknown): string => (typeof id === 'string' ? id : nowhere)

function bodyOf({ body }: Route, known: Known): unknown {
  if (body === undefined) return undefined
  return body === 'bytes' ? Uint8Array.of(0x2e) : sampleOf(body, known)
}

/** Make a request for each text that a body or a query may hold, optional ones too: a sample with that one followed by `more`. */
export function requestsWith(more: string, route: Route, known: Known): readonly SampleRequest[] {
  const { path } = sampleRequest(route, known)
  const { method, query } = route
  const bodies = typeof route.body === 'object' ? textsFollowedBy(more, sampleOf(route.body, known, true)) : []
  const queries = query === undefined ? [] : textsFollowedBy(more, sampleOf(query, known, true))
  return [
    ...bodies.map((body) => ({ method, path, body })),
    ...queries.map((one) => ({
      method,
      path: `${path.replace(/\?.*/, '')}?${new URLSearchParams(one as Record<string, string>).toString()}`,
      body: bodyOf(route, known),
    })),
  ]
}

function textsFollowedBy(more: string, value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [value + more]
  if (typeof value !== 'object' || value === null) return []
  const copyOf = (key: string, member: unknown) =>
    Array.isArray(value) ? value.map((one, n) => (String(n) === key ? member : one)) : { ...value, [key]: member }
  return Object.entries(value).flatMap(([key, member]) =>
    textsFollowedBy(more, member).map((changed) => copyOf(key, changed)),
  )
}

type Schema = z.core.JSONSchema.BaseSchema

function sampleOf(shape: z.ZodType, known: Known, isWhole = false): unknown {
  const schema = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' })
  for (let seed = 1; seed <= 100; seed++) {
    const sample = sampleOfSchema(schema, { known, isWhole }, seed)
    if (shape.safeParse(sample).success) return sample
  }
  throw new Error(`no sample of ${JSON.stringify(schema)}: want a known value for one of its members`)
}

interface Wanted {
  readonly known: Known
  /** With the members that may be left out. */
  readonly isWhole: boolean
}

function sampleOfSchema(schema: Schema, wanted: Wanted, seed: number): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const [first] = schema.anyOf ?? schema.oneOf ?? []
  if (first !== undefined) return sampleOfSchema(first, wanted, seed)
  if (schema.type === 'object') {
    const names = wanted.isWhole ? Object.keys(schema.properties ?? {}) : (schema.required ?? [])
    const members = names.map((name) => {
      const member = schema.properties?.[name] as Schema
      const known = wanted.known[name]
      // Two routes may call different things by one name.
      const isOther = seed % 2 === 0 && (member.oneOf ?? member.anyOf) !== undefined
      const isOfIt = known !== undefined && !isOther && (member.type !== 'integer' || typeof known === 'number')
      return [name, isOfIt ? known : sampleOfSchema(member, wanted, seed)] as const
    })
    return Object.fromEntries(members)
  }
  if (schema.type === 'array') {
    return Array.from({ length: schema.minItems ?? 0 }, () => sampleOfSchema(schema.items as Schema, wanted, seed))
  }
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1)
  if (schema.type === 'boolean') return true
  if (schema.format === 'date') return '2026-01-02'
  if (schema.format === 'date-time') return '2026-01-02T03:04:05Z'
  if (schema.pattern === undefined)
    return 'sample@example.org'.padEnd(schema.minLength ?? 0, 'g').slice(0, schema.maxLength)
  const [text = ''] = fc.sample(fc.stringMatching(new RegExp(schema.pattern, 'u')), { numRuns: 1, seed })
  return text
}
