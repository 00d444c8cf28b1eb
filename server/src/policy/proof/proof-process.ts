// One method over one policy set, in a process of its own, which can be ended whatever it does. It reads the set anew.

import { answerApart } from '../ask-apart.ts'
import { compileNamedPolicies } from '../cedar/index.ts'
import { proveExhaustively } from './exhaustive.ts'
import { proveBySmt } from './smt.ts'
import { startSolver } from './z3.ts'
import type { ProofAnswer, ProofQuestion } from './prove-apart.ts'

answerApart(async (question): Promise<ProofAnswer> => {
  const { method, policyText, limits } = question as ProofQuestion
  const { policies } = compileNamedPolicies(policyText)
  if (method === 'exhaustive') return { answer: proveExhaustively(policies) }
  const solver = await startSolver({ timeoutMs: limits.timeoutMs, memory: limits.memory })
  return { answer: await proveBySmt(policies, solver) }
})
