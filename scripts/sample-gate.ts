// Where the sample enclave of this clone is: its folder and port from the command line, and whether it is up.

import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { connect } from 'node:net'
import { sampleFolder } from '../client/src/session/index.ts'

export const root = fileURLToPath(new URL('..', import.meta.url))

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
  return { data: resolve(root, values.data ?? env['SALLYPORT_DATA'] ?? sampleFolder), port, isJson: values.json }
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
