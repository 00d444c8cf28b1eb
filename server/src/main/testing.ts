// For tests only: the sample enclave as a founded whole. Without HTTP, on a temporary database and in a temporary folder,
// with ids by sample name and a short way to decide; or served over HTTPS with its identity provider, with tokens for its
// people and key requests by hand.

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Action, Id, ResourceKind } from '@sallyport/protocol'
import {
  openMetrics,
  silentLogger,
  systemClock,
  systemRandomness,
  type Database,
  type DatabaseSocket,
} from '../base/index.ts'
import { temporaryDatabase } from '../base/testing.ts'
import { allVaults } from '../files/index.ts'
import type { Decision, DecisionRequest, ResourceRef } from '../policy/index.ts'
import { personOf } from '../roster/index.ts'
import { samplePeople } from '../sample/index.ts'
import { dataFolder } from './data-folder.ts'
import { migrations } from './modules.ts'
import type { Enclave, Ground } from './open-enclave.ts'
import { openOrFoundSample, sampleConfig, sampleNames, sampleSecret } from './sample.ts'

/** Issuer of the tokens of sample people in an enclave without HTTP. */
export const sampleIssuer = 'https://localhost:8443/sample-idp'

export interface SampleEnclave {
  readonly ground: Ground
  readonly enclave: Enclave
  readonly database: Database
  /** For another process, or another pool, on the same enclave. */
  readonly connection: DatabaseSocket
  readonly folder: string
  /** Id of a sample person, by the name at the sample's issuer. */
  readonly id: (subject: string) => Id<'person'>
  readonly vaultId: (name: string) => Id<'vault'>
  readonly authorizationId: (number: string) => Promise<Id<'authorization'>>
  readonly decide: <A extends Action>(request: DecisionRequest<A>) => Promise<Decision<A>>
  readonly stop: () => Promise<void>
}

/** Found the sample enclave on a database and in a folder of its own. */
export async function sampleEnclave(): Promise<SampleEnclave> {
  const temporary = await temporaryDatabase(migrations)
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-enclave-'))
  const stop = async () => {
    await temporary.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const { database, connection } = temporary
    const ground = await sampleGround(database, folder)
    const { enclave } = await openOrFoundSample(ground, sampleIssuer)
    const people = await peopleOf(database)
    const vaults = new Map((await allVaults(database)).map((one) => [one.name, one.id]))
    return {
      ground,
      enclave,
      database,
      connection,
      folder,
      id: (subject) => found(people.get(subject), subject),
      vaultId: (name) => found(vaults.get(name), name),
      authorizationId: async (number) => {
        const rows = await database.query('SELECT id FROM authorization_record WHERE number = $1', [number])
        return found(rows[0]?.['id'] as Id<'authorization'> | undefined, number)
      },
      decide: (request) => enclave.decisions.decide(request),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The ground of a sample enclave over a database that is open already. `close` closes that database alone. */
export async function sampleGround(database: Database, data: string): Promise<Ground> {
  const folder = dataFolder(data)
  return {
    config: sampleConfig({ data, port: 8443, env: {} }),
    names: sampleNames,
    folder,
    database,
    clock: systemClock,
    random: systemRandomness,
    log: silentLogger,
    metrics: openMetrics(),
    seal: { path: folder.keystore, secret: await sampleSecret(folder), random: systemRandomness },
    close: () => database.close(),
  }
}

/** A request of a sample person from the United States, unless changed. */
export function requestFor<A extends Action>(
  subject: string,
  action: A,
  resource: ResourceRef,
  changes: Partial<Pick<DecisionRequest, 'place' | 'evidence' | 'subject' | 'door'>> = {},
): DecisionRequest<A> {
  return {
    subject: { kind: 'identity', issuer: sampleIssuer, subject, isNaturalPerson: true },
    action,
    resource: resource as DecisionRequest<A>['resource'],
    place: { name: 'office', country: 'US' },
    device: 'unknown',
    door: 'test',
    evidence: {},
    ...changes,
  }
}

/** The sample's name of a label: `program/falcon`. */
export function sampleLabel(name: string): string {
  const [attribute = '', value = ''] = name.split('/')
  return `https://${sampleNames.namespace}/attr/${attribute}/value/${value}`
}

export const falconLabels = ['jurisdiction/itar', 'program/falcon', 'item/iv-h-1'].map(sampleLabel)

/** Obligation that the sample's agreement asks for. */
export const acknowledge = `https://${sampleNames.namespace}/obl/proviso/value/acknowledge`

/** A location of a database as a URL, for processes that are told by DATABASE_URL. */
export function databaseUrl({ socketDirectory, port, database, user }: DatabaseSocket): string {
  return `postgres://${user}@${encodeURIComponent(socketDirectory)}:${port}/${database}`
}

/** Find a port from `first` on where nobody listens and which no test in another process was given, whatever starts there later. */
export async function freePort(first: number, last = first + 500): Promise<number> {
  for (let port = first; port <= last; port++) if ((await claim(port)) && (await isFree(port))) return port
  throw new Error(`cannot find a port: ${first} to ${last} are taken`)
}

const claimed = new Set<number>()

/** Take a port's name for as long as this process lives: between a look and a listen another process would take the same port. */
function claim(port: number): Promise<boolean> {
  // Only Linux has names that end with their process.
  if (claimed.has(port) || process.platform !== 'linux') return Promise.resolve(true)
  return new Promise((resolve) => {
    const holder = createServer().unref()
    holder.once('error', () => resolve(false))
    holder.listen(portName(port), () => {
      claimed.add(port)
      resolve(true)
    })
  })
}

/** Of the socket, in no folder, that whoever was given a port holds. */
export function portName(port: number): string {
  return `\0sallyport-test-port-${port}`
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: 'localhost' }, () => server.close(() => resolve(true)))
  })
}

async function peopleOf(database: Database): Promise<ReadonlyMap<string, Id<'person'>>> {
  const found = await Promise.all(
    samplePeople.map(async ({ subject }) => {
      const person = await personOf(database, { issuer: sampleIssuer, subject })
      return person === null ? [] : [[subject, person.id] as const]
    }),
  )
  return new Map(found.flat())
}

function found<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new Error(`the sample enclave has no ${name}`)
  return thing
}

/** The kind of thing that an id is of, as a resource. */
export function resource(kind: ResourceKind, id: string): ResourceRef {
  if (kind === 'enclave') return { kind: 'enclave' }
  if (kind === 'file') return { kind: 'file', id: id as Id<'file'>, presented: null }
  return { kind, id } as ResourceRef
}
