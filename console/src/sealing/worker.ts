// The worker: does the one job that it is sent. Content and data keys are in the clear in here and on the page that shows them, and
// nowhere else: nothing is kept in the browser.

import * as z from 'zod'
import { Problem, problems } from '@sallyport/protocol'
import { GateProblem } from '../api/problem.ts'
import { Withholding } from './ask-for-key.ts'
import type { Job, Told } from './job.ts'
import { open } from './open.ts'
import { protect } from './protect.ts'

interface WorkerScope {
  postMessage(message: Told, transfer?: readonly ArrayBuffer[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent<Job | 'cancel'>) => void): void
}

// The policy of a page lets nothing make code out of text.
z.config({ jitless: true })
const scope = globalThis as unknown as WorkerScope
const stopping = new AbortController()

scope.addEventListener('message', ({ data }) => {
  if (data === 'cancel') stopping.abort(new DOMException('It was cancelled.', 'AbortError'))
  else void work(data)
})

async function work(job: Job): Promise<void> {
  const tell = (told: Told) => scope.postMessage(told, told.state === 'opened' ? (told.content ?? []) : [])
  try {
    tell(await (job.kind === 'protect' ? protect(job, tell, stopping.signal) : open(job, tell, stopping.signal)))
  } catch (error) {
    const toAcknowledge = error instanceof Withholding ? error.toAcknowledge : []
    tell({ state: 'failed', problem: problemOf(error).body, toAcknowledge })
  }
}

function problemOf(error: unknown): GateProblem {
  if (error instanceof GateProblem) return error
  const known = error instanceof Problem ? error : null
  const code = known?.code ?? 'internal'
  return new GateProblem({
    type: `urn:sallyport:problem:${code}`,
    title: known === null ? 'It went wrong in this browser' : problems[code].title,
    status: problems[code].status,
    detail: error instanceof Error ? error.message : 'cannot go on: the reason is unknown',
  })
}
