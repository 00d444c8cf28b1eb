// I10 where the power goes: a process that founds a real enclave or a sample is killed at any statement to
// the database and any change of a file. Whatever is tried on what it left, nobody, no key, no label, no policy set and no
// ledger is there but what the founding made; and it goes on, or says what to do. `npm run sequences` cuts more often.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { tableDigests } from '../../server/src/backup/testing.ts'
import {
  openDatabase,
  openMetrics,
  silentLogger,
  systemClock,
  systemRandomness,
  type Database,
} from '../../server/src/base/index.ts'
import { temporaryDatabase } from '../../server/src/base/testing.ts'
import { attestFounder, closeFounding, enrollFounder, readFounding } from '../../server/src/founding/index.ts'
import {
  createKeystore,
  enclaveKeys,
  makeLedgerSigners,
  openKeystore,
  type KeystoreSeal,
} from '../../server/src/keys/index.ts'
import { foundLedger } from '../../server/src/ledger/index.ts'
import { openEnclave, serve } from '../../server/src/main/index.ts'
import { initEnclave } from '../../server/src/main/init.ts'
import { openGround } from '../../server/src/main/open-enclave.ts'
import { serveReal } from '../../server/src/main/real.ts'
import { openRealGround } from '../../server/src/main/real-ground.ts'
import { openOrFoundSample, sampleConfig, sampleNamesOf, sampleSecret, upSample } from '../../server/src/main/sample.ts'
import { databaseUrl, sampleGround, sampleIssuer } from '../../server/src/main/testing.ts'
import { beginCeremony, openCeremony } from '../../server/src/policy/index.ts'
import { samplePeople } from '../../server/src/sample/index.ts'
import { makeFoundingSite, type FoundingSite } from '../founding-site.ts'
import type { Work } from './cutting/cut-process.ts'
import {
  doWork,
  lengthOf,
  mustSayWhatToDo,
  place,
  runs,
  seed,
  stopIn,
  timeout,
  type Length,
  type Place,
} from './cutting/cut-work.ts'
import { keysIn, whatStands, type Standing } from './cutting/what-stands.ts'

async function withDatabase<T>(connection: string, look: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(connection, { poolSize: 2, applicationName: 'sallyport-test', log: silentLogger })
  try {
    return await look(database)
  } finally {
    await database.close()
  }
}

/** What nobody may make a second time, by the functions that make it: none of them does. */
async function makeAgain(database: Database, seal: KeystoreSeal, left: Standing): Promise<void> {
  const { enclave, ceremony, ledger_head } = left.rows
  if (enclave + ceremony > 0) {
    await mustSayWhatToDo(openCeremony({ database }, { name: 'Again', kind: 'sample' }))
    const names = { namespace: 'again.example', ledgerOrigin: 'again.example/ledger' }
    await mustSayWhatToDo(database.transaction((tx) => beginCeremony(tx, { name: 'Again', ...names })))
  }
  if (left.keystore === null) return
  await mustSayWhatToDo(createKeystore(seal, enclaveKeys({ rsa: false }), systemClock))
  if (ledger_head === 0) return
  const origin = 'again.example/ledger'
  const { checkpoint, receipt } = makeLedgerSigners(await openKeystore(seal), origin)
  const parts = { database, clock: systemClock, random: systemRandomness, log: silentLogger, metrics: openMetrics() }
  const checkpointFile = join(dirname(seal.path), 'checkpoint')
  await mustSayWhatToDo(foundLedger({ ...parts, origin, signer: checkpoint, receiptSigner: receipt, checkpointFile }))
}

let killed = 0

