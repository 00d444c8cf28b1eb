// Ends this very process by SIGKILL at one of its steps outside of itself: a statement to the database, or a change of a file.
// Import it before anything that takes such steps; nothing of the product knows of it.

import files from 'node:fs/promises'
import { writeSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Client } from 'pg'

export interface Stop {
  /** Counted from 0. A step that never comes stops nothing. */
  readonly step: number
  /** Before it, once it is done, or with half of what it writes written. */
  readonly moment: 'before' | 'torn' | 'after'
}

let stop: Stop | null = null
let count = 0

/** From here on: count the steps, and stop at that one. */
export function stopAt(where: Stop | null): void {
  stop = where
  count = 0
}

export function stepsSoFar(): number {
  return count
}

/** Say something that is heard whatever comes next. */
export function say(line: unknown): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

function end(): void {
  process.kill(process.pid, 'SIGKILL')
}

function step<T>(take: () => T, half?: () => Promise<unknown>): T | Promise<never> {
  const at = count++
  if (at !== stop?.step) return take()
  if (stop.moment === 'before') end()
  if (stop.moment === 'torn' && half !== undefined) return half().then(ended)
  const taken = take()
  if (!(taken instanceof Promise)) end()
  return Promise.resolve(taken).then(ended, ended)
}

function ended(): Promise<never> {
  end()
  return new Promise(() => {})
}

type Taking = (...values: unknown[]) => unknown

function counted(owner: object, name: string, isStep: (values: readonly unknown[]) => boolean = () => true): void {
  const real = Reflect.get(owner, name) as Taking
  const take: Taking = function (this: unknown, ...values) {
    return isStep(values) ? step(() => real.apply(this, values)) : real.apply(this, values)
  }
  Reflect.set(owner, name, take)
}

for (const name of ['mkdir', 'rename', 'link', 'unlink', 'rm', 'rmdir', 'writeFile', 'truncate']) counted(files, name)

const open = files.open.bind(files)
async function opened(...values: Parameters<typeof open>): Promise<files.FileHandle> {
  const [, flags] = values
  const isRead = flags === undefined || flags === 'r' || flags === 0
  const handle = await (isRead ? open(...values) : step(() => open(...values)))
  if (isRead) return handle
  const write = handle.writeFile.bind(handle)
  handle.writeFile = (content, options) =>
    step(
      () => write(content, options),
      async () => {
        const bytes = typeof content === 'string' ? Buffer.from(content) : (content as Uint8Array)
        await write(bytes.subarray(0, bytes.length >> 1))
      },
    )
  counted(handle, 'write')
  counted(handle, 'sync')
  return handle
}
files.open = opened
syncBuiltinESMExports()

counted(Client.prototype, 'query')
