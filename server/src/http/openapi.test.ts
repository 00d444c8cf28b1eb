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
      const statuses = new Set(problemsOf(route).map((code) => String(problems[code].status)))
      expect(listed, name).toEqual([...statuses])
      const query = operation?.parameters.filter((one) => one.in === 'query').map((one) => one.name)
      expect(query, name).toEqual(Object.keys(route.query?.shape ?? {}))
    }
  })

  test('lists the whole closed table of problems', () => {
    const { responses } = described.components
    expect(Object.keys(responses).sort()).toEqual(Object.keys(problems).sort())
  })

  test('has every list a page at a time, and says why the others are short', () => {
    const lists = Object.values(described.paths)
      .flatMap((path) => (path['get'] === undefined ? [] : [path['get']]))
      .map(({ operationId, parameters, responses }) => {
        const { $ref = '' } = responses['200']?.content?.['application/json']?.schema ?? {}
        const members = described.components.schemas[$ref.split('/').at(-1) ?? '']?.properties ?? {}
        const isList = Object.values(members).some(({ type }) => type === 'array')
        const hasPlace = parameters.some(({ name }) => name === 'after')
        return { operationId, isList, hasPlace, hasNext: 'next' in members }
      })
    expect(lists.filter(({ hasPlace, hasNext }) => hasPlace !== hasNext)).toEqual([])
    const whole = lists.filter(({ isList, hasNext }) => isList && !hasNext).map((one) => one.operationId)
    expect(whole.sort()).toEqual(Object.keys(whyWhole).sort())
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

/** Answers with an array that come whole: parts of one thing, or lists that cannot be long. */
const whyWhole: Readonly<Record<string, string>> = {
  approval: 'one request; its approvals are two',
  authorization: 'one authorization; its terms are bounded',
  backups: 'the newest hundred: who makes one a day has the last three months',
  authorizationDuties: 'the duties of one authorization, and 1,000 records of them; the ledger has the others',
  authorizationDraws: 'the balances of one authorization, and its newest 1,000 draws; the ledger has the others',
  authorizationHistory: 'the versions of one authorization',
  boundary: 'what the configuration names',
  classificationCarriers: 'what carries one record: labels, vaults with counts, the files that were given it',
  classificationHistory: 'the line of one record',
  classificationLists: 'legal data, of a size that is known',
  classificationTasks: 'those that are due longest, 500 of each kind: what is done leaves the list',
  decision: 'one decision',
  dueMails: 'the newest 500; the ledger has the others',
  exemptions: 'legal data, of a size that is known',
  file: 'one file; its labels are bounded',
  fileCopies: 'whoever received one file',
  fileHistory: 'the labels and rescues of one file',
  fileProvisos: 'the provisos that one person and one file meet',
  fileShares: 'the newest 1,000 shares of one file that have not ended',
  founding: 'founders are three to seven',
  keys: 'keys are made by hand, one at a time',
  labelMappings: 'there are 2,000 at most',
  ledgerAlarms: 'the newest 1,000; the ledger has the others',
  ledgerReconcile: 'tables of this version',
  legalData: 'versions are loaded by hand, one at a time',
  ownRefusal: 'one refusal',
  ownDuties: 'of one person, in 100 authorizations: what is done leaves the list',
  passkeys: 'of one person',
  failedSignIns: 'of each way, reason and place the newest 20',
  passkeysOfPerson: 'of one person',
  person: 'one person; roles and assignments are bounded',
  personHistory: 'the versions of one person, and the newest 1,000 looks',
  sessions: 'of one person, 1,000 at most',
  sessionsOfPerson: 'of one person, 1,000 at most',
  settings: 'settings of this version',
  sharedFiles: 'of the newest 500 shares; the list of files has all of them',
  unusualReleases: 'of the newest 2,000 releases',
  tasks: 'the 1,000 that are due longest: what is done leaves the list',
}
