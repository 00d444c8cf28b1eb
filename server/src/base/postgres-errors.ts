// What an error of the driver means: lost to another transaction, no answer to be had, or the database's own answer.

import { DatabaseError } from 'pg'
import { Problem } from '@sallyport/protocol'

/** Serialization failure and deadlock. */
export function isLoss(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01')
}

// SPEC: PostgreSQL appendix A. Classes: connection, resources, operator intervention, system; lock wait, idle too long,
// and a server that became a read-only standby.
const unavailableStates = /^(08|53|57|58|XX|55P03|25P0[34]|25006)/

/** Whether the connection is of no further use. A changed result type sticks to a prepared statement until it ends. */
export function leavesBroken(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return true
  return /^(08|57P|58|XX|25P0[34]|25006)/.test(error.code ?? '') || isStalePlan(error)
}

function isStalePlan(error: DatabaseError): boolean {
  return error.code === '0A000' && error.message.includes('cached plan')
}

/** The error as callers see it: what the database said about the statement itself stays as it is. */
export function inPublic(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof RangeError) return error
  const isAnswer = error instanceof DatabaseError && !unavailableStates.test(error.code ?? '') && !isStalePlan(error)
  if (isAnswer || (error instanceof Error && error.message.startsWith('Prepared statements must be unique')))
    return error
  return new Problem('unavailable', `cannot ask the database: ${reasonOf(error)}, want an answer`, { cause: error })
}

/** A reason without names of hosts, users or values. */
export function reasonOf(error: unknown): string {
  if (error instanceof DatabaseError) return `it answered SQLSTATE ${error.code ?? 'unknown'}`
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  if (error instanceof Error && /timeout/i.test(error.message)) return 'no answer in time'
  return 'the connection is gone'
}
