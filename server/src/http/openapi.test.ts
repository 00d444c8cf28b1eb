import { fileURLToPath } from 'node:url'
import { Validator } from '@seriousme/openapi-schema-validator'
import { problems, type ProblemCode } from '@sallyport/protocol'
import { problemsOf, routes, type Route } from '@sallyport/protocol/api'
import { describe, expect, test } from 'vitest'
import { openApi } from './openapi.ts'
import type { OpenApiDocument } from './openapi-document.ts'
import { describedAnswers } from './testing/described.ts'
import { surfaceOf } from './testing/surface.ts'

const document = openApi('https://gate.example.test', '0.0.0')
const described = document as unknown as OpenApiDocument
const golden = fileURLToPath(new URL('openapi.golden.md', import.meta.url))

describe('openApi()', () => {
  test('is OpenAPI 3.1, by a validator that is not ours', async () => {
    const validator = new Validator()
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    const damaged = { ...structuredClone(document), paths: { 'no/slash': {} } }
    expect(await new Validator().validate(damaged)).toMatchObject({ valid: false })
  })

  // `--update` writes it anew: read what changed of the surface as a diff.
  test('describes the surface as openapi.golden.md says', async () => {
    const page = `# The product API\n\nMade by the suite from the OpenAPI document that the gate serves at \`/api/openapi.json\`.\n`
    await expect(`${page}\n\`\`\`text\n${surfaceOf(described)}\n\`\`\`\n`).toMatchFileSnapshot(golden)
  })

  test('names every route once, with its parameters and every problem that it answers with', () => {
    const { paths } = described
    const operations = Object.values(paths).flatMap((path) => Object.values(path))
    expect(operations.map((one) => one.operationId).sort()).toEqual(Object.keys(routes).sort())
    for (const [name, route] of Object.entries(routes) as [string, Route][]) {
      const operation = paths[route.path.replace('{+', '{')]?.[route.method.toLowerCase()]
      expect(operation?.['x-sallyport-action'], name).toBe(route.access)
      const listed = Object.keys(operation?.responses ?? {}).filter((status) => !/^[23]/.test(status))
      expect(listed, name).toEqual(problemsOf(route).map((code) => String(problems[code].status)))
      const query = operation?.parameters.filter((one) => one.in === 'query').map((one) => one.name)
      expect(query, name).toEqual(Object.keys(route.query?.shape ?? {}))
    }
  })

  test('lists the whole closed table of problems, each under a status of its own', () => {
    const { responses } = described.components
    expect(Object.keys(responses).sort()).toEqual(Object.keys(problems).sort())
    const statuses = (Object.keys(problems) as ProblemCode[]).map((code) => problems[code].status)
    expect(new Set(statuses).size).toBe(statuses.length)
  })

  test('refers to nothing that is not there', () => {
    const refs = new Set([...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path))
    expect(refs.size).toBeGreaterThan(50)
    const at = (path: string) =>
      path.split('/').reduce<unknown>((value, member) => (value as Record<string, unknown>)?.[member], document)
    expect([...refs].filter((path) => at(path) === undefined)).toEqual([])
  })
})

describe('what the client of the tests holds answers against', () => {
  const check = describedAnswers()
  const json = 'application/json; charset=utf-8'
  const problem = (code: ProblemCode) => ({
    status: problems[code].status,
    contentType: 'application/problem+json',
    value: { type: `urn:sallyport:problem:${code}`, title: problems[code].title, status: problems[code].status },
  })

  test('takes what is described, and knows nothing of what is not the product API', () => {
    expect(() =>
      check('GET', '/api/v1/vaults', { status: 200, contentType: json, value: { vaults: [], next: null } }),
    ).not.toThrow()
    expect(() => check('GET', '/api/v1/vaults?x=1', problem('refused'))).not.toThrow()
    expect(() => check('GET', '/healthz', { status: 200, contentType: json, value: 7 })).not.toThrow()
  })

  test.each([
    ['a member that is missing', { status: 200, contentType: json, value: {} }, "required property 'vaults'"],
    ['a member too many', { status: 200, contentType: json, value: { vaults: [], more: 1 } }, 'additional properties'],
    ['another type', { status: 200, contentType: 'text/html', value: { vaults: [] } }, 'as text/html'],
    ['a status that is not listed', problem('conflict'), 'does not list'],
    ['a problem of another status', { ...problem('refused'), status: 401 }, 'equal to constant'],
  ])('refuses %s', (_, answered, says) => {
    expect(() => check('GET', '/api/v1/vaults', answered)).toThrow(says)
  })
})
