// Several processes of one enclave behind one port, for machines with more than one core. The process that starts them
// serves nothing: it takes connections in, hands them round in turn, and replaces a process that ends. They share the
// database and the data folder and nothing else, just as gates on several machines would.

import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { Problem } from '@sallyport/protocol'
import type { Logger } from '../base/index.ts'

export interface Processes<Facts> {
  /** What the first one told when it was ready. */
  readonly facts: Facts
  /** Have them all finish what is under way and end. */
  stop(): Promise<void>
}

const retryMs = 1000

/** What a process tells the one that started it. */
type Told<Facts> = { readonly audited: string } | { readonly ready: Facts }
/** Names, for a process that is started, the checkpoint that one before it has looked up to. */
const auditedVariable = 'SALLYPORT_AUDITED'

/**
 * Run this same program, with the same arguments, in `count` more processes, in each of which `isOneOfSeveral` holds. The
 * first is waited for before the others start, since it may have to found what they open; it reads the whole ledger, and each
 * that starts later reads what came after. Throws Problem `unavailable` when one of them ends before it is ready; one that ends
 * later is replaced.
 */
export async function startProcesses<Facts>(count: number, log: Logger): Promise<Processes<Facts>> {
  const state = { isStopping: false, audited: null as string | null }

  const start = async (): Promise<Facts> => {
    const worker = cluster.fork({ [auditedVariable]: state.audited ?? '' })
    closeWithIt(worker)
    const ended = once(worker, 'exit')
    const ready = Promise.withResolvers<Facts>()
    worker.on('message', (told: Told<Facts>) => {
      if ('ready' in told) ready.resolve(told.ready)
      else state.audited = told.audited
    })
    const facts = await Promise.race([ready.promise, ended.then(() => null)])
    if (facts === null) {
      throw new Problem('unavailable', 'cannot serve: a process ended before it was ready, want it to go on')
    }
    worker.once('exit', (code, signal) => {
      if (state.isStopping) return
      log.warn({ code, signal }, 'a process of the gate ended, starting another')
      void replace()
    })
    return facts
  }

  const replace = async (): Promise<void> => {
    while (!state.isStopping) {
      try {
        await start()
        return
      } catch (error) {
        log.error({ error }, 'cannot replace a process of the gate yet')
        await setTimeout(retryMs)
      }
    }
  }

  const stop = async (): Promise<void> => {
    state.isStopping = true
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
    await Promise.all(
      workers.map(async (worker) => {
        const ended = once(worker, 'exit')
        worker.process.kill('SIGTERM')
        await ended
      }),
    )
  }

  try {
    const facts = await start()
    await Promise.all(Array.from({ length: count - 1 }, start))
    return { facts, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * Close the connection that a process was handed when it ends. Node hands it one at a time, and forgets one that was not taken
 * over before the end: its client would wait for an answer for ever.
 */
function closeWithIt({ process: child }: Worker): void {
  let handed: Closable | null = null
  child.send = new Proxy(child.send, {
    apply(send, _, given: readonly unknown[]): unknown {
      const [, handle] = given
      if (isClosable(handle)) handed = handle
      return Reflect.apply(send, child, given)
    },
  })
  // To close it again after Node did is nothing.
  child.once('exit', () => handed?.close())
}

interface Closable {
  readonly close: () => void
}

function isClosable(handle: unknown): handle is Closable {
  return typeof handle === 'object' && handle !== null && 'close' in handle && typeof handle.close === 'function'
}

/** Whether this process is one of those that `startProcesses` started. */
export function isOneOfSeveral(): boolean {
  return cluster.isWorker
}

/** Tell the process that started this one that it serves. */
export function tellReady(facts: object): void {
  cluster.worker?.send({ ready: facts } satisfies Told<object>)
}

/**
 * The note of the checkpoint up to which another process of this start found the ledger unaltered; null where this is the first,
 * or the only one. ATTACKER: whoever can set it commands the host; it must be signed by the ledger's keys all the same.
 */
export function auditedBefore(): string | null {
  const note = cluster.isWorker ? (process.env[auditedVariable] ?? '') : ''
  return note === '' ? null : note
}

/** Tell the process that started this one up to which checkpoint the ledger was looked at, for those that start later. */
export function tellAudited(note: string): void {
  cluster.worker?.send({ audited: note } satisfies Told<never>)
}

/** Let go of the process that started this one, which alone would keep it running. */
export function leaveOthers(): void {
  cluster.worker?.disconnect()
}
