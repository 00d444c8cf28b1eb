// How many keys a gate releases, and how fast: two server processes on one embedded database behind one port, real TLS, real
// Connect requests with signed request tokens and a DPoP proof each, 32 clients on the same machine. Beside it, turn by turn,
// the same gate with decision and ledger switched off (release-reference.ts).

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, silentLogger, startEmbeddedPostgres } from '../server/src/base/index.ts'
import { dataFolder } from '../server/src/main/data-folder.ts'
import { commandLineClient } from '../server/src/sample/index.ts'
import { postmasterOf, processorTimeMs } from './processor-time.ts'
import { freePorts, startProgram } from './program.ts'
import type { LoadFigures, LoadOrder } from './release-load.ts'
import type { ReferencePlan } from './release-reference.ts'
import { median, type BenchRow } from './row.ts'

export interface ReleaseBench {
  readonly clients: number
  readonly processes: number
  /** Interleaved turns of gate and reference; the medians are taken. */
  readonly turns: number
  /** Releases of one turn. */
  readonly requests: number
}

export const releaseBench: ReleaseBench = { clients: 32, processes: 2, turns: 7, requests: 6400 }

// Three U.S. persons of different kinds for each foreign person whom an agreement covers.
const people = ['ada', 'lin', 'tomas', 'james']

/** One run of the clients, with the processor time of one release in milliseconds. */
interface Run extends LoadFigures {
  readonly cost: { readonly gate: number; readonly database: number; readonly clients: number }
}

interface Turn {
  readonly gate: Run
  readonly reference: Run
  /** The same gate with one process. */
  readonly one: Run
}

interface Target {
  readonly port: number
  readonly pid: number
}

/** Measure on a sample enclave of its own, about two minutes. */
export async function benchRelease(options: ReleaseBench = releaseBench): Promise<BenchRow[]> {
  const data = await mkdtemp(join(tmpdir(), 'sallyport-bench-'))
  const undo: (() => Promise<unknown>)[] = [() => rm(data, { recursive: true, force: true })]
  try {
    const [port = 0, listenPort = 0, onePort = 0] = await freePorts(3)
    const { processes } = options
    const log = silentLogger
    const postgres = await startEmbeddedPostgres({ dataDirectory: dataFolder(data).postgres, log })
    undo.push(postgres.stop)
    const database = await openDatabase(postgres.connection, { poolSize: 1, applicationName: 'bench', log })
    undo.push(database.close)
    const up = ['up', '--data', data, '--port', String(port), '--processes', String(processes), '--json']
    const gate = await startProgram(['scripts/sallyport.ts', ...up])
    undo.push(gate.stop)
    const plan: ReferencePlan = { data, port, listenPort, processes }
    const reference = await startProgram(['bench/release-reference.ts', JSON.stringify(plan)])
    undo.push(reference.stop)
    const alone: ReferencePlan = { ...plan, listenPort: onePort, processes: 1, decides: true }
    const one = await startProgram(['bench/release-reference.ts', JSON.stringify(alone)])
    undo.push(one.stop)
    const turns = await takeTurns(options, {
      data,
      gate: { port, pid: gate.pid },
      reference: { port: listenPort, pid: reference.pid },
      one: { port: onePort, pid: one.pid },
      postmaster: await postmasterOf(database),
    })
    return rowsOf(turns, options)
  } finally {
    for (const step of undo.toReversed()) await step()
  }
}

interface Ground {
  readonly data: string
  readonly gate: Target
  readonly reference: Target
  readonly one: Target
  readonly postmaster: number
}

