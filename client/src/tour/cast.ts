// The people of the tour: each has a folder for their profile and one to work in, signs in when first needed, and gives
// commands as anybody would.

import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import * as z from 'zod'
import { run, type Environment, type Exit } from '../cli/index.ts'
import { Otherwise } from './story.ts'

/** What a command ended with; stdout as its JSON value. */
export interface Ran {
  readonly exit: Exit
  readonly value: unknown
  /** What the person was told on stderr. */
  readonly told: string
}

export interface Cast {
  /** Run a command as one of the people. With --json unless it says otherwise. */
  readonly run: (person: string, ...argv: readonly string[]) => Promise<Ran>
  /** The folder that a person works in. */
  readonly folderOf: (person: string) => Promise<string>
  /** Take the commands that were given since the last time, as one would type them. */
  readonly takeCommands: () => readonly string[]
}

export interface CastOptions {
  readonly environment: Environment
  readonly gate: string
  readonly caFile: string
  readonly workFolder: string
}

export function gatherCast({ environment, gate, caFile, workFolder }: CastOptions): Cast {
  const signedIn = new Map<string, Promise<Ran>>()
  let commands: string[] = []

  async function folderOf(person: string): Promise<string> {
    const folder = join(workFolder, 'people', person)
    await mkdir(folder, { recursive: true })
    return folder
  }

  async function give(person: string, argv: readonly string[]): Promise<Ran> {
    const [out, err] = [collect(), collect()]
    const temporaryFolder = join(workFolder, 'temporary')
    await mkdir(temporaryFolder, { recursive: true })
    const exit = await run([...argv, '--json'], {
      ...environment,
      env: { SALLYPORT_HOME: join(workFolder, 'profiles', person) },
      stdout: out.stream,
      stderr: err.stream,
      isTty: { stdin: false, stdout: false, stderr: false },
      workingFolder: await folderOf(person),
      temporaryFolder,
      openBrowser: () => undefined,
    })
    return { exit, value: parsed(out.text()), told: err.text() }
  }

  async function signIn(person: string): Promise<Ran> {
    const ran = await give(person, ['login', '--gate', gate, '--ca', caFile, '--as', person])
    if (ran.exit !== 0) throw new Otherwise(`${person} could not sign in: ${ran.told.trim()}`)
    return ran
  }

  return {
    folderOf,
    async run(person, ...argv) {
      const ready = signedIn.get(person) ?? signIn(person)
      signedIn.set(person, ready)
      await ready
      commands.push(`sallyport ${argv.map(quoted).join(' ')}`)
      return give(person, argv)
    },
    takeCommands() {
      const taken = commands
      commands = []
      return taken
    },
  }
}

/** Read what a command answered. Throws Otherwise with what the person was told when it did not end with `exit`. */
export function answered<T>(ran: Ran, shape: z.ZodType<T>, exit: Exit = 0): T {
  const read = shape.safeParse(ran.value)
  if (ran.exit === exit && read.success) return read.data
  const told = ran.told.trim().replace(/\s*\n\s*/g, ' ')
  throw new Otherwise(ran.exit === exit ? 'it answered in another form' : `it ended with ${ran.exit}: ${told}`)
}

const refusedShape = z.object({
  refused: z.object({
    decisionId: z.string().nullable(),
    reasons: z.array(z.object({ code: z.string(), text: z.string() })),
    detail: z.string().nullable(),
  }),
})
export type Refusal = z.infer<typeof refusedShape>['refused']

/** Read a refusal by decision. Throws Otherwise when it was none. */
export function refused(ran: Ran): Refusal {
  const read = refusedShape.safeParse(ran.value)
  if (ran.exit === 3 && read.success) return read.data.refused
  throw new Otherwise(ran.exit === 0 ? 'it was permitted' : `it ended with ${ran.exit}: ${ran.told.trim()}`)
}

/** Tell whether something of this name is there. */
export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word}"`
}

function collect(): { stream: Writable; text: () => string } {
  const parts: Uint8Array[] = []
  const stream = new Writable({
    write(chunk: Uint8Array, _, done) {
      parts.push(chunk)
      done()
    },
  })
  return { stream, text: () => Buffer.concat(parts).toString('utf8') }
}
