// The gate's own verbs: `up` for the sample enclave; `check`, `init` and `serve` for a real one. `backup` needs a client too: scripts/drill.ts.

import { parseArgs } from 'node:util'
import { openLogger } from '../base/index.ts'
import { isOneOfSeveral, leaveOthers, startProcesses, tellReady } from './processes.ts'
import { realVerbs } from './real-verbs.ts'
import { upSample, type Sample } from './sample.ts'
import { stopSignal, told, version, type Terminal } from './verb.ts'

const usage = `sallyport up [--data <folder>] [--port <number>] [--processes <number>] [--json]

Start the sample enclave: everything embedded, fictional people, no cloud account. Founded on the first start.

  --data <folder>   where it keeps everything (default: data/sample)
  --port <number>   port on localhost (default: 8443)
  --processes <number>
                    serve with several processes behind the one port, at best one for each core (default: 1)
  --json            write one JSON line when it is ready, and logs as JSON

Example: sallyport up --port 9443

A real enclave: sallyport check, sallyport init, sallyport serve (docs/founding.md).
Both: sallyport backup (docs/backup.md).
`

/** Run a verb of the gate until it is told to stop. Yields the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const [verb = '', ...rest] = argv
  const real = Object.hasOwn(realVerbs, verb) ? realVerbs[verb] : undefined
  if (real !== undefined) return await real(rest, terminal())
  if (verb !== 'up') {
    process.stderr.write(usage)
    return 2
  }
  const options = parseUp(rest)
  if (options === null) {
    process.stderr.write(usage)
    return 2
  }
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  try {
    return await told(() => up(options), terminal())
  } finally {
    leaveOthers()
  }
}

const mostProcesses = 64

interface UpOptions {
  readonly data: string
  readonly port: number
  readonly processes: number
  readonly json: boolean
  readonly help: boolean
}

function parseUp(argv: readonly string[]): UpOptions | null {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string', default: 'data/sample' },
        port: { type: 'string', default: '8443' },
        processes: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return null
    const processes = Number(values.processes)
    if (!Number.isInteger(processes) || processes < 1 || processes > mostProcesses) return null
    return { ...values, port, processes }
  } catch {
    return null
  }
}

async function up({ data, port, json, processes }: UpOptions): Promise<number> {
  const startedAt = performance.now()
  const log = openLogger({ level: json ? 'info' : 'warn' })
  const stopped = stopSignal()
  const start = async () => await upSample({ data, port, env: process.env, log, version: await version() })
  if (isOneOfSeveral()) {
    const { url, caFile, wasFounded, close } = await start()
    tellReady({ url, caFile, wasFounded } satisfies Started)
    await stopped
    await close()
    return 0
  }
  const several = processes === 1 ? null : await startProcesses<Started>(processes, log)
  const sample = several === null ? await start() : { ...several.facts, close: several.stop }
  const seconds = (performance.now() - startedAt) / 1000
  if (json) process.stdout.write(`${JSON.stringify({ ready: true, url: sample.url, ca: sample.caFile, seconds })}\n`)
  else {
    const what = sample.wasFounded ? 'founded and running' : 'running'
    process.stdout.write(
      `SAMPLE enclave ${what} at ${sample.url} after ${seconds.toFixed(1)} s. It holds no real data.\n`,
    )
  }
  await stopped
  await sample.close()
  return 0
}

type Started = Pick<Sample, 'url' | 'caFile' | 'wasFounded'>

/** Streams and environment of this process. */
export function terminal(): Terminal {
  return {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTty: process.stderr.isTTY,
  }
}
