// Starting the worker that seals and opens. Content is worked on there, so that the page stays usable.

// oxlint-disable-next-line import/default -- the build makes this module
import workerAddress from './worker.ts?worker&url'
import { GateProblem, keepReceipt } from '../api/index.ts'
import type { Bound, Job, OpenedTold, Told } from './job.ts'
import { startWorker } from './trusted-worker.ts'

export interface Watched {
  readonly onProgress: (doneBytes: number, totalBytes: number) => void
  readonly onReserved?: (fileId: string) => void
  /** Under what the receipt is kept. */
  readonly act: string
  readonly signal: AbortSignal
}

export type Done = Extract<Told, { state: 'protected' }> | OpenedTold

/** A job that did not come to its end. */
export class JobProblem extends GateProblem {
  readonly toAcknowledge: readonly Bound[]

  constructor(body: GateProblem['body'], toAcknowledge: readonly Bound[]) {
    super(body)
    this.toAcknowledge = toAcknowledge
  }
}

/** Do a job in a worker of its own. Throws JobProblem, and the signal's reason once the worker has left everything as it was. */
export async function doJob(job: Job, { act, onProgress, onReserved, signal }: Watched): Promise<Done> {
  signal.throwIfAborted()
  const worker = startWorker(workerAddress)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no other origin
  const onAbort = () => worker.postMessage('cancel')
  try {
    const told = await new Promise<Done | Extract<Told, { state: 'failed' }>>((resolve, reject) => {
      worker.addEventListener('error', (event) => reject(new Error(`cannot seal or open here: ${event.message}`)))
      worker.addEventListener('message', ({ data }: MessageEvent<Told>) => {
        if (data.state === 'working') onProgress(data.doneBytes, data.totalBytes)
        else if (data.state === 'reserved') onReserved?.(data.fileId)
        else resolve(data)
      })
      signal.addEventListener('abort', onAbort)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no other origin
      worker.postMessage(job)
    })
    if (told.state === 'failed') signal.throwIfAborted()
    if (told.state === 'failed') throw new JobProblem(told.problem, told.toAcknowledge)
    await keepReceipt(act, told)
    return told
  } finally {
    signal.removeEventListener('abort', onAbort)
    worker.terminate()
  }
}
