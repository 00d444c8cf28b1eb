// A question to a program of this gate in a process of its own, bounded in time and memory: what reads or proves text that somebody wrote
// may take too long, or break, and must not stop the process that decides. INVARIANT: I4, what does not answer has said nothing.

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface ApartLimits {
  /** For everything that it does, milliseconds. */
  readonly timeoutMs: number
  /** For JavaScript in it: mebibytes. */
  readonly memory: number
  /** For each memory of WebAssembly in it, likewise; as much as it takes unless said. */
  readonly wasmMemory?: number
}

/** Why there is no answer. */
export interface Failed {
  readonly failed: string
}

/** The file of a program beside the file of a module. A built release has .js where the sources have .ts, here as everywhere. */
export function programBeside(moduleUrl: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${moduleUrl.slice(moduleUrl.lastIndexOf('.'))}`, moduleUrl))
}

const pagesOfMebibyte = 16

/** Ask a program once. Whatever becomes of its process, there is an answer. */
export function askApart<T>(program: string, question: object, limits: ApartLimits): Promise<T | Failed> {
  const { timeoutMs, memory, wasmMemory } = limits
  return new Promise((resolve) => {
    const child = fork(program, [], {
      serialization: 'advanced',
      // Not the gate's own: they would profile, inspect or listen once more.
      execArgv: [
        `--max-old-space-size=${memory}`,
        ...(wasmMemory === undefined ? [] : [`--wasm-max-mem-pages=${wasmMemory * pagesOfMebibyte}`]),
      ],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const tell = (told: T | Failed) => {
      clearTimeout(watch)
      resolve(told)
      child.kill('SIGKILL')
    }
    const watch = setTimeout(() => tell({ failed: `it did not end within ${timeoutMs} ms` }), timeoutMs)
    child.on('message', (told: T) => tell(told))
    for (const event of ['exit', 'error'] as const)
      child.on(event, () => tell({ failed: 'its process ended without an answer' }))
    child.send(question, (error) => {
      if (error !== null) tell({ failed: 'its process ended without an answer' })
    })
  })
}

/** Be such a program: answer one question, and end with it, or with the gate. */
export function answerApart(answer: (question: unknown) => Promise<object>): void {
  process.on('message', (question) => {
    const told = answer(question).catch((error: unknown): Failed => ({
      failed: error instanceof Error ? error.message.slice(0, 300) : 'it failed',
    }))
    // Threads that it started would keep the process.
    void told.then((one) => process.send?.(one, () => process.kill(process.pid, 'SIGKILL')))
  })
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // Those who stop the gate at its terminal mean the gate, which ends this one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
}
