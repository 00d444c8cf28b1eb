// Everything that Cedar's own engine says of a set that somebody wrote, in one go: what is wrong with it, how the formatter writes it, and
// its policies parsed. It may take seconds, and an engine whose stack has overflowed reads nothing any more, so that a gate that decides
// asks for it in another process (`read-policy-set.ts`).

import { Problem } from '@sallyport/protocol'
import { namedPoliciesJson } from './compile.ts'
import { cedarWasm, type PolicyJson } from './source.ts'
import { formattedLineWidth, validate, type PolicyFinding } from './validate.ts'

export interface SetRead {
  readonly findings: readonly PolicyFinding[]
  /** Null where anything is wrong but how it is laid out. */
  readonly sound: {
    /** As the formatter writes it, which is how it is kept. */
    readonly policyText: string
    readonly policies: readonly PolicyJson[]
  } | null
}

/** Read a set. Throws Problem `invalid-request` for text that the formatter or the parser refuses after all. */
export function readSet(policyText: string, schemaText: string): SetRead {
  const findings = validate(policyText, schemaText)
  if (findings.some((one) => one.code !== 'format')) return { findings, sound: null }
  const formatted = formatPolicies(policyText)
  return { findings, sound: { policyText: formatted, policies: namedPoliciesJson(formatted) } }
}

function formatPolicies(policyText: string): string {
  const answer = cedarWasm.formatPolicies({ policyText, lineWidth: formattedLineWidth })
  if (answer.type === 'success') return answer.formatted_policy
  throw new Problem('invalid-request', `cannot format policies: ${answer.errors[0]?.message ?? 'refused'}`)
}
