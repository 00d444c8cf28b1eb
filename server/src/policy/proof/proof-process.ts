// One method over one policy set, in a process of its own, which can be ended whatever it does. It reads the set anew, answers once, and
// ends with the gate.

import { compileNamedPolicies } from '../cedar/index.ts'
import { proveExhaustively } from './exhaustive.ts'
import { proveBySmt } from './smt.ts'
import { startSolver } from './z3.ts'
import type { ProofAnswer, ProofQuestion } from './prove-apart.ts'

async function answer({ method, policyText, limits }: ProofQuestion): Promise<ProofAnswer> {
  try {
    const { policies } = compileNamedPolicies(policyText)
    if (method === 'exhaustive') return { answer: proveExhaustively(policies) }
    return {
      answer: await proveBySmt(policies, await startSolver({ timeoutMs: limits.timeoutMs, memory: limits.memory })),
    }
  } catch (error) {
    return { failed: error instanceof Error ? error.message.slice(0, 300) : 'it failed' }
  }
}

process.on('message', (question: ProofQuestion) => {
  // The solver's threads would keep the process.
  void answer(question).then((told) => process.send?.(told, () => process.kill(process.pid, 'SIGKILL')))
})
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// Those who stop the gate at its terminal mean the gate, which ends this one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
