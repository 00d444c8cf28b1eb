// The reference of the API as people read it, at /api/docs: one page without a script, made once from the OpenAPI document.

import { createHash } from 'node:crypto'
import { utf8 } from '@sallyport/protocol'
import type { FastifyInstance } from 'fastify'
import { sendKept } from '../kept.ts'
import type { OpenApiDocument } from '../openapi-document.ts'
import { referencePage } from './page.ts'
import { style } from './style.ts'

/** Serve the page of a document that is made when the first asks. */
export function serveReference(app: FastifyInstance, documentOf: () => object): void {
  let page: Uint8Array | null = null
  app.get('/api/docs', async (request, reply) => {
    page ??= utf8(referencePage(documentOf() as OpenApiDocument))
    void reply.header('content-security-policy', pagePolicy).type('text/html; charset=utf-8')
    return await sendKept(request, reply, { content: page, lifetime: 'moment', by: 'anybody' })
  })
}

/** It shows itself in its own style and does nothing else. */
const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
