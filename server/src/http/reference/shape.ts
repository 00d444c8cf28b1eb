// A shape as one reads it: its members with their types, a link where a type has a name of its own.

import type { Schema } from '../openapi-document.ts'
import { markup, joined, type Markup } from './markup.ts'

const width = 76

/** Write a shape as markup for a `pre`. */
export function shapeMarkup(schema: Schema, indent = ''): Markup {
  const fallback = schema.default === undefined ? '' : ` = ${JSON.stringify(schema.default)}`
  return markup`${typeMarkup(schema, indent)}${fallback}`
}

/** Where the page says what a named shape is. */
export const anchorOf = (name: string): string => `shape-${name}`

export const nameOf = ({ $ref = '' }: { readonly $ref?: string }): string => $ref.split('/').at(-1) ?? ''

function typeMarkup(schema: Schema, indent: string): Markup {
  const { $ref, enum: values, type } = schema
  const either = schema.anyOf ?? schema.oneOf
  if ($ref !== undefined) return markup`<a href="#${anchorOf(nameOf(schema))}">${nameOf(schema)}</a>`
  if (schema.const !== undefined) return markup`${JSON.stringify(schema.const)}`
  if (values !== undefined) {
    return oneOf(
      values.map((value) => markup`${JSON.stringify(value)}`),
      indent,
    )
  }
  if (either !== undefined) {
    return oneOf(
      either.map((one) => shapeMarkup(one, `${indent}  `)),
      indent,
    )
  }
  if (typeof type === 'object') {
    return oneOf(
      type.map((one) => typeMarkup({ ...schema, type: one }, indent)),
      indent,
    )
  }
  if (type === 'object') return objectMarkup(schema, indent)
  if (type === 'array') {
    const each = shapeMarkup(schema.items ?? {}, indent)
    const isOneWord = /^[\w-]+$/.test(textOf(each))
    return markup`${isOneWord ? each : markup`(${each})`}[]${range(schema.minItems, schema.maxItems)}`
  }
  return markup`${type === 'string' ? stringText(schema) : numberText(schema)}`
}

function objectMarkup({ properties = {}, required = [], additionalProperties }: Schema, indent: string): Markup {
  const members = Object.entries(properties).map(
    ([name, member]) =>
      markup`<b>${name}</b>${required.includes(name) ? '' : '?'}: ${shapeMarkup(member, `${indent}  `)}`,
  )
  const all = additionalProperties === false ? members : [...members, markup`any others`]
  if (all.length === 0) return markup`{}`
  const inline = markup`{ ${joined(all, ', ')} }`
  return fits(inline, indent) ? inline : markup`{\n${all.map((one) => markup`${indent}  ${one}\n`)}${indent}}`
}

function oneOf(parts: readonly Markup[], indent: string): Markup {
  const inline = joined(parts, ' | ')
  return fits(inline, indent) ? inline : markup`${parts.map((one) => markup`\n${indent}  | ${one}`)}`
}

function fits(piece: Markup, indent: string): boolean {
  const text = textOf(piece)
  return text.length + indent.length <= width && !text.includes('\n')
}

/** As long as it is to the reader. */
const textOf = ({ written }: Markup): string => written.replaceAll(/<[^>]*>/g, '').replaceAll(/&\w+;/g, '&')

function stringText({ format, pattern, minLength, maxLength }: Schema): string {
  if (format !== undefined) return format
  return `string${range(minLength, maxLength)}${pattern === undefined ? '' : ` /${pattern}/`}`
}

function numberText({ type, minimum, maximum }: Schema): string {
  const isAny = (bound: number | undefined) => bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER
  const bounds = range(isAny(minimum) ? undefined : minimum, isAny(maximum) ? undefined : maximum)
  return `${String(type ?? 'anything')}${bounds}`
}

function range(least: number | undefined, most: number | undefined): string {
  return least === undefined && most === undefined ? '' : `(${least ?? ''}..${most ?? ''})`
}
