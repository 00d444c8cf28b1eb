// One token process, from the gate's side. Whatever happens to it, each question gets an answer: its own, or that it is lost.

import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TokenAnswer, TokenQuestion } from './pkcs11-messages.ts'

// A built release has .js where the sources have .ts, here as everywhere.
const program = fileURLToPath(
  new URL(`./pkcs11-process${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url),
)

/** Starts at once; ends with the gate, whatever ends that. */
export class TokenProcess {
  readonly #child: ChildProcess
  readonly #asked: ((answer: TokenAnswer) => void)[] = []
  #stallMs: number
  #watch: NodeJS.Timeout | undefined
  #end: string | null = null

  /** `stallMs`: ended when it has something to answer and does not for so long. */
  constructor(stallMs: number) {
    this.#stallMs = stallMs
    this.#child = fork(program, [], {
      serialization: 'advanced',
      // Not the gate's own: they would profile, inspect or listen once more.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child.on('message', (answer: TokenAnswer) => this.#told(answer))
    for (const event of ['exit', 'disconnect', 'error'] as const) {
      this.#child.on(event, () => this.#ended('its process ended'))
    }
    this.#child.unref()
    this.#child.channel?.unref()
  }

  /** Questions that it has not answered yet. */
  get load(): number {
    return this.#asked.length
  }

  get isGone(): boolean {
    return this.#end !== null
  }

  ask(question: TokenQuestion): Promise<TokenAnswer> {
    if (this.#end !== null) return Promise.resolve({ fault: 'lost', state: this.#end })
    return new Promise((resolve) => {
      this.#asked.push(resolve)
      if (this.#asked.length === 1) {
        this.#child.channel?.ref()
        this.#watchAgain()
      }
      this.#child.send(question, (error) => {
        if (error !== null) this.#ended('its process ended')
      })
    })
  }

  /** Let it take another time from the next answer on. */
  setStall(stallMs: number): void {
    this.#stallMs = stallMs
  }

  kill(state = 'it was let go'): void {
    this.#ended(state)
    this.#child.kill('SIGKILL')
  }

  #told(answer: TokenAnswer): void {
    this.#asked.shift()?.(answer)
    this.#watchAgain()
    if (this.#asked.length === 0) this.#child.channel?.unref()
  }

  #watchAgain(): void {
    clearTimeout(this.#watch)
    if (this.#asked.length === 0) return
    this.#watch = setTimeout(() => this.kill(`it did not answer in ${this.#stallMs} ms`), this.#stallMs)
  }

  #ended(state: string): void {
    this.#end ??= state
    clearTimeout(this.#watch)
    for (const settle of this.#asked.splice(0)) settle({ fault: 'lost', state: this.#end })
  }
}
