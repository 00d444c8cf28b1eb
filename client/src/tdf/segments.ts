// All segments of a file, sealed or opened by the calling thread or by worker threads. Workers read and write by themselves;
// this thread only hands out runs and collects tags and checksums.

import type { FileHandle } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Problem } from '@sallyport/protocol'
import { invalidFile, joinCrc32, segmentOverhead } from '@sallyport/protocol/tdf'
import { awaitedFiles, bufferBytesFor, doRun, type Run, type RunDone, type RunOutcome } from './segment-run.ts'
import type { WorkerSetting } from './segment-worker.ts'

export interface Progress {
  /** Bytes of content done so far. */
  readonly doneBytes: number
  /** Bytes of content in all; null while a stream's length is unknown. */
  readonly totalBytes: number | null
}

/** How a file is worked on; the same for sealing and opening. */
export interface WorkOptions {
  /**
   * Worker threads, 0 to 16; 0 works on the calling thread with awaited I/O. Default: none below 8 MiB, else as many as the
   * machine has processors, at most 4.
   */
  readonly workers?: number
  readonly onProgress?: (progress: Progress) => void
  /** Aborting rejects with the signal's reason and leaves no file behind. */
  readonly signal?: AbortSignal
}

export interface SegmentPlan {
  readonly direction: 'seal' | 'open'
  readonly key: Uint8Array
  readonly source: FileHandle
  readonly target: FileHandle
  readonly plainBytes: Uint32Array
  readonly totalBytes: number
  /** Where the first sealed segment lies in the sealed file. */
  readonly sealedOffset: number
  readonly hashes: Uint8Array
  /** The target holds what an earlier run wrote of this plan: what holds of it is kept. Default: false. */
  readonly isResumed?: boolean
}

export interface SegmentsDone {
  /** CRC-32 of all sealed bytes. */
  readonly crc32: number
  /** The GCM tags of all segments when sealing, 16 bytes each. */
  readonly tags: Uint8Array
}

const smallBytes = 8 * 1024 * 1024
const runBytes = 8 * 1024 * 1024
const maxRunSegments = 256
const flushBytes = 64 * 1024 * 1024

/**
 * Work through a plan. Throws Problem `conflict` when the source ended early while sealing or holds other content than what was
 * sealed of it before, `invalid-file` when it did or a segment was altered while opening, the signal's reason, and the system's error when a disk fails. No worker is left.
 */
export async function workSegments(plan: SegmentPlan, options: WorkOptions): Promise<SegmentsDone> {
  const workers = workersFor(plan.totalBytes, options.workers)
  const flush = new Flush(plan.target)
  const collector = new Collector(plan, options, flush)
  try {
    if (workers === 0) await workHere(plan, collector)
    else await workInThreads(plan, collector, workers, options.signal)
  } finally {
    await flush.settle()
  }
  flush.throwIfFailed()
  return collector.finish()
}

function workersFor(totalBytes: number, wanted: number | undefined): number {
  if (wanted === undefined) return totalBytes < smallBytes ? 0 : Math.min(4, availableParallelism())
  if (Number.isInteger(wanted) && wanted >= 0 && wanted <= 16) return wanted
  throw new Problem('invalid-request', `cannot start workers: ${wanted} were asked for, want 0 to 16`)
}

/** Cut a plan into runs, in order. */
function* runsOf(plan: SegmentPlan): Generator<Run> {
  const hashBytes = plan.plainBytes.length === 0 ? 0 : plan.hashes.length / plan.plainBytes.length
  let { sealedOffset } = plan
  let plainOffset = 0
  for (let first = 0; first < plan.plainBytes.length;) {
    let end = first
    let bytes = 0
    while (end < plan.plainBytes.length && end - first < maxRunSegments && bytes < runBytes) {
      bytes += plan.plainBytes[end++] ?? 0
    }
    yield {
      direction: plan.direction,
      first,
      plainBytes: plan.plainBytes.slice(first, end),
      plainOffset,
      sealedOffset,
      hashes: plan.hashes.slice(first * hashBytes, end * hashBytes),
      isResumed: plan.isResumed === true,
    }
    plainOffset += bytes
    sealedOffset += bytes + (end - first) * segmentOverhead
    first = end
  }
}

function bufferBytesOf(plan: SegmentPlan): number {
  const largest = plan.plainBytes.reduce((most, bytes) => Math.max(most, bytes), 0)
  return bufferBytesFor(largest + segmentOverhead, plan.isResumed === true)
}

