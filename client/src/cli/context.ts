// What every verb works with: the printer, the profile, a connection signed in or not, and the way to say no.

import { Problem } from '@sallyport/protocol'
import { connect, type Connection, type Limits, type Refused } from '../gate/index.ts'
import { credentialOf, profileFolder, readProfile, type Profile } from '../session/index.ts'
import type { Environment, Exit } from './environment.ts'
import { loginAs } from './advice.ts'
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
  /** The same for another profile than the one in use. Throws Problem not-signed-in when there is none of that name. */
  profileNamed(name: string): Promise<Profile>
  connectAs(name: string): Promise<Connection>
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

  async function profileNamed(name: string): Promise<Profile> {
    const found = await readProfile(folder, name)
    if (found !== null) return found
    const who = name === 'default' ? 'this machine has met none' : `profile ${name} has met no gate`
    const login =
      name === profileName ? 'sallyport login --gate https://<host>' : loginAs(name, ' --gate https://<host>')
    throw new Problem('not-signed-in', `cannot reach a gate: ${who}, want \`${login}\``)
  }

  async function connectAs(name: string, limits: Partial<Limits> = {}): Promise<Connection> {
    const found = await profileNamed(name)
    const { url, ca } = found.gate
    const connection = connect({ url, ca, credential: credentialOf(found), clock, limits })
    endings.push(() => connection.close())
    return connection
  }

  return {
    environment,
    print,
    isJson,
    folder,
    profileName,
    profile: () => profileNamed(profileName),
    connect: (limits = {}) => connectAs(profileName, limits),
    profileNamed,
    connectAs: (name) => connectAs(name),
    refused: (refusal, what) => showRefusal(print, refusal, what),
    atEnd: (work) => void endings.push(work),
    async end() {
      for (const work of endings.reverse()) await work()
    },
  }
}
