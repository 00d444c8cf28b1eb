// Processor time of processes and all below them, where the system tells (Linux): what a figure costs does not depend on who
// else is at work, where how fast it came does.

import { readdirSync, readFileSync } from 'node:fs'
import type { Sql } from '../server/src/base/index.ts'

// Clock ticks of /proc are hundredths of a second on every Linux that Node runs on.
const tickMs = 10

interface ProcessTime {
  readonly pid: number
  readonly parent: number
  readonly ms: number
}

/** Sum the milliseconds that a process and all that live below it have used; NaN where nothing tells. */
export function processorTimeMs(root: number): number {
  const all = processes()
  if (all.length === 0) return Number.NaN
  const below = new Set([root])
  for (let before = 0; before < below.size;) {
    before = below.size
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid)
  }
  return all.reduce((sum, { pid, ms }) => (below.has(pid) ? sum + ms : sum), 0)
}

/** The process that all of a database server live below; NaN where nothing tells. */
export async function postmasterOf(database: Sql): Promise<number> {
  const [row] = await database.query('SELECT pg_backend_pid() AS pid')
  return readProcess(Number(row?.['pid']))[0]?.parent ?? Number.NaN
}

function processes(): readonly ProcessTime[] {
  try {
    const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return names.flatMap((pid) => readProcess(Number(pid)))
  } catch {
    return []
  }
}

function readProcess(pid: number): readonly ProcessTime[] {
  try {
    const [, rest = ''] = /^\d+ \(.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    const fields = rest.split(' ')
    // Its own time in user and in system mode, and that of its children that ended.
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return [{ pid, parent: Number(fields[1]), ms: ticks * tickMs }]
  } catch {
    // It ended meanwhile.
    return []
  }
}
