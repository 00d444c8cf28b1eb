import { routes, type Route } from '@sallyport/protocol/api'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApi } from '../openapi.ts'
import type { OpenApiDocument, Schema } from '../openapi-document.ts'
import { exampleOf } from './example.ts'
import { serveReference } from './index.ts'
import { markup } from './markup.ts'
import { referencePage } from './page.ts'
import { shapeMarkup } from './shape.ts'

const document = openApi('https://gate.example.test', '1.2.3') as unknown as OpenApiDocument
const { schemas } = document.components
const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
const page = referencePage(document)

describe('referencePage()', () => {
  test('has every route with its summary, every shape and every problem, each under its anchor', () => {
    for (const { operationId, tags } of operations) {
      expect(page).toContain(`id="${operationId}"`)
      expect(document.tags.map(({ name }) => name)).toContain(tags[0])
    }
    for (const name of Object.keys(schemas)) expect(page).toContain(`id="shape-${name}"`)
    for (const code of Object.keys(document.components.responses)) expect(page).toContain(`id="problem-${code}"`)
  })

  test('links to anchors that are there, each of them once', () => {
    const anchors = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(anchors).size).toBe(anchors.length)
    const links = [...page.matchAll(/ href="([^"]+)"/g)].map(([, target = '']) => target)
    expect(links.filter((target) => !target.startsWith('#'))).toEqual(['/api/openapi.json'])
    expect(links.filter((target) => target.startsWith('#') && !anchors.includes(target.slice(1)))).toEqual([])
  })

  test('shows as text whatever the document holds', () => {
    const summary = `<script>alert(1)</script> & "more" 'too'`
    const hostile = {
      operationId: 'x',
      summary,
      tags: ['T'],
      'x-sallyport-action': summary,
      parameters: [],
      responses: {},
    }
    const shown = referencePage({ ...document, tags: [{ name: 'T' }], paths: { '/<b>': { get: hostile } } })
    expect(shown).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot; &#39;too&#39;')
    expect(shown).not.toMatch(/<script|\/<b>/)
  })

  test('calls with what the route takes: address, proof where it needs sign-in, body', () => {
    expect(page).toContain(
      `curl --cacert ca.pem &#39;https://gate.example.test/api/v1/roster/compare?from=2026-01-31&amp;to=2026-01-31&#39;`,
    )
    const enclave = page.slice(page.indexOf('id="enclave"'), page.indexOf('</details>', page.indexOf('id="enclave"')))
    expect(enclave).not.toContain('$TOKEN')
    expect(page.match(/-H &quot;dpop: \$PROOF&quot;/g)).toHaveLength(
      Object.values<Route>(routes).filter(({ access }) => access !== 'none').length,
    )
  })
})

describe('exampleOf()', () => {
  const bodies = Object.entries<Route>(routes).filter(([, { body }]) => body !== undefined && body !== 'bytes')

  test.each(bodies)('%s is called with a body that it reads', (name, { body }) => {
    const operation = operations.find(({ operationId }) => operationId === name)
    const schema = operation?.requestBody?.content['application/json']?.schema
    const read = typeof body === 'object' ? body.safeParse(exampleOf(schema ?? {}, schemas)) : null
    expect(read?.error?.issues ?? []).toEqual([])
  })

  test('parameters are as their patterns want them', () => {
    const needed = operations.flatMap(({ parameters }) => parameters).filter(({ required }) => required)
    const wrong = needed.filter(
      ({ name, schema }) => !new RegExp(schema.pattern ?? '').test(String(exampleOf(schema, schemas, name))),
    )
    expect(wrong).toEqual([])
  })
})

describe('shapeMarkup()', () => {
  const textOf = (schema: Schema) => shapeMarkup(schema).written.replaceAll(/<[^>]*>/g, '')

  test.each<[string, Schema]>([
    ['person', { $ref: '#/components/schemas/person' }],
    [
      '{ version: integer, name?: string(1..64) }',
      {
        type: 'object',
        additionalProperties: false,
        required: ['version'],
        properties: { version: { type: 'integer' }, name: { type: 'string', minLength: 1, maxLength: 64 } },
      },
    ],
    ['(string | null)[]', { type: 'array', items: { type: ['string', 'null'] } }],
    ['&quot;a&quot; | &quot;b&quot; = &quot;a&quot;', { enum: ['a', 'b'], default: 'a' }],
    ['{ any others }', { type: 'object' }],
  ])('%s', (text, schema) => {
    expect(textOf(schema)).toBe(text)
  })

  test('what is too long for a line stands member by member', () => {
    const properties = Object.fromEntries(
      ['first', 'second', 'third'].map((name) => [name.repeat(6), { type: 'string' }]),
    )
    const lines = textOf({ type: 'object', properties, additionalProperties: false }).split('\n')
    expect(lines).toHaveLength(5)
    expect(lines[1]).toBe(`  ${'first'.repeat(6)}?: string`)
  })
})

test('markup`` escapes texts and takes markup as it is', () => {
  expect(markup`<p title="${'"<'}">${markup`<b>${'&'}</b>`}${[markup`<i></i>`]}</p>`.written).toBe(
    '<p title="&quot;&lt;"><b>&amp;</b><i></i></p>',
  )
})

describe('serveReference()', () => {
  let app: FastifyInstance
  beforeAll(() => {
    app = fastify()
    serveReference(app, () => document)
  })
  afterAll(() => app.close())

  test('serves the page to whoever has it not yet, under a policy that lets its own style in and nothing else', async () => {
    const { body, headers, statusCode } = await app.inject({ method: 'GET', url: '/api/docs' })
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    const style = /<style>([^]*?)<\/style>/.exec(body)?.[1] ?? ''
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString('base64')
    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${digest}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
    expect(body).not.toMatch(/<script| style=| on\w+=|https?:\/\/(?!gate\.example\.test)/)
    const again = await app.inject({
      method: 'GET',
      url: '/api/docs',
      headers: { 'if-none-match': String(headers.etag) },
    })
    expect(again.statusCode).toBe(304)
  })
})
