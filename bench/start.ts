// How long the sample enclave takes to start: the first time, when it makes its database, its keys and its company, and later.
// Counted from the start of the command until it says that it is ready, and until it has served a request.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, startProgram } from './program.ts'
import { median, type BenchRow } from './row.ts'

const firstStarts = 3
const laterStarts = 3

interface Start {
  readonly readyMs: number
  readonly servedMs: number
}

/** Measure first starts in fresh folders, each followed by later starts in the same, about a minute. */
export async function benchStart(): Promise<BenchRow[]> {
  const first: Start[] = []
  const later: Start[] = []
  for (let n = 0; n < firstStarts; n++) {
    const data = await mkdtemp(join(tmpdir(), 'sallyport-bench-'))
    try {
      first.push(await start(data))
      for (let again = 0; again < laterStarts; again++) later.push(await start(data))
    } finally {
      await rm(data, { recursive: true, force: true })
    }
    const [one, two] = [first.at(-1), later.at(-1)]
    process.stderr.write(`  first start ${one?.servedMs.toFixed(0)} ms, later ${two?.servedMs.toFixed(0)} ms\n`)
  }
  return [
    rowOf('first start of the sample enclave, to its first answer', first, 8000),
    rowOf('later start, to its first answer', later, 2000),
  ]
}

async function start(data: string): Promise<Start> {
  const [port = 0] = await freePorts(1)
  const begun = performance.now()
  const gate = await startProgram(['scripts/sallyport.ts', 'up', '--data', data, '--port', String(port), '--json'])
  const readyMs = performance.now() - begun
  try {
    await requireReady(port, await readFile(join(data, 'sample-ca.pem')))
    return { readyMs, servedMs: performance.now() - begun }
  } finally {
    await gate.stop()
  }
}

async function requireReady(port: number, ca: Buffer): Promise<void> {
  const status = await new Promise<number>((resolve, reject) => {
    const asked = request({ host: 'localhost', port, path: '/readyz', ca, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    asked.on('error', reject).end()
  })
  if (status !== 200) throw new Error(`cannot measure start: the gate answered ${status}, want 200`)
}

function rowOf(what: string, starts: readonly Start[], limitMs: number): BenchRow {
  const servedMs = median(starts.map((one) => one.servedMs))
  const readyMs = median(starts.map((one) => one.readyMs))
  return {
    what,
    value: servedMs,
    unit: 'ms',
    reference: `${limitMs} ms`,
    ratio: servedMs / limitMs,
    target: 1,
    isCeiling: true,
    note: `median of ${starts.length}, ready after ${readyMs.toFixed(0)} ms`,
  }
}

if (import.meta.main) console.table(await benchStart())
