// Policies that somebody edited: what is wrong with them where they stand, and how they are kept.

import { Problem } from '@sallyport/protocol'
import { cedarWasm, formattedLineWidth, validate, type PolicyFinding } from './cedar/index.ts'
import type { PolicySource } from './policy-source.ts'

/** Say what is wrong with a set as it is written, with line and column; how it is laid out is no matter. */
export function validatePolicies({ policyText, schemaText }: PolicySource): readonly PolicyFinding[] {
  return validate(policyText, schemaText).filter((one) => one.code !== 'format')
}

/** Write policies as Cedar's formatter does, which is how they are kept. The text has been validated. */
export function formatPolicies(policyText: string): string {
  const answer = cedarWasm.formatPolicies({ policyText, lineWidth: formattedLineWidth })
  if (answer.type === 'success') return answer.formatted_policy
  throw new Problem('invalid-request', `cannot format policies: ${answer.errors[0]?.message ?? 'refused'}`)
}
