// The OpenAPI 3.1 document, written from the one table of routes that server and client share.

import { problems } from '@sallyport/protocol'
import { problemBody, routes, type Route } from '@sallyport/protocol/api'
import * as z from 'zod'

/** Write the OpenAPI document of the product API. */
export function openApi(publicUrl: string, version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    const path = (paths[route.path] ??= {})
    path[route.method.toLowerCase()] = operation(name, route)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sallyport', version, description: 'One roster, one register, one decision point, one ledger.' },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'DPoP', description: 'JWT access token, DPoP-bound' } },
      schemas: { Problem: schemaOf(problemBody, 'output') },
      responses: {
        Problem: {
          description: Object.keys(problems).join(', '),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  }
}

function operation(name: string, route: Route): Record<string, unknown> {
  return {
    operationId: name,
    summary: route.summary,
    'x-sallyport-action': route.access,
    ...(route.access === 'none' ? {} : { security: [{ token: [] }] }),
    parameters: [...route.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => ({
      name: parameter,
      in: 'path',
      required: true,
      schema: { type: 'string', format: 'uuid' },
    })),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: content(route.body, 'input') } }),
    responses: {
      '200': { description: 'Done', content: content(route.answer, 'output') },
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

function content(shape: z.ZodType | 'bytes' | 'text', io: 'input' | 'output'): Record<string, unknown> {
  if (shape === 'bytes') return { 'application/octet-stream': {} }
  if (shape === 'text') return { 'text/plain': { schema: { type: 'string' } } }
  return { 'application/json': { schema: schemaOf(shape, io) } }
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): unknown {
  return z.toJSONSchema(shape, { io, unrepresentable: 'any' })
}