async function takeTurns({ clients, turns, requests }: ReleaseBench, ground: Ground): Promise<readonly Turn[]> {
  const child = fork(new URL('release-load.ts', import.meta.url))
  const ended = once(child, 'exit').then(() => {
    throw new Error('cannot measure: the clients ended, want them to go on')
  })
  const order = async (wanted: LoadOrder): Promise<LoadFigures> => {
    child.send(wanted)
    const [figures] = (await Promise.race([once(child, 'message'), ended])) as [LoadFigures]
    return figures
  }
  const run = async ({ port, pid }: Target, count = requests): Promise<Run> => {
    const before = [processorTimeMs(pid), processorTimeMs(ground.postmaster)] as const
    const figures = await order({ run: { port, requests: count } })
    const [gate, database] = [processorTimeMs(pid) - before[0], processorTimeMs(ground.postmaster) - before[1]]
    return { ...figures, cost: { gate: gate / count, database: database / count, clients: figures.cpuMs / count } }
  }
  const { data, gate, reference, one } = ground
  try {
    await order({
      prepare: {
        url: `https://localhost:${gate.port}`,
        caFile: join(data, 'sample-ca.pem'),
        issuerKeysFile: dataFolder(data).sampleIssuerKeys,
        clientId: commandLineClient,
        people,
        clients,
        filesPerClient: 16,
      },
    })
    // Until the compiler has seen them all: of two processes, each sees half of it.
    for (const target of [gate, reference, one, gate, reference, gate]) await run(target, requests / 2)
    const taken: Turn[] = []
    for (let turn = 0; turn < turns; turn++) {
      const isGateFirst = turn % 2 === 0
      const first = await run(isGateFirst ? gate : reference)
      const second = await run(isGateFirst ? reference : gate)
      const pair = isGateFirst ? { gate: first, reference: second } : { gate: second, reference: first }
      taken.push({ ...pair, one: await run(one) })
      report(`turn ${turn + 1} of ${turns}`, taken.slice(-1))
    }
    return taken
  } finally {
    ended.catch(() => {})
    child.kill()
  }
}

function report(name: string, [turn]: readonly Turn[]): void {
  if (turn === undefined) return
  const told = ({ perSecond, p99Ms, cost }: Run) =>
    `${perSecond.toFixed(0)} a second, p99 ${p99Ms.toFixed(0)} ms, ${costText(cost)}`
  process.stderr.write(
    `  ${name}: ${told(turn.gate)}; reference ${told(turn.reference)}; one process ${told(turn.one)}\n`,
  )
}

function costText({ gate, database, clients }: Run['cost']): string {
  return `gate ${gate.toFixed(2)} + database ${database.toFixed(2)} + clients ${clients.toFixed(2)} ms of processor each`
}

function rowsOf(turns: readonly Turn[], { clients, processes }: ReleaseBench): BenchRow[] {
  const perSecond = median(turns.map(({ gate }) => gate.perSecond))
  const p99Ms = median(turns.map(({ gate }) => gate.p99Ms))
  const plain = median(turns.map(({ reference }) => reference.perSecond))
  const middle = (part: keyof Run['cost']): number => median(turns.map(({ gate }) => gate.cost[part]))
  const cost = { gate: middle('gate'), database: middle('database'), clients: middle('clients') }
  const note = `${turns.length} turns, ${clients} clients, ${processes} server processes; ${costText(cost)}`
  const what = 'key release: token, proof, decision, entry, rewrap'
  const row = { unit: '1/s', value: perSecond, note }
  return [
    { ...row, what, reference: '1,000 a second', ratio: perSecond / 1000, target: 1 },
    {
      ...row,
      what: `${what}, against no decision and no ledger`,
      reference: `${plain.toFixed(0)} a second with both switched off`,
      ratio: median(turns.map(({ gate, reference }) => gate.perSecond / reference.perSecond)),
      target: 0.7,
    },
    {
      ...row,
      what: `${what}, against one process`,
      reference: `${median(turns.map(({ one }) => one.perSecond)).toFixed(0)} a second by one`,
      ratio: median(turns.map(({ gate, one }) => gate.perSecond / one.perSecond)),
      target: 1,
      note: `one process: ${costText({
        gate: median(turns.map(({ one }) => one.cost.gate)),
        database: median(turns.map(({ one }) => one.cost.database)),
        clients: median(turns.map(({ one }) => one.cost.clients)),
      })}`,
    },
    {
      what: 'key release, p99',
      value: p99Ms,
      unit: 'ms',
      reference: '60 ms',
      ratio: p99Ms / 60,
      target: 1,
      isCeiling: true,
      note: `p50 ${median(turns.map(({ gate }) => gate.p50Ms)).toFixed(0)} ms`,
    },
  ]
}

if (import.meta.main) console.table(await benchRelease())
