// What the gate's verbs share: how their options are read, how they end, and when they are told to stop.

import { readFile } from 'node:fs/promises'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { Problem } from '@sallyport/protocol'

/** Streams and environment of the process, so that tests can stand in for them. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether a person watches what `err` writes. */
  readonly isTty?: boolean
}

/** Options that were read, or an exit code: 0 for help, 2 for wrong use. */
export function readOptions<T extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  usage: string,
  options: T,
  { out, err }: Terminal,
) {
  try {
    const { values } = parseArgs({ args: [...argv], options: { ...options, help: { type: 'boolean' } }, strict: true })
    if ((values as { help?: boolean }).help !== true) return values
    out(usage)
    return 0
  } catch (error) {
    err(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return 2
  }
}

/** Run `work`. A problem is told in its own words; anything else is a fault, told with its stack. Yields the exit code. */
export async function told(work: () => Promise<number>, { err }: Pick<Terminal, 'err'>): Promise<number> {
  try {
    return await work()
  } catch (error) {
    err(`${error instanceof Error ? error.message : String(error)}\n`)
    if (!(error instanceof Problem) && error instanceof Error) err(`${error.stack}\n`)
    return 1
  }
}

/**
 * Resolves at SIGINT, SIGTERM, or SIGHUP (the terminal was closed). Who types Ctrl-C once more ends the process at once; a service manager
 * tells a process and those that it started, so that one of these hears SIGTERM from both and finishes what is under way all the same.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}

export async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
