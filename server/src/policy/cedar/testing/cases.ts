// Cedar's public cases: a file names policies, entities and a schema, and says what each request must be answered.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilePolicies, type CedarAnswer, type CedarRequest } from '../compile.ts'
import type { EntityStore } from '../entities.ts'
import { entitiesFromJson, recordFromJson, uidFromJson } from '../json.ts'
import { cedarWasm } from '../source.ts'

export interface WrittenCase {
  readonly policies: string
  readonly entities: string
  readonly schema: string
  readonly requests: readonly WrittenRequest[]
}

export interface WrittenRequest {
  readonly description: string
  readonly principal: unknown
  readonly action: unknown
  readonly resource: unknown
  readonly context: unknown
  readonly decision: string
  readonly reason: readonly string[]
  readonly errors: readonly string[]
}

/** One case as text: its own file and the three that it names. */
export interface CaseTexts {
  readonly name: string
  readonly case: string
  readonly policies: string
  readonly schema: string
  readonly entities: string
}

/** Read a case and the files it names, which are relative to the root. */
export function readCase(root: string, path: string): CaseTexts {
  const read = (relative: string) => readFileSync(join(root, relative), 'utf8')
  const text = read(path)
  const { policies, schema, entities } = exactJson(text) as WrittenCase
  return { name: path, case: text, policies: read(policies), schema: read(schema), entities: read(entities) }
}

/** Run every request of a case and say which are answered otherwise than recorded. */
export function runCase(texts: CaseTexts): { readonly asked: number; readonly wrong: readonly string[] } {
  const compiled = compilePolicies(texts.policies)
  const requests = requestsOf(texts)
  const wrong = requests.flatMap(({ request, asked }) => {
    const got = summary(compiled.evaluate(asked))
    const want = JSON.stringify([request.decision, [...request.reason].sort(), [...request.errors].sort()])
    return got === want ? [] : [`${texts.name}, ${request.description}: got ${got}, want ${want}`]
  })
  return { asked: requests.length, wrong }
}

/** The requests of a case, as they are written and as they are asked. */
export function requestsOf(
  texts: CaseTexts,
): readonly { readonly request: WrittenRequest; readonly asked: CedarRequest }[] {
  const entities = entitiesUnder(texts.schema, exactJson(texts.entities))
  return (exactJson(texts.case) as WrittenCase).requests.map((request) => ({
    request,
    asked: {
      principal: uidFromJson(request.principal),
      action: uidFromJson(request.action),
      resource: uidFromJson(request.resource),
      context: recordFromJson(request.context),
      entities,
    },
  }))
}

/** What an answer says, without the words of its errors. */
export function summary({ decision, determining, errors }: CedarAnswer): string {
  return JSON.stringify([decision, [...determining].sort(), errors.map((error) => error.policyId).sort()])
}

// With a schema, Cedar adds the schema's actions and their groups to the entities, and reads `{type, id}` as a reference
// where the schema has one.
function entitiesUnder(schema: string, json: unknown): EntityStore {
  const parsed = cedarWasm.schemaToJsonWithResolvedTypes(schema)
  if (parsed.type === 'failure') throw new Error(`schema: ${parsed.errors[0]?.message}`)
  const shapes = new Map<string, SchemaType>()
  const actions = Object.entries(parsed.json).flatMap(([namespace, { actions, entityTypes }]) => {
    const prefix = namespace === '' ? '' : `${namespace}::`
    for (const [name, type] of Object.entries(entityTypes)) shapes.set(`${prefix}${name}`, type as SchemaType)
    return Object.entries(actions).map(([id, { memberOf }]) => ({
      uid: { type: `${prefix}Action`, id },
      parents: (memberOf ?? []).map((parent) => ({ type: parent.type ?? `${prefix}Action`, id: parent.id })),
    }))
  })
  const given = json as { uid: unknown; attrs: Readonly<Record<string, unknown>> }[]
  const keys = new Set(given.map((one) => uidFromJson(one.uid).key))
  return entitiesFromJson([
    ...given.map((one) => ({ ...one, attrs: underType(one.attrs, shapes.get(uidFromJson(one.uid).type)?.shape) })),
    ...actions.filter((one) => !keys.has(uidFromJson(one.uid).key)),
  ])
}

interface SchemaType {
  readonly type?: string
  readonly shape?: SchemaType
  readonly element?: SchemaType
  readonly attributes?: Readonly<Record<string, SchemaType>>
}

function underType(json: unknown, type: SchemaType | undefined): unknown {
  if (typeof json !== 'object' || json === null || type === undefined || '__extn' in json) return json
  if (Array.isArray(json)) return json.map((one) => underType(one, type.element))
  if (type.type === 'Entity') return '__entity' in json ? json : { __entity: json }
  const fields = Object.entries(json as Readonly<Record<string, unknown>>)
  return Object.fromEntries(fields.map(([name, one]) => [name, underType(one, type.attributes?.[name])]))
}

// Integers beyond 2^53 stay exact as bigints.
function exactJson(text: string): unknown {
  const exact = (_: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) ? BigInt(context?.source ?? 'inexact') : value
  return JSON.parse(text, exact) as unknown
}
