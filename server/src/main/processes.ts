// Several processes of one enclave behind one port, for machines with more than one core. The process that starts them
// serves nothing: it takes connections in, hands them round in turn, and replaces a process that ends. They share the
// database and the data folder and nothing else, just as gates on several machines would.

import cluster from 'node:cluster'
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

/**
 * Run this same program, with the same arguments, in `count` more processes, in each of which `isOneOfSeveral` holds. The
 * first is waited for before the others start, since it may have to found what they open. Throws Problem `unavailable`
 * when one of them ends before it is ready; one that ends later is replaced.
 */
export async function startProcesses<Facts>(count: number, log: Logger): Promise<Processes<Facts>> {
  const state = { isStopping: false }

  const start = async (): Promise<Facts> => {
    const worker = cluster.fork()
    const ended = once(worker, 'exit')
    const facts = await Promise.race([once(worker, 'message').then(([told]) => told as Facts), ended.then(() => null)])
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

/** Whether this process is one of those that `startProcesses` started. */
export function isOneOfSeveral(): boolean {
  return cluster.isWorker
}

/** Tell the process that started this one that it serves. */
export function tellReady(facts: object): void {
  cluster.worker?.send(facts)
}

/** Let go of the process that started this one, which alone would keep it running. */
export function leaveOthers(): void {
  cluster.worker?.disconnect()
}