describe('founding a real enclave, killed at any step (I10)', () => {
  let length: Length
  const workOf = (site: FoundingSite, resume: boolean): Work => ({
    work: 'init',
    configFile: site.configFile,
    foundersFile: site.foundersFile,
    databaseUrl: site.config.database,
    resume,
  })
  const stands = (site: FoundingSite) =>
    withDatabase(site.config.database, (database) => whatStands(database, site.config.data))
  const sealOf = ({ config, folder }: FoundingSite): KeystoreSeal => ({
    path: join(config.data, 'keystore.json'),
    secret: { kind: 'key-file', path: join(folder, 'secret.key') },
    random: systemRandomness,
  })
  const keys = (site: FoundingSite) => keysIn(sealOf(site))
  let port = 9900

  beforeAll(async () => {
    const site = await makeFoundingSite((port += 2))
    length = lengthOf(await doWork(workOf(site, false), null))
    await site.stop()
  }, 60_000)

  /** INVARIANT: I10. What is there rests on what comes before it, and nobody is there before the end. */
  function mustBeExplicit({ rows, keystore }: Standing): void {
    const { enclave, person, identity_binding, label, vault, authorization_record } = rows
    expect({ enclave, person, identity_binding, label, vault, authorization_record }).toEqual({
      enclave: 0,
      person: 0,
      identity_binding: 0,
      label: 0,
      vault: 0,
      authorization_record: 0,
    })
    expect([0, 4]).toContain(rows.founder)
    expect(rows.ceremony).toBe(rows.founder / 4)
    if (keystore !== null) expect(rows.ceremony).toBe(1)
    if (rows.ledger_head === 1) expect(keystore).not.toBeNull()
    if (rows.policy_set === 1) expect(rows.ledger_head).toBe(1)
  }

  /** What else somebody could start on a half-done founding. None of it makes anything, nor lets it go on by itself. */
  async function tryOthers(site: FoundingSite, left: Standing): Promise<void> {
    const { config, founders } = site
    const isBegun = left.rows.ceremony === 1 || left.keystore !== null
    const options = { config, log: silentLogger, version: 'test' }
    const isOpen = left.rows.policy_set === 1
    // One that is open is served, to its founders alone.
    if (isOpen) await (await serveReal(options)).close()
    else await mustSayWhatToDo(serveReal(options))
    expect(await stands(site)).toEqual(left)
    await withDatabase(config.database, (database) => makeAgain(database, sealOf(site), left))
    expect(await stands(site)).toEqual(left)
    if (!isBegun) return
    const init = { config, founders, log: silentLogger, resume: false, tell: () => undefined }
    await mustSayWhatToDo(initEnclave(init))
    const asSample = {
      ...options,
      data: config.data,
      port: config.listen.main.port,
      env: { DATABASE_URL: config.database },
    }
    await mustSayWhatToDo(upSample(asSample))
    expect(await stands(site)).toEqual(left)
  }

  async function resume(site: FoundingSite): Promise<ReadonlyMap<string, string>> {
    const { config, founders } = site
    const options = { config, founders, log: silentLogger, resume: true, tell: () => undefined }
    const going = async () => {
      const { codes } = await initEnclave(options)
      return codes.length > 0 ? codes : (await initEnclave({ ...options, newCodes: true })).codes
    }
    const codes = await going().catch(async (error: unknown) => {
      // The one thing that somebody has to do by hand, and is told.
      const draft = /cannot write keystore: (\S+) exists, .*remove it if one was cut off/.exec(String(error))?.[1]
      if (draft === undefined) throw error
      await rm(draft)
      return await going()
    })
    return new Map(codes.map(({ founder, code }) => [founder, code]))
  }

  /** The rest of the ceremony, by its founders. */
  async function finish(site: FoundingSite, codes: ReadonlyMap<string, string>): Promise<void> {
    const ground = await openRealGround(site.config, silentLogger, null)
    try {
      const { roster } = await openEnclave(ground)
      const caller = (subject: string) => ({ issuer: 'https://idp.example', subject, isNaturalPerson: true })
      for (const [name, code] of codes) await enrollFounder(roster, caller(name), code)
      const all = (await readFounding(roster.database, null))?.founders ?? []
      for (const [at, { id }] of all.entries()) {
        const by = all.at(at - 1)?.identity?.subject ?? ''
        await attestFounder(roster, caller(by), { about: id, statement: 'met in person' })
      }
      const officer = all.find(({ role }) => role === 'officer')?.identity?.subject ?? ''
      await closeFounding(roster, caller(officer))
    } finally {
      await ground.close()
    }
  }

  test(
    'leaves nothing that its founding did not make, and goes on to the end with the keys that it had',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 2 }), async (places) => {
          const site = await makeFoundingSite((port += 2))
          try {
            let kids: string | null = null
            for (const [at, one] of places.entries()) {
              const { wasKilled } = await doWork(workOf(site, at > 0), stopIn(length, one))
              if (wasKilled) killed++
              const left = await stands(site)
              mustBeExplicit(left)
              const found = await keys(site)
              if (kids !== null) expect(found).toBe(kids)
              kids = found
              await tryOthers(site, left)
            }
            const codes = await resume(site)
            expect([...codes.keys()]).toHaveLength(4)
            if (kids !== null) expect(await keys(site)).toBe(kids)
            mustBeExplicit(await stands(site))
            await finish(site, codes)
            const founded = await stands(site)
            expect(founded.rows).toMatchObject({ enclave: 1, person: 4, identity_binding: 4, ledger_head: 1 })
            await withDatabase(site.config.database, (database) => makeAgain(database, sealOf(site), founded))
            expect(await stands(site)).toEqual(founded)
          } finally {
            await site.stop()
          }
        }),
        { numRuns: runs, endOnFailure: true, ...seed },
      )
      expect(killed).toBeGreaterThan(0)
    },
    timeout,
  )
})

