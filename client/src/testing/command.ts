// Running the command line in process: its own home, its own streams, an exit code and what was written.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { run, type Environment } from '../cli/index.ts'
import type { TestGate } from './gate.ts'
import { makeTestFolder } from './test-folder.ts'

export interface Ran {
  readonly exit: number
  readonly out: string
  readonly err: string
}

export interface Machine {
  readonly home: string
  readonly workingFolder: string
  readonly temporaryFolder: string
  readonly opened: URL[]
  run(argv: readonly string[], changes?: Changes): Promise<Ran>
}

export interface Changes {
  readonly env?: Readonly<Record<string, string>>
  readonly typed?: string
  readonly isTty?: boolean
  readonly now?: () => number
  readonly host?: string
  readonly openBrowser?: (url: URL) => void
}

/** A machine that has met no gate yet. */
export function createMachine(): Machine {
  const folder = makeTestFolder()
  const [home, workingFolder, temporaryFolder] = ['home', 'work', 'tmp'].map((name) => {
    mkdirSync(join(folder, name))
    return join(folder, name)
  }) as [string, string, string]
  const opened: URL[] = []
  return {
    home,
    workingFolder,
    temporaryFolder,
    opened,
    async run(
      argv,
      { env = {}, typed = '', isTty = false, now = () => Date.now(), host = 'machine', openBrowser } = {},
    ) {
      const out = collect()
      const err = collect()
      const environment: Environment = {
        env,
        stdin: Readable.from([typed]),
        stdout: out.stream,
        stderr: err.stream,
        isTty: { stdin: typed !== '', stdout: isTty, stderr: false },
        columns: 100,
        clock: { now, sleep: () => Promise.resolve() },
        home,
        workingFolder,
        temporaryFolder,
        host,
        openBrowser: openBrowser ?? ((url) => void opened.push(url)),
      }
      const exit = await run(argv, environment)
      return { exit, out: out.text(), err: err.text() }
    },
  }
}

/** A machine on which one of the sample people is signed in. */
export async function signedInMachine(gate: TestGate, person = 'ada'): Promise<Machine> {
  const machine = createMachine()
  const ran = await machine.run(['login', '--gate', gate.url, '--ca', gate.certificate.certFile, '--as', person])
  if (ran.exit !== 0) throw new Error(`cannot sign in: ${ran.err}`)
  return machine
}

function collect(): { stream: Writable; text: () => string } {
  const parts: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      parts.push(Buffer.from(chunk))
      done()
    },
  })
  return { stream, text: () => Buffer.concat(parts).toString('utf8') }
}