async function workHere(plan: SegmentPlan, collector: Collector): Promise<void> {
  const files = awaitedFiles(plan.source, plan.target)
  const buffer = new Uint8Array(bufferBytesOf(plan))
  for (const run of runsOf(plan)) collector.add(await doRun(run, plan.key, files, buffer))
}

// A built release has .js where the sources have .ts, here as everywhere.
const workerFile = new URL(
  `./segment-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
  import.meta.url,
)

async function workInThreads(
  plan: SegmentPlan,
  collector: Collector,
  count: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const setting: WorkerSetting = {
    key: plan.key,
    sourceFd: plan.source.fd,
    targetFd: plan.target.fd,
    bufferBytes: bufferBytesOf(plan),
  }
  const runs = runsOf(plan)
  const ended = Promise.withResolvers<never>()
  const onAbort = () => ended.reject(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const threads = Array.from({ length: count }, () => new Worker(workerFile, { workerData: setting }))
  try {
    await Promise.race([ended.promise, Promise.all(threads.map((thread) => feed(thread, runs, collector)))])
  } finally {
    signal?.removeEventListener('abort', onAbort)
    // INVARIANT: the descriptors outlive every thread that uses them: callers close them only after this.
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
}

/** Keep one thread busy with runs until there are none: one in work, one waiting. */
function feed(thread: Worker, runs: Generator<Run>, collector: Collector): Promise<void> {
  return new Promise((resolve, reject) => {
    let open = 0
    const send = () => {
      const next = runs.next()
      if (next.done !== true) {
        open++
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads of one process have no origins
        thread.postMessage(next.value)
      }
    }
    thread.on('error', reject)
    thread.on('exit', () => reject(new Error('cannot work on segments: a thread ended, want it to finish')))
    thread.on('message', (outcome: RunOutcome) => {
      try {
        collector.add(outcome)
        open--
        send()
        if (open === 0) resolve()
      } catch (error) {
        reject(error)
      }
    })
    send()
    send()
    if (open === 0) resolve()
  })
}

/** Send to the disk what was written, while the rest is worked on: at the end little is left to wait for. */
class Flush {
  readonly #target: FileHandle
  #pendingBytes = 0
  #current: Promise<void> | null = null
  #failure: { readonly error: unknown } | null = null

  constructor(target: FileHandle) {
    this.#target = target
  }

  add(bytes: number): void {
    this.#pendingBytes += bytes
    if (this.#current !== null || this.#pendingBytes < flushBytes) return
    this.#pendingBytes = 0
    this.#current = this.#sync()
  }

  async settle(): Promise<void> {
    await this.#current
  }

  /** A system tells of lost writes once: what an early sync was told, the last one will not hear again. */
  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure.error
  }

  async #sync(): Promise<void> {
    try {
      await this.#target.datasync()
    } catch (error) {
      this.#failure = { error }
    }
    this.#current = null
  }
}

/** What comes back from the runs, in whatever order. */
class Collector {
  readonly #plan: SegmentPlan
  readonly #options: WorkOptions
  readonly #flush: Flush
  readonly #tags: Uint8Array
  readonly #runs: RunDone[] = []
  #doneBytes = 0

  constructor(plan: SegmentPlan, options: WorkOptions, flush: Flush) {
    this.#flush = flush
    this.#plan = plan
    this.#options = options
    this.#tags = new Uint8Array(plan.direction === 'seal' ? 16 * plan.plainBytes.length : 0)
  }

  add(outcome: RunOutcome): void {
    this.#options.signal?.throwIfAborted()
    if (outcome.state === 'altered') throw invalidFile('a segment was altered', 'the content that was sealed')
    if (outcome.state === 'differs') {
      throw new Problem('conflict', 'cannot go on sealing file: it changed since it was begun, want it unchanged')
    }
    if (outcome.state !== 'done') throw this.#short()
    if (this.#plan.direction === 'seal') this.#tags.set(outcome.tags, 16 * outcome.first)
    this.#runs.push(outcome)
    this.#doneBytes += outcome.plainBytes
    this.#flush.add(outcome.plainBytes)
    this.#options.onProgress?.({ doneBytes: this.#doneBytes, totalBytes: this.#plan.totalBytes })
  }

  finish(): SegmentsDone {
    const inOrder = this.#runs.toSorted((a, b) => a.first - b.first)
    const crc32 = inOrder.reduce((crc, run) => joinCrc32(crc, run.crc32, run.sealedBytes), 0)
    return { crc32, tags: this.#tags }
  }

  #short(): Problem {
    if (this.#plan.direction === 'open') return invalidFile('the file became shorter while it was read', 'all of it')
    return new Problem('conflict', 'cannot seal file: it became shorter while it was read, want it unchanged')
  }
}
