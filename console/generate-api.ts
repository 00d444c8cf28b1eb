// Writes what the console knows of the product API: types and addresses, from the gate's own OpenAPI document. What it writes is
// kept in the repository; a test writes it again and compares.

import { writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'
import { openApi } from '../server/src/http/openapi.ts'

const folder = new URL('src/api/gen/', import.meta.url)

interface Operation {
  readonly operationId: string
  readonly summary: string
}

/** Write both files as texts, by name. */
export async function consoleApi(): Promise<Readonly<Record<'schema.ts' | 'calls.ts', string>>> {
  const document = openApi('https://gate.invalid', '0.0.0')
  const schema = await openapiTS(JSON.stringify(document), { alphabetize: true, defaultNonNullable: false })
  const head = '// Written by console/generate-api.ts from the OpenAPI document.\n'
  return { 'schema.ts': head + astToString(schema), 'calls.ts': head + callsOf(document['paths'] as Paths) }
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

function callsOf(paths: Paths): string {
  const lines = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId }]) => `  ${operationId}: { method: '${method.toUpperCase()}', path: '${path}' },\n`,
    ),
  )
  return `export const calls = {\n${lines.sort().join('')}} as const\n`
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(await consoleApi())) writeFileSync(new URL(name, folder), text)
}
