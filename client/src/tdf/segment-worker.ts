// The worker thread: does the runs that it is sent, one after another, and answers each with its outcome.

import { parentPort, workerData } from 'node:worker_threads'
import { blockingFiles, doRun, type Run } from './segment-run.ts'

/** What the calling thread hands over at the start. */
export interface WorkerSetting {
  readonly key: Uint8Array
  readonly sourceFd: number
  readonly targetFd: number
  /** Bytes of the buffer of each run. */
  readonly bufferBytes: number
}

const setting = workerData as WorkerSetting
const files = blockingFiles(setting.sourceFd, setting.targetFd)
const buffer = new Uint8Array(setting.bufferBytes)

parentPort?.on('message', (run: Run) => {
  void answer(run)
})

async function answer(run: Run): Promise<void> {
  const outcome = await doRun(run, setting.key, files, buffer)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads of one process have no origins
  parentPort?.postMessage(outcome)
}
