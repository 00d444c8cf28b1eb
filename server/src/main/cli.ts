// The gate's own verbs: `up` for the sample enclave, `serve` for a founded one.

import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Problem } from '@sallyport/protocol'
import { openLogger } from '../base/index.ts'
import { upSample } from './sample.ts'

const usage = `sallyport up [--data <folder>] [--port <number>] [--json]

Start the sample enclave: everything embedded, fictional people, no cloud account. Founded on the first start.

  --data <folder>   where it keeps everything (default: data/sample)
  --port <number>   port on localhost (default: 8443)
  --json            write one JSON line when it is ready, and logs as JSON

Example: sallyport up --port 9443

Founding a real enclave (\`init\`, \`serve\`) is not part of this version.
`

/** Run a verb of the gate until it is told to stop. Yields the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const [verb, ...rest] = argv
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
    return await up(options)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    if (!(error instanceof Problem) && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    return 1
  }
}

interface UpOptions {
  readonly data: string
  readonly port: number
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
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return null
    return { ...values, port }
  } catch {
    return null
  }
}

async function up({ data, port, json }: UpOptions): Promise<number> {
  const startedAt = performance.now()
  const log = openLogger({ level: json ? 'info' : 'warn' })
  const stopped = stopSignal()
  const sample = await upSample({ data, port, env: process.env, log, version: await version() })
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

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
