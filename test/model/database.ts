// The database of the model behind the seam that the product has for one: transactions over the rows of rows.ts, every
// statement and every commit a step of the schedule. What a statement answered, or that it had to wait, is kept, for
// PostgreSQL to be asked the same (replay.ts).

import { Problem } from '@sallyport/protocol'
import type { Database, Row, Statement, Transaction } from '../../server/src/base/index.ts'
import { end, run, type Outcome, type Tx } from './rows.ts'
import type { How, Schedule } from './schedule.ts'
import { nameOf, work, type Statements } from './statements.ts'

/** What went over one connection, in the order in which the server did it. */
export type Traced =
  | { readonly kind: 'begin' | 'commit' | 'rollback'; readonly tx: number }
  | {
      readonly kind: 'query'
      readonly tx: number
      readonly statement: Statement
      readonly values: readonly unknown[]
      readonly outcome: Outcome | 'waits'
    }
  | { readonly kind: 'goes-on'; readonly tx: number; readonly outcome: Outcome }

/** Guards of the product that can be taken out at the seam, to see that the model notices. */
export interface Broken {
  /** A name of a statement, and how it is run instead. */
  readonly statements?: Readonly<Record<string, ReplacedRun>>
  /** Whoever commits is answered before it is durable; the commit itself comes whenever it comes. */
  readonly isAnsweredEarly?: (statements: ReadonlySet<string>) => boolean
  readonly isFileSyncSkipped?: boolean
}

export type ReplacedRun = (...values: Parameters<typeof work>) => ReturnType<typeof work>

export class ModelDatabase {
  readonly trace: Traced[] = []
  readonly at: Statements
  readonly #schedule: Schedule
  readonly #broken: Broken
  readonly #open = new Set<Tx>()
  #count = 0
  /**
   * Two waited for one row at once. Here the first that came is the first that goes on; PostgreSQL has each of them follow the
   * row to its newer version, where another can be first.
   */
  isOrderOpen = false

  constructor(at: Statements, schedule: Schedule, broken: Broken) {
    this.at = at
    this.#schedule = schedule
    this.#broken = broken
  }

  /** The database as one process sees it. */
  of(process: number): Database {
    return {
      query: (statement, values) => this.#queryOnce(process, statement, values ?? []),
      transaction: (work) => this.#transaction(process, work),
      bulk: () => Promise.reject(new Error('the model moves no tables')),
      close: async () => {},
    }
  }

  /** The connections of a process break, or everybody's: the server rolls back what was open on them. */
  breakConnections(process: number | null): void {
    for (const tx of this.#open) if (process === null || tx.process === process) this.#end(tx, false)
  }

  /** Told when a transaction is durable. */
  committed: (tx: Tx) => void = () => {}

  #begin(process: number): Tx {
    const tx: Tx = {
      id: this.#count++,
      process,
      touched: new Set(),
      isOpen: true,
      hasFailed: false,
      waitsFor: null,
      commits: [],
    }
    this.#open.add(tx)
    this.trace.push({ kind: 'begin', tx: tx.id })
    return tx
  }

  #end(tx: Tx, isCommitted: boolean): void {
    if (!tx.isOpen) return
    this.#open.delete(tx)
    this.trace.push({ kind: isCommitted ? 'commit' : 'rollback', tx: tx.id })
    if (isCommitted) tx.commits.push(() => this.committed(tx))
    end(tx, isCommitted)
    this.#lookAtQueues()
  }

  #lookAtQueues(): void {
    this.isOrderOpen ||= [...this.#open].some(({ waitsFor }) => (waitsFor?.queue.length ?? 0) > 1)
  }

  /** Run a statement in the database now. Resolves once it has an answer, which may be after another's end. */
  #run(tx: Tx, statement: Statement, values: readonly unknown[], answered: (outcome: Outcome) => void): void {
    let hasWaited = false
    const settled = (outcome: Outcome): void => {
      if (!tx.isOpen) return answered({ error: gone() })
      if (hasWaited) this.trace.push({ kind: 'goes-on', tx: tx.id, outcome })
      else this.trace.push({ kind: 'query', tx: tx.id, statement, values, outcome })
      answered(outcome)
    }
    const replaced = this.#broken.statements?.[nameOf(statement)]
    const made = (replaced ?? work)(this.at, tx, statement, values)
    if (!run(tx, made, settled)) {
      hasWaited = true
      this.trace.push({ kind: 'query', tx: tx.id, statement, values, outcome: 'waits' })
      this.#lookAtQueues()
      this.#schedule.tell(tx.process, `  waits: ${nameOf(statement)}`)
    }
  }

  async #ask(tx: Tx, statement: Statement, values: readonly unknown[]): Promise<readonly Row[]> {
    const name = nameOf(statement)
    const what = `t${tx.id} ${name}`
    const outcome = await this.#schedule.step(tx.process, what, (how) => {
      if (how !== 'done') this.#end(tx, false)
      if (!tx.isOpen) throw gone()
      return new Promise<Outcome>((resolve) => {
        let isNow = true
        this.#run(tx, statement, values, (outcome) => {
          if (isNow) resolve(outcome)
          // Whoever had to wait hears it in a step of its own.
          else resolve(this.#schedule.step(tx.process, `${what} goes on`, () => outcome))
        })
        isNow = false
      })
    })
    if ('error' in outcome) throw outcome.error
    return outcome.rows
  }

  /** A statement by itself is durable with its answer, which may be lost. */
  async #queryOnce(process: number, statement: Statement, values: readonly unknown[]): Promise<readonly Row[]> {
    const tx = this.#begin(process)
    const rows = await this.#ask(tx, statement, values).catch((error: unknown) => {
      this.#end(tx, false)
      throw error
    })
    // It had to wait, was woken by the end of everything, and ended with it.
    if (!tx.isOpen) throw gone()
    const isWritten = [...tx.touched].some((slot) => slot.writer === tx)
    if (!isWritten) this.#end(tx, true)
    else await this.#commit(tx, new Set([nameOf(statement)]))
    return rows
  }

  async #transaction<T>(process: number, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = this.#begin(process)
    const asked = new Set<string>()
    const face = {
      query: (statement: Statement, values: readonly unknown[] = []) => {
        asked.add(nameOf(statement))
        return this.#ask(tx, statement, values)
      },
    }
    let result: T
    try {
      // The brand exists at compile time only.
      result = await work(face as unknown as Transaction)
      if (tx.hasFailed) throw new Error('cannot commit a transaction: one of its statements failed, want none')
    } catch (error) {
      this.#end(tx, false)
      throw error
    }
    await this.#commit(tx, asked)
    return result
  }

  async #commit(tx: Tx, asked: ReadonlySet<string>): Promise<void> {
    const commit = this.#schedule.step(tx.process, `t${tx.id} commit`, (how: How) => {
      const wasOpen = tx.isOpen
      this.#end(tx, how !== 'lost')
      return wasOpen && how === 'done'
    })
    if (this.#broken.isAnsweredEarly?.(asked) === true) {
      commit.catch(() => {})
      return
    }
    if (!(await commit)) throw gone()
    // Durable, and not heard of yet.
    await this.#schedule.step(tx.process, `t${tx.id} hears of its commit`, (how) => {
      if (how !== 'done') throw gone()
    })
  }
}

function gone(): Problem {
  return new Problem('unavailable', 'cannot ask the database: the connection is gone, want an answer')
}
