// A database whose power is cut at a chosen statement: the session that runs it ends, or the whole process. Whatever stands
// around that statement is the real driver, pool and server.

import { setTimeout } from 'node:timers/promises'
import { Problem } from '@sallyport/protocol'
import type { Database, Sql } from '../../../server/src/base/index.ts'

export interface Cut {
  /** Statements that still run, commits counted among them. */
  readonly after: number
  /** Before the next one is sent, while it runs, or once it was answered and the answer is lost. */
  readonly moment: 'before' | 'during' | 'answered'
}

/** How the power goes: end this session of the database, or the process altogether. Null for none of this process's. */
export type Kill = (sessionId: number | null) => Promise<void>

export interface CutDatabase extends Database {
  /** Until the next call: cut there, and wait so many milliseconds before each statement, over and over in this order. */
  readonly arm: (cut: Cut | null, paceMs?: readonly number[]) => void
  readonly isCut: () => boolean
}

export function cutDatabase(real: Database, kill: Kill): CutDatabase {
  let cut: Cut | null = null
  let paceMs: readonly number[] = []
  let count = 0
  let isCut = false
  let going = Promise.resolve()

  /** Count one statement; the moment when it is the one. */
  async function next(): Promise<Cut['moment'] | null> {
    const at = count++
    const wait = paceMs[at % Math.max(1, paceMs.length)] ?? 0
    if (wait > 0) await setTimeout(wait)
    if (cut === null || isCut || at < cut.after) return null
    isCut = true
    return cut.moment
  }

  async function run<T>(statement: () => Promise<T>, sessionId: number | null): Promise<T> {
    const moment = await next()
    if (moment === null) return await statement()
    if (moment === 'during') {
      const [answer] = await Promise.allSettled([statement(), kill(sessionId)])
      if (answer.status === 'rejected') throw answer.reason
    } else {
      if (moment === 'answered') await statement()
      await kill(sessionId)
    }
    throw lost()
  }

  async function cutting<T, S extends Sql>(tx: S, work: (tx: S) => Promise<T>, loseAnswer: () => void): Promise<T> {
    const sessionId = cut === null ? null : await sessionOf(tx)
    const result = await work({ ...tx, query: (text, values) => run(() => tx.query(text, values), sessionId) })
    // What comes now is the commit.
    const moment = await next()
    if (moment === 'before') await kill(sessionId)
    if (moment === 'during') going = kill(sessionId)
    if (moment === 'answered') loseAnswer()
    return result
  }

  async function committed<T>(commit: (loseAnswer: () => void) => Promise<T>): Promise<T> {
    let isLost = false
    try {
      const result = await commit(() => (isLost = true))
      if (!isLost) return result
    } finally {
      // What went with the commit is gone before anybody uses that session for something else.
      await going
    }
    await kill(null)
    throw lost()
  }

  return {
    ...real,
    query: (text, values) => run(() => real.query(text, values), null),
    transaction: (work) => committed((lose) => real.transaction((tx) => cutting(tx, work, lose))),
    bulk: (mode, work) => committed((lose) => real.bulk(mode, (tx) => cutting(tx, work, lose))),
    arm: (nextCut, nextPaceMs = []) => {
      cut = nextCut
      paceMs = nextPaceMs
      count = 0
      isCut = false
    },
    isCut: () => isCut,
  }
}

async function sessionOf(tx: Sql): Promise<number> {
  const [row] = await tx.query('SELECT pg_backend_pid() AS id')
  return Number(row?.['id'])
}

function lost(): Problem {
  return new Problem('unavailable', 'cannot ask the database: the power is gone, want it back')
}
