// How many questions of applications a gate answers, each recorded in the ledger: two server processes on one embedded database behind one
// port, real TLS, 64 clients that hold a token of one application and send their next question when the last is answered. Beside it, turn by
// turn, the same gate with decision and ledger switched off, which answers yes to everything (release-reference.ts).

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { importJWK, SignJWT, type JWK } from 'jose'
import { openDatabase, silentLogger, startEmbeddedPostgres } from '../server/src/base/index.ts'
import { dataFolder } from '../server/src/main/data-folder.ts'
import { acknowledge, falconLabels } from '../server/src/main/testing.ts'
import { openTdfClient } from '../server/src/sample/index.ts'
import { postmasterOf, processorTimeMs } from './processor-time.ts'
import { freePorts, startProgram } from './program.ts'
import type { ReferencePlan } from './release-reference.ts'
import { median, quantile, type BenchRow } from './row.ts'

const clients = 64
const processes = 2
const turns = 5
const questions = 12_800
const people = ['ada', 'lin', 'tomas', 'james']

interface Run {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Processor time of one question in milliseconds. */
  readonly cost: { readonly gate: number; readonly database: number; readonly clients: number }
}

interface Target {
  readonly port: number
  readonly pid: number
}

/** Measure on a sample enclave of its own, about a minute. */
export async function benchAuthzen(): Promise<BenchRow[]> {
  const data = await mkdtemp(join(tmpdir(), 'sallyport-bench-'))
  const undo: (() => Promise<unknown>)[] = [() => rm(data, { recursive: true, force: true })]
  try {
    const [port = 0, listenPort = 0] = await freePorts(2)
    const log = silentLogger
    const postgres = await startEmbeddedPostgres({ dataDirectory: dataFolder(data).postgres, log })
    undo.push(postgres.stop)
    const database = await openDatabase(postgres.connection, { poolSize: 1, applicationName: 'bench', log })
    undo.push(database.close)
    const postmaster = await postmasterOf(database)
    const up = ['up', '--data', data, '--port', String(port), '--processes', String(processes), '--json']
    const gate = await startProgram(['scripts/sallyport.ts', ...up])
    undo.push(gate.stop)
    const plan: ReferencePlan = { data, port, listenPort, processes }
    const reference = await startProgram(['bench/release-reference.ts', JSON.stringify(plan)])
    undo.push(reference.stop)
    const ca = readFileSync(join(data, 'sample-ca.pem'))
    const requests = await requestsFor(`https://localhost:${port}`, dataFolder(data).sampleIssuerKeys)
    const run = (to: Target, count = questions) => load({ ...to, ca, requests, count, postmaster })
    const [own, plain] = [
      { port, pid: gate.pid },
      { port: listenPort, pid: reference.pid },
    ]
    for (const to of [own, plain, own, plain]) await run(to, questions / 2)
    const taken: { gate: Run; reference: Run }[] = []
    for (let turn = 0; turn < turns; turn++) {
      taken.push({ gate: await run(own), reference: await run(plain) })
      report(`turn ${turn + 1} of ${turns}`, taken.at(-1))
    }
    const of = (pick: (one: (typeof taken)[number]) => number) => median(taken.map(pick))
    const cost = (part: keyof Run['cost']) => of((one) => one.gate.cost[part]).toFixed(3)
    const note = `gate ${cost('gate')} + database ${cost('database')} + clients ${cost('clients')} ms of processor each; ${turns} turns of ${questions}, ${clients} clients, ${processes} processes, load generator on the same machine`
    const p99 = of(({ gate: { p99Ms } }) => p99Ms)
    const answered = of(({ gate: { perSecond } }) => perSecond)
    return [
      {
        what: 'AuthZEN evaluation over HTTPS, recorded',
        value: answered,
        unit: '1/s',
        reference: `${of((one) => one.reference.perSecond).toFixed(0)} a second with a constant answer, nothing recorded`,
        ratio: of((one) => one.gate.perSecond / one.reference.perSecond),
        target: 0.25,
        note,
      },
      {
        what: 'AuthZEN evaluations a second, against what must be reached',
        value: answered,
        unit: '1/s',
        reference: '5,000 a second',
        ratio: answered / 5000,
        target: 1,
      },
      {
        what: 'AuthZEN evaluation, p99',
        value: p99,
        unit: 'ms',
        reference: '25 ms',
        ratio: p99 / 25,
        target: 1,
        isCeiling: true,
        note: `p50 ${of((one) => one.gate.p50Ms).toFixed(1)} ms; with a constant answer ${of((one) => one.reference.p99Ms).toFixed(1)} ms`,
      },
    ]
  } finally {
    for (const step of undo.toReversed()) await step()
  }
}

