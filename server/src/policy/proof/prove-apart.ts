// A method in a process of its own, from the gate's side: bounded in time and memory. INVARIANT: I4, what does not answer has not proved.

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { MethodAnswer } from './statement.ts'

export type Method = 'exhaustive' | 'smt'

export interface ProofLimits {
  /** For everything that one method does, milliseconds. */
  readonly timeoutMs: number
  /** For the solver, and for JavaScript beside it: mebibytes. */
  readonly memory: number
}

export interface ProofQuestion {
  readonly method: Method
  readonly policyText: string
  readonly limits: ProofLimits
}

export type ProofAnswer = { readonly answer: MethodAnswer } | { readonly failed: string }

// A built release has .js where the sources have .ts, here as everywhere.
const program = fileURLToPath(
  new URL(`./proof-process${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url),
)

/** Let one method look at a set whose text has been validated. Whatever becomes of its process, there is an answer. */
export function proveApart(question: ProofQuestion): Promise<ProofAnswer> {
  const { timeoutMs, memory } = question.limits
  return new Promise((resolve) => {
    const child = fork(program, [], {
      serialization: 'advanced',
      // Not the gate's own: they would profile, inspect or listen once more. Nested policies are read by recursion.
      execArgv: [`--max-old-space-size=${memory}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const tell = (told: ProofAnswer) => {
      clearTimeout(watch)
      resolve(told)
      child.kill('SIGKILL')
    }
    const watch = setTimeout(() => tell({ failed: `it did not end within ${timeoutMs} ms` }), timeoutMs)
    child.on('message', (told: ProofAnswer) => tell(told))
    for (const event of ['exit', 'error'] as const)
      child.on(event, () => tell({ failed: 'its process ended without an answer' }))
    child.send(question, (error) => {
      if (error !== null) tell({ failed: 'its process ended without an answer' })
    })
  })
}
