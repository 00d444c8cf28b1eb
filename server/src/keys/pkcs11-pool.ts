// The sessions on a token: a few processes, started as they are needed. A token that is gone, slow or restarted costs those
// who ask a Problem in bounded time, never a wrong answer and never the event loop; once it is back, the next who asks finds
// it. Nobody waits behind more than a bounded queue.

import { Problem } from '@sallyport/protocol'
import type { Clock } from '../base/index.ts'
import { TokenProcess } from './pkcs11-child.ts'
import type {
  OpenQuestion,
  TokenAccess,
  TokenAnswer,
  TokenFacts,
  TokenFault,
  TokenQuestion,
} from './pkcs11-messages.ts'
import { refuseTriedPin, rememberRefusedPin } from './pkcs11-pin.ts'

export type TokenCall = Exclude<TokenQuestion, OpenQuestion>
/** Ask the token. Rejects with Problem `unavailable`, or `invalid-request` where it is there and refuses the input. */
export type AskToken = (call: TokenCall) => Promise<Uint8Array>

export interface TokenPoolOptions {
  readonly access: TokenAccess
  readonly keys: OpenQuestion['keys']
  readonly toMake?: OpenQuestion['toMake']
  /** Where a refused PIN is remembered; null for nowhere. */
  readonly pinMarker: string | null
  /** Told of each process before it serves: throws when the token's keys are not the ones that are meant. */
  readonly prove: (ask: AskToken) => Promise<void>
  readonly clock: Pick<Clock, 'monotonic'>
  /** Calls that a process answers before another takes its place: libraries leak. 100,000 unless said. */
  readonly callsOfProcess?: number
}

export interface TokenPool {
  readonly facts: TokenFacts
  readonly ask: AskToken
  close(): void
}

const mostWaiting = 256
/** One under way and some behind it, so that a process never waits for the gate; the least busy one is asked first. */
const depth = 16
/** With so many each, another session helps. */
const busy = 2
const openMs = 20_000
/** Longest step of opening it again while somebody waits for it. */
const reopenMs = 5000
/** After the token could not be opened, so long everybody hears so at once. */
const retryMs = 1000

/** Open the token once, so that what is wrong is said now. Throws Problem `unavailable`, with details.fault. */
export async function openTokenPool(options: TokenPoolOptions): Promise<TokenPool> {
  const pool = new Pool(options)
  const facts = await pool.open()
  return { facts, ask: (call) => pool.ask(call), close: () => pool.close() }
}

interface Waiting {
  readonly call: TokenCall
  readonly settle: (answer: Uint8Array | Problem) => void
  triesLeft: number
  isSettled: boolean
}

class Pool {
  readonly #options: TokenPoolOptions
  readonly #queue: Waiting[] = []
  #alive: readonly TokenProcess[] = []
  /** How many calls each has answered. */
  readonly #served = new WeakMap<TokenProcess, number>()
  #isStarting = false
  #isClosed = false
  /** Processes lost one after the other without having answered anybody. */
  #fruitless = 0
  #failure: { readonly problem: Problem; readonly untilMs: number } | null = null

  constructor(options: TokenPoolOptions) {
    this.#options = options
  }

  async open(): Promise<TokenFacts> {
    const { process, facts } = await this.#start(openMs)
    this.#alive = [process]
    return facts
  }