async function requestsFor(url: string, issuerKeysFile: string): Promise<readonly Buffer[]> {
  const [jwk] = (JSON.parse(readFileSync(issuerKeysFile, 'utf8')) as { keys: JWK[] }).keys
  if (jwk?.kid === undefined) throw new Error('the sample has no signing key')
  const token = await new SignJWT({ sub: openTdfClient, client_id: openTdfClient })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: jwk.kid })
    .setIssuer(`${url}/sample-idp`)
    .setAudience(url)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(await importJWK(jwk, 'ES256'))
  return people.map((id, n) => {
    const body = JSON.stringify({
      subject: { type: 'identity', id },
      action: { name: 'file.open' },
      resource: { type: 'labels', id: `part ${n}`, properties: { labels: falconLabels } },
      context: { sourceAddress: '127.0.0.1', fulfillable: [acknowledge] },
    })
    const head = [
      'POST /access/v1/evaluation HTTP/1.1',
      `Host: ${new URL(url).host}`,
      'Content-Type: application/json',
      `Authorization: Bearer ${token}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ]
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
  })
}

function report(name: string, turn: { readonly gate: Run; readonly reference: Run } | undefined): void {
  if (turn === undefined) return
  const told = ({ perSecond, p50Ms, p99Ms, cost }: Run) =>
    `${perSecond.toFixed(0)} a second, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ` +
    `gate ${cost.gate.toFixed(3)} + database ${cost.database.toFixed(3)} + clients ${cost.clients.toFixed(3)} ms`
  process.stderr.write(`  ${name}: ${told(turn.gate)}; constant answer ${told(turn.reference)}\n`)
}

async function load(order: {
  readonly port: number
  readonly pid: number
  readonly postmaster: number
  readonly ca: Buffer
  readonly requests: readonly Buffer[]
  readonly count: number
}): Promise<Run> {
  const { port, pid, postmaster, ca, requests, count } = order
  const sockets = await Promise.all(
    Array.from({ length: clients }, async () => {
      const socket = connect({ host: 'localhost', port, ca, servername: 'localhost' })
      await once(socket, 'secureConnect')
      return socket.setNoDelay(true)
    }),
  )
  const took: number[] = []
  const before = [processorTimeMs(pid), processorTimeMs(postmaster)] as const
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await Promise.all(sockets.map((socket, n) => askAll(socket, requests[n % requests.length], count / clients, took)))
  const tookMs = performance.now() - begun
  const { user, system } = process.cpuUsage(cpu)
  for (const socket of sockets) socket.destroy()
  return {
    perSecond: (took.length / tookMs) * 1000,
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
    cost: {
      gate: (processorTimeMs(pid) - before[0]) / count,
      database: (processorTimeMs(postmaster) - before[1]) / count,
      clients: (user + system) / 1000 / count,
    },
  }
}

async function askAll(socket: TLSSocket, request: Buffer | undefined, count: number, took: number[]): Promise<void> {
  if (request === undefined) throw new Error('cannot send: no request')
  for (let n = 0; n < count; n++) {
    const begun = performance.now()
    socket.write(request)
    const answer = await answerOf(socket)
    took.push(performance.now() - begun)
    if (!answer.startsWith('HTTP/1.1 200') || !answer.includes('"decision":true')) {
      throw new Error(`cannot measure: the gate answered ${answer.slice(0, 400)}`)
    }
  }
}

async function answerOf(socket: TLSSocket): Promise<string> {
  let text = ''
  for (;;) {
    const [part] = (await once(socket, 'data')) as [Buffer]
    text += part.toString('latin1')
    const end = text.indexOf('\r\n\r\n')
    const length = /content-length: (\d+)/i.exec(text)?.[1]
    if (end >= 0 && length !== undefined && text.length >= end + 4 + Number(length)) return text
  }
}

if (import.meta.main) console.table(await benchAuthzen())
