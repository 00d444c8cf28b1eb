// What must be right about a policy set before anybody thinks about what it permits: it agrees with its schema, it is
// written as the formatter writes it, and each policy is named and explained to the person it will refuse.

import { Problem } from '@sallyport/protocol'
import type * as CedarWasm from '@cedar-policy/cedar-wasm/nodejs'
import { cedarWasm, parsePolicy, placeOf, splitPolicies, type SourcePolicy, type TextPlace } from './source.ts'

export interface PolicyFinding {
  readonly code:
    | 'not-cedar'
    | 'schema'
    | 'error'
    | 'warning'
    | 'format'
    | 'template'
    | 'id-missing'
    | 'id-form'
    | 'id-repeated'
    | 'reason-missing'
    | 'fix-missing'
    | 'ask-missing'
  /** The policy's `@id`, or the line where it begins when it has none; null for findings about the whole text. */
  readonly policy: string | null
  readonly message: string
  /** Where in the text, from 1; null for findings about the whole of it, and of the schema. */
  readonly line: number | null
  readonly column: number | null
}

export const formattedLineWidth = 100

const nowhere = { line: null, column: null }
const idForm = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/**
 * Check policy text against a schema: Cedar's validator in strict mode with every warning reported, the formatter (100
 * columns) as a fixed point, and the annotations `@id` (kebab-case, unique), `@reason`, `@fix` and `@ask`. An empty list
 * means that nothing was found.
 */
export function validate(policyText: string, schemaText: string): readonly PolicyFinding[] {
  const policies = readPolicies(policyText)
  if ('code' in policies) return [policies]
  return [...validatorFindings(policies, schemaText), ...formatFindings(policyText), ...annotationFindings(policies)]
}

interface NamedPolicy {
  readonly source: SourcePolicy
  readonly annotations: ReadonlyMap<string, string>
  readonly name: string
}

function readPolicies(text: string): readonly NamedPolicy[] | PolicyFinding {
  try {
    return splitPolicies(text).map((source) => {
      const annotations: ReadonlyMap<string, string> = source.isTemplate
        ? new Map<string, string>()
        : annotationsOf(source)
      return { source, annotations, name: annotations.get('id') || `line ${source.line}` }
    })
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    const { line = null, column = null } = problem.details as Partial<TextPlace>
    return { code: 'not-cedar', policy: null, message: problem.message, line, column }
  }
}

// What Cedar says of one policy, it says of that text alone.
function annotationsOf(source: SourcePolicy): ReadonlyMap<string, string> {
  try {
    return parsePolicy(source, '').annotations
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    const place =
      (problem.details as Partial<TextPlace>).line === undefined ? null : (problem.details as unknown as TextPlace)
    throw new Problem(problem.code, problem.message, { details: { ...within(source, place) } })
  }
}

function within({ line }: SourcePolicy, place: TextPlace | null): { line: number; column: number } {
  return place === null ? { line, column: 1 } : { line: line + place.line - 1, column: place.column }
}

function validatorFindings(policies: readonly NamedPolicy[], schema: string): readonly PolicyFinding[] {
  // The validator's own names are places in this list, since a name may still be missing or there twice.
  const numbered = policies.map(({ source }, at) => ({ source, key: String(at) }))
  const texts = (isTemplate: boolean): Record<string, string> =>
    Object.fromEntries(
      numbered.filter(({ source }) => source.isTemplate === isTemplate).map(({ source, key }) => [key, source.text]),
    )
  const answer = cedarWasm.validate({
    schema,
    policies: { staticPolicies: texts(false), templates: texts(true) },
    validationSettings: { mode: 'strict' },
  })
  if (answer.type === 'failure') {
    return answer.errors.map((error) => ({ code: 'schema', policy: null, message: error.message, ...nowhere }))
  }
  const about = (code: 'error' | 'warning') => (found: CedarWasm.ValidationError) => {
    const about = policies[Number(found.policyId)]
    const message = found.error.message.replace(/^for policy `\d+`, /, '')
    const place = about === undefined ? nowhere : within(about.source, placeOf(found.error, about.source.text))
    return { code, policy: about?.name ?? null, message, ...place }
  }
  return [
    ...answer.validationErrors.map(about('error')),
    ...answer.validationWarnings.map(about('warning')),
    ...answer.otherWarnings.map(
      (warning) => ({ code: 'warning', policy: null, message: warning.message, ...nowhere }) as const,
    ),
  ]
}

function formatFindings(policyText: string): readonly PolicyFinding[] {
  const answer = cedarWasm.formatPolicies({ policyText, lineWidth: formattedLineWidth })
  if (answer.type === 'failure') {
    return [{ code: 'format', policy: null, message: answer.errors[0]?.message ?? 'cannot be formatted', ...nowhere }]
  }
  if (answer.formatted_policy === policyText) return []
  const lines = policyText.split('\n')
  const at = answer.formatted_policy.split('\n').findIndex((line, index) => line !== lines[index])
  const line = at < 0 ? lines.length : at + 1
  const message = `from line ${line} on it is not as the formatter writes it`
  return [{ code: 'format', policy: null, message, line, column: 1 }]
}

const explanations = ['reason', 'fix', 'ask'] as const

function annotationFindings(policies: readonly NamedPolicy[]): readonly PolicyFinding[] {
  const seen = new Set<string>()
  return policies.flatMap(({ source, annotations, name }): PolicyFinding[] => {
    const at = within(source, null)
    if (source.isTemplate) {
      return [{ code: 'template', policy: name, message: 'it is a template; every policy stands for itself', ...at }]
    }
    const findings: PolicyFinding[] = []
    const id = annotations.get('id') ?? ''
    if (id === '') findings.push({ code: 'id-missing', policy: name, message: 'it has no @id', ...at })
    else if (!idForm.test(id))
      findings.push({ code: 'id-form', policy: name, message: 'its @id is not kebab-case', ...at })
    else if (seen.has(id)) {
      findings.push({
        code: 'id-repeated',
        policy: name,
        message: `line ${source.line} has an @id that is taken`,
        ...at,
      })
    }
    seen.add(id)
    for (const wanted of explanations) {
      if ((annotations.get(wanted) ?? '').trim() !== '') continue
      findings.push({ code: `${wanted}-missing`, policy: name, message: `it has no @${wanted}`, ...at })
    }
    return findings
  })
}
