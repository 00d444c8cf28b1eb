// A method in a process of its own, from the gate's side. INVARIANT: I4, what does not answer has not proved.

import { askApart, programBeside, type ApartLimits, type Failed } from '../ask-apart.ts'
import type { MethodAnswer } from './statement.ts'

export type Method = 'exhaustive' | 'smt'

export interface ProofQuestion {
  readonly method: Method
  readonly policyText: string
  /** The memory is the solver's as well. */
  readonly limits: ApartLimits
}

export type ProofAnswer = { readonly answer: MethodAnswer } | Failed

/** Let one method look at a set whose text has been validated. Whatever becomes of its process, there is an answer. */
export function proveApart(question: ProofQuestion): Promise<ProofAnswer> {
  return askApart(programBeside(import.meta.url, 'proof-process'), question, question.limits)
}
