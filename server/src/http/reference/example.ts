// An example of what a shape takes, made from the shape: the first of what it lists, and only the members that must be there.

import type { Schema } from '../openapi-document.ts'

type Schemas = Readonly<Record<string, Schema>>

const anId = '0190c0de-0000-7000-8000-000000000001'
/** What patterns are satisfied by; the first that fits is shown. */
const texts = [
  'falcon',
  'GB',
  '2026-01-31',
  '2026-01-31T08:00:00Z',
  '000',
  '120.50',
  '/files',
  'YWJj',
  'https://falcon.example/attr/program/value/falcon',
  'sallyport:1:falcon',
  '3b4a'.repeat(16),
  'kb'.repeat(22),
  'k'.repeat(43),
  'B-1234-5678',
  'ABCD-EFGH',
  anId,
]

/** Make an example. `name` is that of the member it stands under, for texts that may be anything. */
export function exampleOf(schema: Schema, schemas: Schemas, name = 'text'): unknown {
  const { $ref, enum: values, type, format } = schema
  if ($ref !== undefined) return exampleOf(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas, name)
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (values !== undefined) return values[0]
  const [first] = schema.anyOf ?? schema.oneOf ?? []
  if (first !== undefined) return exampleOf(first, schemas, name)
  if (typeof type === 'object') return exampleOf({ ...schema, type: type[0] ?? 'null' }, schemas, name)
  switch (type) {
    case 'object':
      return objectOf(schema, schemas)
    case 'array':
      return Array.from({ length: lengthOf(schema) }, () => exampleOf(schema.items ?? {}, schemas, name))
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1)
    case 'boolean':
      return true
    case 'null':
      return null
    case undefined:
    default:
      return format === undefined ? textOf(schema, name) : (formats[format] ?? name)
  }
}

/** Of what is long to write, no more than there must be. */
function lengthOf({ items = {}, minItems = 0 }: Schema): number {
  return items.type === 'string' ? Math.max(1, minItems) : minItems
}

function objectOf({ properties = {}, required = [] }: Schema, schemas: Schemas): unknown {
  return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] ?? {}, schemas, name)]))
}

const formats: Readonly<Record<string, string>> = {
  uuid: anId,
  date: '2026-01-31',
  'date-time': '2026-01-31T08:00:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com/',
}

/** What members of these names usually hold. */
const named: Readonly<Record<string, string>> = {
  name: 'Ada Miller',
  reason: 'as agreed with counsel on 12 January',
  evidenceRef: 'HR-2026-014',
  citation: '22 CFR 125.4(b)(9)',
  usml: 'XI(c)',
}

function textOf({ pattern, minLength = 0, maxLength = Number.MAX_SAFE_INTEGER }: Schema, name: string): string {
  const text = named[name] ?? `the ${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`
  if (pattern === undefined) return text.padEnd(minLength, '.').slice(0, maxLength)
  const wanted = new RegExp(pattern, 'u')
  return texts.find((text) => wanted.test(text)) ?? name
}
