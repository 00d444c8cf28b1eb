// Where the command line begins: arguments and an environment in, an exit code out.

import { spawn } from 'node:child_process'
import { homedir, hostname, tmpdir } from 'node:os'
import { isatty } from 'node:tty'
import { CommanderError } from 'commander'
import type { Environment, Exit } from './environment.ts'
import { createProgram } from './program.ts'
import type { Desk } from './verb.ts'

/** Run one command: `argv` without node and script. Resolves to the exit code; nothing is thrown. */
export async function run(argv: readonly string[], environment: Environment): Promise<Exit> {
  const desk: Desk = { environment, exit: 0 }
  try {
    await createProgram(desk).parseAsync([...argv], { from: 'user' })
    return desk.exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    environment.stderr.write(`a fault of sallyport itself: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

/** The environment of this process. */
export function processEnvironment(): Environment {
  const { env, stdin, stdout, stderr } = process
  return {
    env,
    stdin,
    stdout,
    stderr,
    isTty: { stdin: isatty(0), stdout: isatty(1), stderr: isatty(2) },
    columns: isatty(1) ? stdout.columns : 100,
    clock: {
      now: () => Date.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
    home: homedir(),
    workingFolder: process.cwd(),
    temporaryFolder: tmpdir(),
    host: hostname(),
    openBrowser,
  }
}

function openBrowser(url: URL): void {
  const command = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open'
  const child = spawn(command, [url.href], { stdio: 'ignore', detached: true })
  // No browser here; the address is printed as well.
  child.once('error', () => undefined)
  child.unref()
}
