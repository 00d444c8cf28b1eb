// The OpenAPI 3.1 document, written from the one table of routes that server and client share. Every shape that has a name in
// the API stands once under its name; `openapi.golden.md` shows what changed of the surface as a diff.

import { problems, type ProblemCode } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { problemsOf, routes, takesKey, type Route } from '@sallyport/protocol/api'
import { receiptShape } from '@sallyport/protocol/ledger'
import * as z from 'zod'
import { groupOf, groupsOf } from './route-groups.ts'

type Document = Record<string, unknown>

const table = Object.entries(routes) as [string, Route][]
const dialect = 'https://json-schema.org/draft/2020-12/schema'

/** Write the OpenAPI document of the product API. */
export function openApi(publicUrl: string, version: string): Document {
  const shapes = namedShapes()
  const paths: Record<string, Document> = {}
  for (const [name, route] of table) {
    const path = (paths[route.path.replace('{+', '{')] ??= {})
    path[route.method.toLowerCase()] = operation(name, route, shapes)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sallyport', version, description: 'One roster, one register, one decision point, one ledger.' },
    jsonSchemaDialect: dialect,
    servers: [{ url: publicUrl }],
    tags: groupsOf(table.map(([, { path }]) => path)).map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'DPoP', description: 'JWT access token, DPoP-bound' } },
      schemas: shapes.schemas,
      responses: Object.fromEntries(
        (Object.keys(problems) as ProblemCode[]).map((code) => [code, problemAnswer(code)]),
      ),
    },
  }
}

function operation(name: string, route: Route, shapes: Shapes): Document {
  const { access, answer, body } = route
  return {
    operationId: name,
    tags: [groupOf(route.path)],
    summary: route.summary,
    ...('why' in route ? { description: `Nothing is decided: ${route.why}.` } : {}),
    'x-sallyport-action': access,
    security: access === 'none' ? [] : [{ token: [] }],
    parameters: [
      ...pathParameters(route),
      ...queryParameters(route),
      ...(route.takesIfMatch ? [ifMatch] : []),
      ...(takesKey(route) ? [idempotencyKey] : []),
    ],
    ...(body === undefined ? {} : { requestBody: { required: true, content: content(body, shapes.input) } }),
    responses: {
      '200': {
        description: 'Done',
        ...(route.isCached ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
        content: content(answer, shapes.output),
      },
      ...(route.isCached ? { '304': { description: 'As the caller has it already' } } : {}),
      ...problemAnswers(problemsOf(route)),
    },
  }
}

function pathParameters({ path }: Route): readonly Document[] {
  return [...path.matchAll(/\{(\+?)(\w+)\}/g)].map(([, hasSlashes, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...(hasSlashes === '+' ? { description: 'May have slashes in it, which stand as they are' } : {}),
    schema: parameters[name] ?? { type: 'string', format: 'uuid' },
  }))
}

const ifMatch: Document = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'Done only to the version of which this is the tag',
  schema: { type: 'string' },
}

const idempotencyKey: Document = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Done once, however often it is sent with this key within a day',
  schema: { type: 'string', pattern: '^"[!#-\\[\\]-~]{16,128}"$' },
}

/** Parameters of a path that are not ids. */
const parameters: Readonly<Record<string, Document>> = {
  credentialId: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,1400}$' },
  level: { type: 'integer', minimum: 0, maximum: 63 },
  tile: { type: 'string', pattern: '^(x[0-9]{3}/)*[0-9]{3}(\\.p/[1-9][0-9]{0,2})?$' },
}

function queryParameters({ query }: Route): readonly Document[] {
  if (query === undefined) return []
  const { properties = {}, required = [] } = bare(z.toJSONSchema(query, { io: 'input' }))
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}

/** By status: where two problems have the same, either of them. */
function problemAnswers(codes: readonly ProblemCode[]): Document {
  const byStatus = Map.groupBy(codes, (code) => problems[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, either]) => {
      const [code] = either
      if (either.length === 1) return [status, { $ref: `#/components/responses/${code}` }]
      const schema = { oneOf: either.map(problemSchema) }
      return [status, { description: either.join(' or '), content: { 'application/problem+json': { schema } } }]
    }),
  )
}

function problemSchema(code: ProblemCode): Document {
  const { title, status } = problems[code]
  return {
    allOf: [{ $ref: '#/components/schemas/problemBody' }],
    properties: {
      type: { const: `urn:sallyport:problem:${code}` },
      title: { const: title },
      status: { const: status },
    },
  }
}

function problemAnswer(code: ProblemCode): Document {
  const { title } = problems[code]
  const headers: Partial<Record<ProblemCode, Document>> = {
    'not-signed-in': {
      'WWW-Authenticate': { schema: { type: 'string' } },
      'DPoP-Nonce': { description: 'To prove again with', schema: { type: 'string' } },
    },
    unavailable: { 'Retry-After': { schema: { type: 'integer' } } },
  }
  return {
    description: title,
    ...(headers[code] === undefined ? {} : { headers: headers[code] }),
    content: { 'application/problem+json': { schema: problemSchema(code) } },
  }
}

type Reference = (shape: z.ZodType) => Document

interface Shapes {
  readonly schemas: Document
  readonly input: Reference
  readonly output: Reference
}

/** Give every shape the name that the API exports it by; a body's schema is what is taken, an answer's what is given. */
function namedShapes(): Shapes {
  const bodies = new Set(table.flatMap(([, { body }]) => (body === undefined || body === 'bytes' ? [] : [body])))
  const exported = Object.entries<unknown>(api).filter((one): one is [string, z.ZodType] => one[1] instanceof z.ZodType)
  const names = new Map(exported.map(([name, shape]) => [shape, name]))
  const input = z.registry<{ id: string }>()
  for (const [route, { body }] of table) {
    if (body !== undefined && body !== 'bytes' && !input.has(body)) input.add(body, { id: names.get(body) ?? route })
  }
  const output = z.registry<{ id: string }>()
  const isQuery = (name: string) => name.endsWith('Query')
  for (const [name, shape] of exported) if (!bodies.has(shape) && !isQuery(name)) output.add(shape, { id: name })
  const reference =
    (registry: typeof input): Reference =>
    (shape) => {
      const id = registry.get(shape)?.id
      if (id === undefined) throw new Error('cannot describe a route: its shape has no name in the API')
      return { $ref: addressOf(id) }
    }
  return {
    schemas: {
      ...schemasOf(input, 'input'),
      ...schemasOf(output, 'output'),
      // The API takes any receipt and leaves it to the ledger's own parser, which says what a receipt is.
      receipt: bare(z.toJSONSchema(receiptShape, { io: 'input' })),
    },
    input: reference(input),
    output: reference(output),
  }
}

const addressOf = (id: string): string => `#/components/schemas/${id}`

function schemasOf(registry: z.core.$ZodRegistry<{ id: string }>, io: 'input' | 'output'): Document {
  const { schemas } = z.toJSONSchema(registry, { io, unrepresentable: 'any', uri: addressOf })
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, bare(schema)]))
}

/** Without what the document says once for all of them. */
function bare(schema: z.core.JSONSchema.BaseSchema): z.core.JSONSchema.BaseSchema {
  const isOnce = (member: string) => member === '$schema' || member === '$id'
  return Object.fromEntries(Object.entries(schema).filter(([member]) => !isOnce(member)))
}

function content(shape: z.ZodType | 'bytes' | 'text', reference: Reference): Document {
  if (shape === 'bytes') return { 'application/octet-stream': {} }
  if (shape === 'text') return { 'text/plain': { schema: { type: 'string' } } }
  return { 'application/json': { schema: reference(shape) } }
}
