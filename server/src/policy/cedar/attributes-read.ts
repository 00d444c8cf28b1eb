// Which attributes of a request a policy reads, from its text: what a picture of a decision draws its lines by.

import type { Expression, Policy, Variable } from './syntax.ts'

/**
 * Tell the paths that a policy reads, each once and in order: `principal.programs`, `context.place.country`. One that asks for the thing
 * itself reads `resource.id`; which actions it is for is no attribute.
 */
export function attributesRead({ principal, resource, conditions }: Policy): readonly string[] {
  const paths = new Set<string>()
  for (const one of [principal, resource, ...conditions]) collect(one, paths)
  return [...paths].sort()
}

function collect(of: Expression, paths: Set<string>): void {
  const path = pathOf(of)
  if (path !== null) {
    const [variable, ...names] = path
    if (variable !== 'action') paths.add([variable, ...(names.length === 0 ? ['id'] : names)].join('.'))
    return
  }
  for (const part of partsOf(of)) collect(part, paths)
}

function pathOf(of: Expression): readonly [Variable, ...string[]] | null {
  if (of.kind === 'variable') return [of.name]
  if (of.kind !== 'attribute' && of.kind !== 'has') return null
  const before = pathOf(of.of)
  return before === null ? null : [...before, of.name]
}

function partsOf(of: Expression): readonly Expression[] {
  switch (of.kind) {
    case 'value':
    case 'variable':
      return []
    case 'unary':
    case 'attribute':
    case 'has':
    case 'like':
      return [of.of]
    case 'is':
      // What kind of thing it is, the action says.
      return of.of.kind === 'variable' ? [] : [of.of]
    case 'and':
    case 'or':
    case 'binary':
      return [of.left, of.right]
    case 'if':
      return [of.test, of.whenTrue, of.whenFalse]
    case 'set':
      return of.items
    case 'record':
      return of.fields.map(([, field]) => field)
    case 'call':
      return of.args
    default:
      return of satisfies never
  }
}
