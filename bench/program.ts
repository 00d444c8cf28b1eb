// Programs that a benchmark starts: until they say that they are ready, and until they have ended in order.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

export interface Program {
  readonly pid: number
  /** Have it end in order. */
  readonly stop: () => Promise<void>
}

/** Start a program of this clone with Node and wait for its line of JSON that says `ready`. Throws when it ends before. */
export async function startProgram(args: readonly string[]): Promise<Program> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit').then(() => null)
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
  }
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"ready":true')) continue
    // Whatever it says from here on is read and dropped, so that it never waits for a reader.
    child.stdout.resume()
    return { pid: child.pid ?? 0, stop }
  }
  throw new Error(`cannot start ${args.join(' ')}: it ended before it was ready`)
}

/** Find `count` free ports from `first` on. */
export async function freePorts(count: number, first = 9700): Promise<readonly number[]> {
  const free: number[] = []
  for (let port = first; port < first + 50 && free.length < count; port++) if (await isFree(port)) free.push(port)
  if (free.length < count) throw new Error(`cannot find ${count} ports: those from ${first} on are taken`)
  return free
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: 'localhost' }, () => server.close(() => resolve(true)))
  })
}