  ask(call: TokenCall): Promise<Uint8Array> {
    const { deadlineMs } = this.#options.access
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(closed(this.#options.access))
        return
      }
      if (this.#queue.length >= mostWaiting) {
        reject(unavailable(this.#options.access, 'busy', `${mostWaiting} calls wait for it already`, 'fewer at once'))
        return
      }
      const late = setTimeout(() => {
        this.#queue.splice(0, this.#queue.length, ...this.#queue.filter((one) => one !== waiting))
        waiting.settle(unavailable(this.#options.access, 'slow', `no answer in ${deadlineMs} ms`, 'one in time'))
      }, deadlineMs)
      const waiting: Waiting = {
        call,
        // A key is not made twice.
        triesLeft: call.verb === 'make' ? 1 : 2,
        isSettled: false,
        settle: (answer) => {
          if (waiting.isSettled) {
            // Nobody waits for it any more; it may be a secret.
            if (answer instanceof Uint8Array) answer.fill(0)
            return
          }
          waiting.isSettled = true
          clearTimeout(late)
          if (answer instanceof Uint8Array) resolve(answer)
          else reject(answer)
        },
      }
      this.#queue.push(waiting)
      this.#dispatch()
    })
  }

  close(): void {
    this.#isClosed = true
    this.#letGo(this.#alive, 'it was closed')
    this.#refuseAll(closed(this.#options.access))
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const [free] = this.#alive.filter(({ load }) => load < depth).toSorted((one, other) => one.load - other.load)
      const next = free === undefined ? undefined : this.#queue.shift()
      if (free === undefined || next === undefined) break
      void this.#run(free, next)
    }
    const isBusy = this.#queue.length > 0 || this.#alive.some(({ load }) => load >= busy)
    if (isBusy && this.#alive.length < this.#options.access.sessions) this.#grow()
  }

  async #run(process: TokenProcess, waiting: Waiting): Promise<void> {
    const answer = await process.ask(waiting.call)
    if ('bytes' in answer) {
      this.#fruitless = 0
      this.#count(process)
      waiting.settle(answer.bytes)
    } else if (answer.fault === 'lost') {
      this.#lost(process, answer.state)
      waiting.triesLeft--
      if (waiting.triesLeft > 0 && !waiting.isSettled) this.#queue.unshift(waiting)
      else waiting.settle(problemOf(this.#options.access, answer))
    } else waiting.settle(problemOf(this.#options.access, answer))
    this.#dispatch()
  }

  /** SoftHSM 2.6.1 keeps 250 bytes of each agreement. One that has answered enough gets nothing more, and ends when it is done. */
  #count(process: TokenProcess): void {
    const count = (this.#served.get(process) ?? 0) + 1
    this.#served.set(process, count)
    if (count < (this.#options.callsOfProcess ?? 100_000)) return
    this.#alive = this.#alive.filter((one) => one !== process)
    if (process.load === 0) process.kill()
  }

  /** What one session lost, all have lost; a process that ended says nothing of the others. */
  #lost(process: TokenProcess, state: string): void {
    if (!this.#alive.includes(process)) return
    if (!this.#served.has(process)) this.#fruitless++
    this.#letGo(process.isGone ? [process] : this.#alive, state)
    if (this.#fruitless >= 2) this.#failed(problemOf(this.#options.access, { fault: 'lost', state }))
  }

  #letGo(processes: readonly TokenProcess[], state: string): void {
    this.#alive = this.#alive.filter((one) => !processes.includes(one))
    for (const process of processes) process.kill(state)
  }

  #grow(): void {
    if (this.#isStarting || this.#isClosed) return
    if (this.#failure !== null && this.#options.clock.monotonic() < this.#failure.untilMs) {
      if (this.#alive.length === 0) this.#refuseAll(this.#failure.problem)
      return
    }
    this.#isStarting = true
    void this.#startAnother()
  }

  async #startAnother(): Promise<void> {
    try {
      const { process } = await this.#start(reopenMs)
      if (this.#isClosed) process.kill()
      else this.#alive = [...this.#alive, process]
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#isStarting = false
      this.#dispatch()
    }
  }

  #failed(error: unknown): void {
    const problem = error instanceof Problem ? error : new Problem('internal', 'cannot use the token', { cause: error })
    this.#failure = { problem, untilMs: this.#options.clock.monotonic() + retryMs }
    if (this.#alive.length === 0) this.#refuseAll(problem)
  }

  #refuseAll(problem: Problem): void {
    for (const waiting of this.#queue.splice(0)) waiting.settle(problem)
  }

  async #start(stallMs: number): Promise<{ readonly process: TokenProcess; readonly facts: TokenFacts }> {
    const { access, keys, toMake = [], pinMarker, prove } = this.#options
    await refuseTriedPin(pinMarker, access.pinFile)
    const process = new TokenProcess(Math.max(stallMs, access.deadlineMs))
    try {
      const { library, token, pinFile } = access
      const opened = await process.ask({ verb: 'open', library, token, pinFile, keys, toMake })
      if ('fault' in opened && opened.fault === 'pin') await rememberRefusedPin(pinMarker, pinFile)
      if ('fault' in opened) throw problemOf(access, opened)
      await prove(async (call) => {
        const answer = await process.ask(call)
        if ('fault' in answer) throw problemOf(access, answer)
        return answer.bytes
      })
      process.setStall(access.deadlineMs)
      return { process, facts: opened.facts ?? { label: '', serial: '', manufacturer: '', model: '' } }
    } catch (error) {
      process.kill()
      throw error
    }
  }
}

function problemOf(access: TokenAccess, { fault, state }: Extract<TokenAnswer, { fault: TokenFault }>): Problem {
  if (fault === 'refused') {
    return new Problem('invalid-request', `cannot use key: the token refuses the input (${state}), want what is for it`)
  }
  const founded = 'the token that the enclave was founded with, or one that its backup was restored to'
  const told: Readonly<Record<Exclude<TokenFault, 'refused'>, readonly [state: string, want: string]>> = {
    'not-built': [`the module that speaks PKCS #11 is not built (${state})`, '`npm run build:pkcs11` done once'],
    library: [`${access.library} does not load (${state})`, "the vendor's PKCS #11 library"],
    'no-token': [state, 'it plugged in and initialized'],
    mechanism: [state, 'a token that can'],
    pin: [`it refuses the PIN (${state}), which is not tried again`, `the right one in ${access.pinFile}`],
    'pin-file': [state, `the PIN in the first line of ${access.pinFile}`],
    key: [state, founded],
    lost: [state, 'it back'],
  }
  return unavailable(access, fault, ...told[fault])
}

function closed(access: TokenAccess): Problem {
  return unavailable(access, 'lost', 'it was closed', 'it open')
}

function unavailable({ token }: TokenAccess, fault: string, state: string, want: string): Problem {
  const name = 'label' in token ? token.label : token.serial
  return new Problem('unavailable', `cannot use token ${name}: ${state}, want ${want}`, { details: { fault } })
}
