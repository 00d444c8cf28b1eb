// What grows with an enclave: the figures of a small one and of a large one in the same minutes, one beside the other. Each is the
// `up` command as anybody starts it, on an embedded PostgreSQL of its own, asked over HTTPS.

import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Writable } from 'node:stream'
import type { Id } from '../protocol/src/index.ts'
import { openDatabase, silentLogger, startEmbeddedPostgres } from '../server/src/base/index.ts'
import { dataFolder as foldersOf } from '../server/src/main/data-folder.ts'
import { openEnclave } from '../server/src/main/open-enclave.ts'
import { freePort, sampleGround } from '../server/src/main/testing.ts'
import { tokenFor } from '../test/gate.ts'
import { dataFolder, startGate, startReady, type RunningGate } from '../test/running-gate.ts'
import { fillEnclave, type Filled } from './fill-enclave.ts'
import { processorTimeMs } from './processor-time.ts'
import { quantile, seconds, type BenchRow } from './row.ts'
import { p95, requestFigures, type Figure, type Figures } from './size-requests.ts'

export interface SizeBench {
  readonly small: number
  readonly large: number
}

const releases = 1000
const warmUp = 6000
const clients = 32

/**
 * Measure both, a few minutes for each 100,000. The small one before and after the large one, for the machine is not the same
 * after as many minutes; each of its figures is the mean of the two.
 */
