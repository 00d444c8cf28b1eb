// What every verb works with: the printer, the profile, a connection signed in or not, and the way to say no.

import { Problem } from '@sallyport/protocol'
import { connect, type Connection, type Limits, type Refused } from '../gate/index.ts'
import { credentialOf, profileFolder, readProfile, type Profile } from '../session/index.ts'
import type { Environment, Exit } from './environment.ts'
import { createPrinter, type Printer } from './printer.ts'
import { showRefusal } from './refusal.ts'

/** Options that every verb takes. */
export interface GeneralOptions {
  readonly json?: true
  readonly profile?: string
}

export interface Context {
  readonly environment: Environment
  readonly print: Printer
  readonly isJson: boolean
  readonly folder: string
  readonly profileName: string
  /** Throws Problem not-signed-in when this machine has never met a gate. */
  profile(): Promise<Profile>
  /** Open the connection of the profile; closed when the verb has ended. */
  connect(limits?: Partial<Limits>): Promise<Connection>
  /** Print a refusal of `what` (`open plan.pdf`) and return the exit code for it. */
  refused(refusal: Refused, what: string): Exit
  /** Run when the verb has ended, however it ended. */
  readonly atEnd: (work: () => Promise<unknown>) => void
  end(): Promise<void>
}

export function createContext(environment: Environment, options: GeneralOptions): Context {
  const { env, home, clock } = environment
  const isJson = options.json === true
  const print = createPrinter(environment, isJson)
  const folder = profileFolder(env, home)
  const profileName = options.profile ?? (env['SALLYPORT_PROFILE'] || 'default')
  const endings: (() => Promise<unknown>)[] = []

  async function profile(): Promise<Profile> {
    const found = await readProfile(folder, profileName)
    if (found !== null) return found
    const who = profileName === 'default' ? 'this machine has met none' : `profile ${profileName} has met no gate`
    throw new Problem('not-signed-in', `cannot reach a gate: ${who}, want \`sallyport login --gate https://<host>\``)
  }

  return {
    environment,
    print,
    isJson,
    folder,
    profileName,
    profile,
    async connect(limits = {}) {
      const found = await profile()
      const connection = connect({
        url: found.gate.url,
        ca: found.gate.ca,
        credential: credentialOf(found),
        clock,
        limits,
      })
      endings.push(() => connection.close())
      return connection
    },
    refused: (refusal, what) => showRefusal(print, refusal, what),
    atEnd: (work) => void endings.push(work),
    async end() {
      for (const work of endings.reverse()) await work()
    },
  }
}
