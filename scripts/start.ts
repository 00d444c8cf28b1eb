// `npm start`: the sample enclave and a tour of it, no question asked. Stays up until it is told to stop.
// oxlint-disable-next-line import/no-unassigned-import -- it refuses an old runtime before anything else is loaded
import './require-runtime.ts'

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join, relative } from 'node:path'
import type { SampleGate } from '../client/src/session/index.ts'

const { isTaken, root, sampleOptions } = await import('./sample-gate.ts')
const { findSampleGate } = await import('../client/src/session/index.ts')
const { processEnvironment } = await import('../client/src/cli/index.ts')
const { runTour } = await import('../client/src/tour/index.ts')
const { buildConsole } = await import('../console/build.ts')

try {
  process.exitCode = await start()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function start(): Promise<number> {
  const { data, port } = sampleOptions(process.argv.slice(2), process.env)
  await refuseSecond(data, port)
  if (await buildConsole()) process.stdout.write('The console was built from its sources.\n')
  const gate = spawn(process.execPath, ['scripts/sallyport.ts', 'up', '--data', data, '--port', String(port)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const told = new AbortController()
  const stop = (): void => {
    told.abort()
    // Not SIGINT: a terminal has sent that to both, and a second one would cut the orderly end short.
    gate.kill('SIGTERM')
  }
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop)
  const ended = endOf(gate)
  // A gate that ends by itself has said why; told to end, it is no fault.
  const outcome = async (): Promise<number> => {
    const code = await ended
    return told.signal.aborted ? 0 : code || 1
  }
  if (!(await isReady(gate))) return outcome()
  const found = await findSampleGate(root, data)
  const failed = found === null ? null : await tour(found, AbortSignal.any([told.signal, signalOf(ended)]))
  if (found !== null && failed === 0) process.stdout.write(whatNext(found, data))
  else if (failed !== null && !told.signal.aborted) {
    stop()
    await ended
    process.stderr.write(`The sample enclave is stopped; its data is in ${data}.\n`)
    return 1
  }
  return outcome()
}

/** Take the tour. Yields how many steps failed, or null when it was broken off. */
async function tour({ url, ca }: SampleGate, signal: AbortSignal): Promise<number | null> {
  try {
    const { failed } = await runTour({
      environment: processEnvironment(),
      gate: url,
      caFile: ca,
      samplesFolder: join(root, 'samples'),
      isJson: false,
      signal,
    })
    return failed.length
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}

/** One enclave a data folder and one listener a port: say which of them is in the way. */
async function refuseSecond(data: string, port: number): Promise<void> {
  const found = await findSampleGate(root, data)
  if (found !== null && (await isTaken(Number(new URL(found.url).port)))) {
    throw new Error(
      `cannot start: something listens at ${found.url}, most likely this same sample enclave (${data}). ` +
        'Take the tour of it with `npm run tour`, or stop it first.',
    )
  }
  if (await isTaken(port)) {
    throw new Error(
      `cannot start: port ${port} is taken by another program, want a free one: npm start -- --port 9443 --data data/other`,
    )
  }
}

/** Pass on what the gate says, until it says that it runs; false when it ended instead. */
async function isReady(gate: ChildProcess): Promise<boolean> {
  return new Promise((answer) => {
    let said = ''
    gate.stdout?.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk)
      said += String(chunk)
      if (/running at https:/.test(said)) answer(true)
    })
    gate.once('exit', () => answer(false))
  })
}

function signalOf(ended: Promise<unknown>): AbortSignal {
  const controller = new AbortController()
  void ended.then(() => controller.abort())
  return controller.signal
}

async function endOf(gate: ChildProcess): Promise<number | null> {
  const [code] = (await once(gate, 'exit')) as [number | null]
  return code
}

/** As somebody here would type it. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}

function whatNext({ url, ca }: SampleGate, data: string): string {
  const isDefault = relative(root, data) === join('data', 'sample')
  const flags = isDefault ? '' : ` --gate ${url} --ca ${shown(ca)}`
  const more = isDefault ? '' : ` -- --data ${shown(data)}`
  return `
The sample enclave stays up at ${url} until Ctrl-C.

In a browser: open ${url}, sign in at the sample's provider and pick who you are:
  Ada, engineer · James, British and covered by an agreement · Eleanor, British and refused
  Grace, export control officer and empowered official · Henry and Wanda, officers
  Omar, administrator · Paula, auditor · Rosa, analyst
The browser does not know the gate's authority: ${shown(ca)}

In another terminal:
  npm run sallyport -- login --as ada${flags}
  npm run sallyport -- file protect <a file of your own> --vault falcon
  npm run sallyport -- file open <its name> -o back
  npm run sallyport -- login --as paula --profile paula${flags}
  npm run sallyport -- decision who-can <its name> --profile paula
  npm run tour${more}

Everybody of the sample is in server/src/sample/company.ts.
`
}
