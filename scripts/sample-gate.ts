// Where a sample enclave of this clone is, from what it leaves in its data folder, and the tour of it.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { connect } from 'node:net'

export const root = fileURLToPath(new URL('..', import.meta.url))

export interface SampleGate {
  readonly url: string
  /** Path of the authority's certificate. */
  readonly ca: string
}

export interface SampleOptions {
  readonly data: string
  readonly port: number
  readonly isJson: boolean
}

/** Read --data, --port and --json, or SALLYPORT_DATA and SALLYPORT_PORT. Throws with a sentence for anything else. */
export function sampleOptions(argv: readonly string[], env: NodeJS.ProcessEnv): SampleOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { data: { type: 'string' }, port: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const port = Number(values.port ?? env['SALLYPORT_PORT'] ?? 8443)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('cannot start: want a port from 1 to 65535')
  return { data: resolve(root, values.data ?? env['SALLYPORT_DATA'] ?? 'data/sample'), port, isJson: values.json }
}

/** Find the sample that was founded in a data folder; null where there is none. */
export async function findSampleGate(data: string): Promise<SampleGate | null> {
  const text = await readFile(resolve(data, 'sample-gate.json'), 'utf8').catch(() => null)
  if (text === null) return null
  const { url, ca } = JSON.parse(text) as SampleGate
  return { url, ca: resolve(root, ca) }
}

/** Tell whether anything listens on a port of this machine. */
export async function isTaken(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect({ host: 'localhost', port })
    const end = (isThere: boolean): void => {
      socket.destroy()
      answer(isThere)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}