describe('founding a sample, killed at any step (I10)', () => {
  interface SampleSite {
    readonly data: string
    readonly database: Database
    readonly url: string
    readonly stop: () => Promise<void>
  }
  async function makeSampleSite(): Promise<SampleSite> {
    const temporary = await temporaryDatabase([])
    const data = await mkdtemp(join(tmpdir(), 'sallyport-cut-sample-'))
    return {
      data,
      database: temporary.database,
      url: databaseUrl(temporary.connection),
      stop: async () => {
        await temporary.stop()
        await rm(data, { recursive: true, force: true })
      },
    }
  }
  let length: Length
  beforeAll(async () => {
    const { data, url, stop } = await makeSampleSite()
    length = lengthOf(await doWork({ work: 'sample', data, databaseUrl: url }, null))
    await stop()
  }, 60_000)

  /** The last acts of all, after which whoever the sample company has ended is ended; and no kill. */
  const ends = [0.985, 1].map((share): [Place] => [{ share, isEarly: false, moment: 'after' }])

  async function open({ data, url }: SampleSite): Promise<void> {
    const config = sampleConfig({ data, port: 8443, env: { DATABASE_URL: url } })
    const ground = await openGround(config, sampleNamesOf, sampleSecret, silentLogger)
    try {
      await openOrFoundSample(ground, sampleIssuer)
    } finally {
      await ground.close()
    }
  }

  test(
    'is a whole sample, or is refused and says what to do',
    async () => {
      let refusals = 0
      await fc.assert(
        fc.asyncProperty(place, async (one) => {
          const site = await makeSampleSite()
          try {
            const { data, database, url } = site
            await doWork({ work: 'sample', data, databaseUrl: url }, stopIn(length, one))
            const left = await whatStands(database, data)
            const isFounded = left.rows.enclave === 1
            if (left.keystore !== null) {
              const secret = { kind: 'key-file', path: join(data, 'sample-keystore.key') } as const
              await makeAgain(database, { path: join(data, 'keystore.json'), secret, random: systemRandomness }, left)
              expect(await whatStands(database, data)).toEqual(left)
            }
            const isUntouched = left.keystore === null
            if (isFounded || isUntouched) await open(site)
            else {
              refusals++
              const before = await tableDigests(database)
              await mustSayWhatToDo(open(site))
              expect(await whatStands(database, data)).toEqual(left)
              expect(await tableDigests(database)).toEqual(before)
              const ground = await sampleGround(database, data)
              const halfOpen = await openEnclave(ground).catch(() => null)
              if (halfOpen !== null) {
                await expect(serve(ground, halfOpen, { version: 'test' })).rejects.toThrow('there is no enclave here')
              }
              return
            }
            const rows = await database.query('SELECT display_name AS name, status FROM person ORDER BY 1')
            const declared = samplePeople.map(({ name, status, endedAs }) => ({
              name,
              status: endedAs === null ? status.kind : 'ended',
            }))
            expect(rows).toEqual(declared.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
          } finally {
            await site.stop()
          }
        }),
        { numRuns: runs + ends.length, endOnFailure: true, examples: ends, ...seed },
      )
      expect(refusals).toBeGreaterThan(0)
    },
    timeout,
  )
})
