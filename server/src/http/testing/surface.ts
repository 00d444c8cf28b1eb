// For tests only: the OpenAPI document as lines that read well as a diff. Each route with what decides it, what it takes, what it
// answers and what can go wrong; each shape with its members.

import type { Content, OpenApiDocument, Operation, Schema } from '../openapi-document.ts'

/** Write the surface of the product API, routes and then shapes, each in the order of its name. */
export function surfaceOf({ paths, components }: OpenApiDocument): string {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => routeText(`${method.toUpperCase()} ${path}`, one)),
  )
  const shapes = Object.entries(components.schemas).map(([name, schema]) => `${name} = ${told(schema, '')}`)
  return [...routes.sort(), ...shapes.sort()].join('\n\n').replaceAll(/ +$/gm, '')
}

function routeText(route: string, one: Operation): string {
  const { 200: done, ...failing } = one.responses
  const query = one.parameters.filter((parameter) => parameter.in === 'query')
  const heeded = one.parameters.filter(({ in: place }) => place === 'header').map(({ name }) => name)
  const member = ({ name, required, schema }: (typeof query)[number]) =>
    `${name}${required ? '' : '?'}: ${told(schema, '')}`
  return [
    `${route}  ${one.operationId}`,
    `  ${one.summary}`,
    `  decides   ${one['x-sallyport-action']}${one.description === undefined ? '' : `. ${one.description}`}`,
    ...(query.length === 0 ? [] : [`  query     ${query.map(member).join(', ')}`]),
    ...(one.requestBody === undefined ? [] : [`  takes     ${contentText(one.requestBody.content)}`]),
    ...(heeded.length === 0 ? [] : [`  heeds     ${heeded.join(', ')}`]),
    `  answers   ${contentText(done?.content ?? {})}${done?.headers === undefined ? '' : ', tagged'}`,
    `  or        ${Object.entries(failing)
      .map(([status, { $ref, description = '', content }]) => {
        const either = content === undefined ? '' : description
        return `${status} ${$ref?.split('/').at(-1) ?? either}`.trim()
      })
      .join(', ')}`,
  ].join('\n')
}

function contentText(content: Content): string {
  return Object.entries(content)
    .map(([type, { schema }]) => (type === 'application/json' && schema !== undefined ? told(schema, '') : type))
    .join(' or ')
}

function told(schema: Schema, indent: string): string {
  const fallback = schema.default === undefined ? '' : ` = ${JSON.stringify(schema.default)}`
  return `${plain(schema, indent)}${fallback}`
}

function plain(schema: Schema, indent: string): string {
  const { $ref, enum: values, anyOf, oneOf, type, items, minimum, maximum } = schema
  const either = anyOf ?? oneOf
  if ($ref !== undefined) return $ref.split('/').at(-1) ?? ''
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ')
  if (either !== undefined)
    return wrapped(
      either.map((one) => told(one, `${indent}  `)),
      ' | ',
      indent,
    )
  if (typeof type === 'object') return type.map((one) => plain({ ...schema, type: one }, indent)).join(' | ')
  if (type === 'object') return objectText(schema, indent)
  if (type === 'array') {
    const each = told(items ?? {}, indent)
    return `${/^[\w-]+$/.test(each) ? each : `(${each})`}[]${range(schema.minItems, schema.maxItems)}`
  }
  if (type === 'string') return textOf(schema)
  const isSafe = (bound: number | undefined) => bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER
  return `${type ?? 'anything'}${isSafe(minimum) && isSafe(maximum) ? '' : range(minimum, maximum)}`
}

function objectText({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
  const members = Object.entries(properties).map(
    ([name, schema]) => `${name}${required.includes(name) ? '' : '?'}: ${told(schema, `${indent}  `)}`,
  )
  const all = additionalProperties === false ? members : [...members, '...']
  const inline = `{ ${all.join(', ')} }`
  if (inline.length + indent.length <= 100 && !inline.includes('\n')) return inline
  return `{\n${all.map((one) => `${indent}  ${one}\n`).join('')}${indent}}`
}

function wrapped(parts: readonly string[], between: string, indent: string): string {
  const inline = parts.join(between)
  if (inline.length + indent.length <= 100 && !inline.includes('\n')) return inline
  return parts.map((one) => `\n${indent}  | ${one}`).join('')
}

function textOf({ format, pattern, minLength, maxLength }: Schema): string {
  if (format !== undefined) return format
  return `string${range(minLength, maxLength)}${pattern === undefined ? '' : ` /${pattern}/`}`
}

function range(least: number | undefined, most: number | undefined): string {
  return least === undefined && most === undefined ? '' : `(${least ?? ''}..${most ?? ''})`
}
