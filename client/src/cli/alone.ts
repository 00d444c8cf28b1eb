// Being alone at a piece of work on this machine. The system lets go when the process ends, however it ends: no lock is stale.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { Context } from './context.ts'

export interface Alone {
  /** Folder of journals, for its owner alone. */
  readonly folder: string
  /** 32 hexadecimal digits that name this work on this machine. */
  readonly id: string
  /** Let others have it. */
  release(): Promise<void>
}

/**
 * Be alone at a kind of work on a path. Homes are shared between machines and locks are not, so that each machine has its own
 * name for it. Throws Problem `conflict` while another process is at it.
 */
export async function beAlone({ environment, folder }: Context, kind: string, path: string): Promise<Alone> {
  const journals = join(folder, 'unfinished')
  await mkdir(journals, { recursive: true, mode: 0o700 })
  const named = JSON.stringify([kind, folder, environment.host, path])
  const id = createHash('sha256').update(named).digest('hex').slice(0, 32)
  const lock = await lockFor(id, journals, path)
  return {
    folder: journals,
    id,
    async release() {
      const isClosed = once(lock, 'close')
      lock.close()
      await isClosed
    },
  }
}

/** A name that only one process can listen at. Where the system has none that go with their process, it is a socket's file. */
async function lockFor(id: string, folder: string, what: string): Promise<Server> {
  const file = join(folder, `${id}.lock`)
  const name = { linux: `\0sallyport-${id}`, win32: `\\\\.\\pipe\\sallyport-${id}` }[process.platform as string] ?? file
  const lock = await listenAt(name)
  if (lock !== null) return lock
  if (name === file && !(await isAnswered(file))) {
    await rm(file, { force: true })
    const again = await listenAt(name)
    if (again !== null) return again
  }
  throw new Problem('conflict', `cannot go on with ${what}: another command is at work on it, want it to end first`)
}

async function listenAt(name: string): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy()).unref()
  const ready = once(server, 'listening')
  server.listen(name)
  try {
    await ready
    return server
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return null
    throw error
  }
}

async function isAnswered(file: string): Promise<boolean> {
  const socket = connect(file)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