export async function benchSize({ small, large }: SizeBench): Promise<BenchRow[]> {
  const [before, grown, after] = [await figuresOf(small), await figuresOf(large), await figuresOf(small)]
  return Object.entries(grown).map(([what, figure]) => {
    const values = [before[what] ?? figure, after[what] ?? figure].map(({ value }) => value)
    return rowOf(what, { ...figure, value: mean(values) }, figure, { small, large })
  })
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

async function figuresOf(size: number): Promise<Figures> {
  const data = await dataFolder()
  const undo: (() => Promise<unknown>)[] = [() => rm(data, { recursive: true, force: true })]
  try {
    const port = await freePort(19480)
    const postgres = await startEmbeddedPostgres({ dataDirectory: foldersOf(data).postgres, log: silentLogger })
    undo.push(postgres.stop)
    await (await startReady(data, port)).stop()
    const database = await openDatabase(postgres.connection, {
      poolSize: 8,
      applicationName: 'bench',
      log: silentLogger,
    })
    undo.push(database.close)
    const ground = await sampleGround(database, data)
    const enclave = await openEnclave(ground)
    const issuer = `https://localhost:${port}/sample-idp`
    const filled = await timed(`filled with ${size}`, () => fillEnclave({ ground, enclave }, size, issuer))
    const ledger = await ledgerFigures(enclave.ledger)
    const begun = performance.now()
    const gate = await startReady(data, port)
    undo.push(gate.stop)
    const start = performance.now() - begun
    const asked = await requestFigures(gate, filled)
    const one = await releaseFigures(gate, data, filled, 'one process')
    const memory = residentMiB(gate.child.pid ?? 0)
    const ended = await endingFigure(gate, data, filled)
    await gate.stop()
    const pair = await startGate(data, port, undefined, { processes: 2 })
    if ('said' in pair) throw new Error(`cannot measure: ${pair.said}`)
    undo.push(pair.stop)
    const two = await releaseFigures(pair, data, filled, 'two processes')
    return {
      'start, until ready': { value: start / 1000, unit: 's', isOfAll: true },
      ...ledger,
      ...asked,
      ...one,
      ...two,
      'an ending, until a key is refused': { value: ended, unit: 'ms' },
      'memory of the server at its most': { value: memory, unit: 'MiB' },
    }
  } finally {
    for (const step of undo.toReversed()) await step()
  }
}

type Ledger = Awaited<ReturnType<typeof openEnclave>>['ledger']

async function ledgerFigures(ledger: Ledger): Promise<Figures> {
  const { size } = await ledger.head()
  const audit = await seconds(async () => {
    const finding = await ledger.audit()
    if (finding !== null) throw new Error(`cannot measure: ${JSON.stringify(finding)}, want none`)
  })
  const exported = await seconds(() => ledger.exportTo(new Writable({ write: (_, __, done) => done() })))
  const proof = await p95(200, (n) => ledger.inclusionProof((n * 7919) % size, size))
  const search = await p95(200, () => ledger.search({ kind: 'decision.permit', limit: 100 }))
  const kind = 'bench.appended'
  const draft = (n: number) => ({ kind, actor: null, about: null, body: { n } })
  const sequencer = ledger.startSequencer({ intervalMs: 100 })
  let left = 5000
  const append = async (): Promise<void> => {
    while (left-- > 0) await ledger.append(draft(left))
  }
  const appending = await seconds(() => Promise.all(Array.from({ length: 64 }, append)))
  await sequencer.stop()
  return {
    'audit of the whole ledger': { value: audit, unit: 's', isOfAll: true },
    'export of the whole ledger': { value: exported, unit: 's', isOfAll: true },
    'inclusion proof, p95': proof,
    'newest 100 entries of a kind, p95': search,
    'durable appends, 64 at once': { value: 5000 / appending, unit: '1/s' },
  }
}

async function releaseFigures(gate: RunningGate, data: string, { people }: Filled, how: string): Promise<Figures> {
  const { client, url, child } = gate
  const tokens = await Promise.all(
    Array.from({ length: clients }, (_, n) => tokenFor({ folder: data }, url, `person-${(n * 7919) % people.length}`)),
  )
  const files = await Promise.all(Array.from({ length: 16 }, () => client.fileToOpen()))
  const took: number[] = []
  let left = 0
  const open = async (token: string): Promise<void> => {
    for (let n = left--; n > 0; n = left--) {
      const begun = performance.now()
      const answer = await client.open(token, files[n % files.length] as (typeof files)[number])
      if (!('key' in answer)) throw new Error(`cannot measure: ${answer.refused}, want a key`)
      if (n <= releases) took.push(performance.now() - begun)
    }
  }
  // A process that has just started works more slowly than one that has served for a while, and of two each is asked half as often.
  left = warmUp
  await Promise.all(tokens.map(open))
  took.length = 0
  left = releases + 300
  const before = processorTimeMs(child.pid ?? 0)
  const spent = await seconds(() => Promise.all(tokens.map(open)))
  const cost = (processorTimeMs(child.pid ?? 0) - before) / (releases + 300)
  return {
    [`key releases, ${how}`]: { value: (releases + 300) / spent, unit: '1/s' },
    [`key release, p99, ${how}`]: { value: quantile(took, 0.99), unit: 'ms' },
    [`processor time of a release, gate and database, ${how}`]: { value: cost, unit: 'ms' },
  }
}

/** From sending the ending until a key is refused to whoever is ended. */
async function endingFigure({ client, url }: RunningGate, data: string, { people }: Filled): Promise<number> {
  const grace = await client.token('grace')
  const took: number[] = []
  for (let n = 0; n < 20; n++) {
    const index = people.length - 1 - n
    const token = await tokenFor({ folder: data }, url, `person-${index}`)
    const file = await client.fileToOpen()
    const begun = performance.now()
    const body = JSON.stringify({ kind: 'left', reason: 'benchmark' })
    const headers = { 'content-type': 'application/json' }
    const { status, text } = await client.call('POST', `/api/v1/people/${people[index] as Id<'person'>}/end`, {
      token: grace,
      headers,
      body,
    })
    if (status !== 200) throw new Error(`cannot measure: the gate answered ${status} ${text}, want an ending`)
    if ('key' in (await client.open(token, file))) throw new Error('cannot measure: a key after the ending (I3)')
    took.push(performance.now() - begun)
  }
  return quantile(took, 0.95)
}

/** The most memory that a process has held, where the system tells. */
function residentMiB(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } catch {
    return Number.NaN
  }
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  const result = await work()
  process.stderr.write(`  ${what} in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`)
  return result
}

function rowOf(what: string, before: Figure, { value, unit, isOfAll }: Figure, { small, large }: SizeBench): BenchRow {
  const ratio = value / before.value
  const reference = `${before.value.toPrecision(3)} ${unit} with ${small.toLocaleString('en-US')}`
  const compared = { what: `${what}, ${large.toLocaleString('en-US')} of each`, value, unit, reference, ratio }
  // What reads all may grow as much as what it reads; speeds may halve, and times double: an index is a step or two higher.
  if (isOfAll === true) return { ...compared, target: large / small, isCeiling: true }
  return unit === '1/s' ? { ...compared, target: 0.5 } : { ...compared, target: 2, isCeiling: true }
}
