// Both methods over one policy set. A set is proved when both say so; whatever else comes of either counts against it.

import type { ApartLimits } from '../ask-apart.ts'
import type { CompiledPolicies } from '../cedar/index.ts'
import { proveApart, type Method, type ProofAnswer, type ProofQuestion } from './prove-apart.ts'
import { tellStory, type Counterexample } from './story.ts'

export type MethodResult =
  | { readonly method: Method; readonly proved: true }
  | {
      readonly method: Method
      readonly proved: false
      readonly counterexample: Counterexample | null
      readonly state: string
    }

export interface SetProof {
  readonly proved: boolean
  readonly methods: readonly MethodResult[]
}

export const proofLimits: ApartLimits = { timeoutMs: 30_000, memory: 1024 }

const methods: readonly Method[] = ['exhaustive', 'smt']

/** Prove a set, whose text has been validated, by both methods at once. */
export async function proveSet(
  { policyText, compiled }: { readonly policyText: string; readonly compiled: CompiledPolicies },
  limits: ApartLimits = proofLimits,
  ask: (question: ProofQuestion) => Promise<ProofAnswer> = proveApart,
): Promise<SetProof> {
  const results = await Promise.all(
    methods.map(async (method): Promise<MethodResult> => {
      const told = await ask({ method, policyText, limits })
      if ('failed' in told) return { method, proved: false, counterexample: null, state: told.failed }
      if (told.answer.proved) return { method, proved: true }
      const counterexample = tellStory(told.answer.refutation, compiled)
      return { method, proved: false, counterexample, state: counterexample.story }
    }),
  )
  return { proved: results.every((one) => one.proved), methods: results }
}
