// I10: nothing important is created implicitly. What was not founded does not open, and the attempt leaves nothing behind; and
// in one that was founded, whoever asks for whatever, nothing is there but what somebody who may has added on record.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { actions, Problem, type Action } from '@sallyport/protocol'
import {
  newId,
  openDatabase,
  openMetrics,
  silentLogger,
  systemClock,
  systemRandomness,
  type Database,
} from '../../server/src/base/index.ts'
import { temporaryDatabase, type TemporaryDatabase } from '../../server/src/base/testing.ts'
import { bindPerson } from '../../server/src/identity/index.ts'
import { createKeystore, enclaveKeys, makeLedgerSigners, openKeystore } from '../../server/src/keys/index.ts'
import { foundLedger, openLedger } from '../../server/src/ledger/index.ts'
import { openEnclave, serve, type Ground } from '../../server/src/main/index.ts'
import { migrations } from '../../server/src/main/modules.ts'
import { ledgerOptions } from '../../server/src/main/open-enclave.ts'
import { openOrFoundSample } from '../../server/src/main/sample.ts'
import { requestFor, resource, sampleEnclave, sampleGround, sampleIssuer } from '../../server/src/main/testing.ts'
import {
  beginCeremony,
  openCeremony,
  readEnclave,
  type Permit,
  type ResourceRef,
} from '../../server/src/policy/index.ts'
import { addUnverified, applyImport, compareImport, markPerson, type Newcomer } from '../../server/src/roster/index.ts'
import { writeCsv } from '../../server/src/spreadsheet/index.ts'
import { whatStands } from './cutting/what-stands.ts'
import { cutDatabase, type Cut } from './widening/power-cut.ts'

const everyAction = Object.keys(actions) as [Action, ...Action[]]

let temporary: TemporaryDatabase
let folder: string
let ground: Ground
beforeEach(async () => {
  temporary = await temporaryDatabase(migrations)
  folder = await mkdtemp(join(tmpdir(), 'sallyport-unfounded-'))
  ground = await sampleGround(temporary.database, folder)
})
afterEach(async () => {
  await temporary.stop()
  await rm(folder, { recursive: true, force: true })
})

async function left(): Promise<unknown> {
  return { rows: await rowsOf(temporary.database), files: await readdir(folder, { recursive: true }) }
}

/** How many rows stand in each table, but for the migrations' own record. */
async function rowsOf(database: Database): Promise<Record<string, number>> {
  const tables = await database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
  const counts: Record<string, number> = {}
  for (const name of tables.map((row) => String(row['tablename']))) {
    const [row] = await database.query(`SELECT count(*) AS n FROM ${name}`)
    if (!name.includes('migration')) counts[name] = Number(row?.['n'])
  }
  return counts
}

describe('an enclave that was not founded (I10)', () => {
  test('openEnclave() refuses and leaves neither keystore nor ledger nor anybody', async () => {
    const before = await left()
    await expect(openEnclave(ground)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await left()).toEqual(before)
    expect(await rowsOf(temporary.database)).toMatchObject({ enclave: 0, ledger_head: 0, person: 0, policy_set: 0 })
    expect(await readEnclave(temporary.database)).toBeNull()
  })

  test('openKeystore() refuses and makes no file', async () => {
    const before = await left()
    await expect(openKeystore(ground.seal)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await left()).toEqual(before)
  })

  test('openLedger() refuses though there are keys, and founds none', async () => {
    await createKeystore(ground.seal, enclaveKeys({ rsa: false }), systemClock)
    const before = await left()
    const signers = makeLedgerSigners(await openKeystore(ground.seal), ground.names.ledgerOrigin)
    await expect(openLedger(ledgerOptions(ground, signers))).rejects.toMatchObject({
      code: 'unavailable',
      details: { disagreement: 'not-founded' },
    })
    await expect(openEnclave(ground)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await left()).toEqual(before)
  })

  test('serve() refuses an enclave with keys and ledger that no ceremony closed', async () => {
    await createKeystore(ground.seal, enclaveKeys({ rsa: false }), systemClock)
    const signers = makeLedgerSigners(await openKeystore(ground.seal), ground.names.ledgerOrigin)
    await foundLedger(ledgerOptions(ground, signers))
    const enclave = await openEnclave(ground)
    await expect(serve(ground, enclave, { version: '0.0.0' })).rejects.toThrow('there is no enclave here')
    expect(await rowsOf(temporary.database)).toMatchObject({ enclave: 0, person: 0, policy_set: 0 })
  })
})

describe('an enclave that was founded (I10)', () => {
  test('is not founded again: no second ceremony, keystore or ledger', async () => {
    await openOrFoundSample(ground, sampleIssuer)
    const keystore = await readFile(ground.seal.path)
    const before = await left()
    await expect(openCeremony(ground, { name: 'Again', kind: 'sample' })).rejects.toMatchObject({ code: 'conflict' })
    const record = { name: 'Again', namespace: 'again.example', ledgerOrigin: 'again.example/ledger' }
    const begun = ground.database.transaction((tx) => beginCeremony(tx, record))
    await expect(begun).rejects.toMatchObject({ code: 'conflict' })
    await expect(createKeystore(ground.seal, enclaveKeys({ rsa: false }), systemClock)).rejects.toMatchObject({
      code: 'conflict',
    })
    const signers = makeLedgerSigners(await openKeystore(ground.seal), ground.names.ledgerOrigin)
    await expect(foundLedger(ledgerOptions(ground, signers))).rejects.toMatchObject({ code: 'conflict' })
    expect(await left()).toEqual(before)
    expect((await readFile(ground.seal.path)).equals(keystore)).toBe(true)
  })

  test('does not open under a fresh database or a fresh folder', async () => {
    await openOrFoundSample(ground, sampleIssuer)
    const other = await temporaryDatabase(migrations)
    const elsewhere = await mkdtemp(join(tmpdir(), 'sallyport-unfounded-'))
    try {
      const emptyDatabase = openEnclave({ ...ground, database: other.database })
      await expect(emptyDatabase).rejects.toMatchObject({ details: { disagreement: 'file-without-ledger' } })
      await expect(openEnclave(await sampleGround(temporary.database, elsewhere))).rejects.toMatchObject({
        code: 'unavailable',
      })
      expect(await rowsOf(other.database)).toMatchObject({ ledger_head: 0, enclave: 0 })
    } finally {
      await other.stop()
      await rm(elsewhere, { recursive: true, force: true })
    }
  })
})

describe('a founded enclave that is asked for anything by anybody (I10)', () => {
  const sequences = Math.ceil(Number(process.env['SALLYPORT_SEQUENCES'] ?? 48) / 6)
  const known = ['grace', 'henry', 'omar', 'ada', 'james'] as const
  const who = fc.oneof(fc.constantFrom(...known), fc.constantFrom('stranger', 'Grace', 'grace ', '', 'toString'))
  const cut: fc.Arbitrary<Cut | null> = fc.oneof(
    fc.constant(null),
    fc.record({ after: fc.noBias(fc.nat(24)), moment: fc.constantFrom('before', 'during', 'answered') }),
  )
  const act = fc.oneof(
    { weight: 3, arbitrary: fc.record({ act: fc.constant('ask'), by: who, action: fc.constantFrom(...everyAction) }) },
    {
      weight: 3,
      arbitrary: fc.record({ act: fc.constant('import'), by: who, people: fc.integer({ min: 1, max: 3 }) }),
    },
    { weight: 2, arbitrary: fc.record({ act: fc.constant('add'), by: who }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('bind nobody'), by: who }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('open again'), by: who }) },
  )
  type Try = typeof act extends fc.Arbitrary<infer A> ? A : never

  test(
    'leaves nobody and nothing that no act on record of somebody who may has made',
    async () => {
      const sample = await sampleEnclave()
      const pool = { poolSize: 8, applicationName: 'sallyport-stage', log: silentLogger }
      const database = cutDatabase(await openDatabase(sample.connection, pool), async (sessionId) => {
        await sample.database.query('SELECT pg_terminate_backend($1, 5000)', [sessionId])
        await setTimeout(5)
      })
      const ground = () => ({ ...sample.ground, database, metrics: openMetrics() })
      const [before, bound, added] = [await stands(), await entries('identity.bound'), await entries('person.added')]
      let enclave = await openEnclave(ground())
      let made = 0

      function stands() {
        return whatStands(sample.database, sample.folder)
      }
      async function entries(kind: string): Promise<number> {
        const [row] = await sample.database.query(
          `SELECT count(*) AS n FROM (SELECT kind, actor FROM ledger_pending UNION ALL SELECT kind, actor FROM ledger_entries) e
            WHERE kind = $1 AND (actor IS NULL OR actor = ANY ($2::uuid[]))`,
          [kind, ['grace', 'henry', 'omar'].map((name) => sample.id(name))],
        )
        return Number(row?.['n'])
      }
      async function permit<A extends Action>(name: string, action: A, about: ResourceRef): Promise<Permit<A>> {
        const decision = await enclave.decisions.decide(requestFor(name, action, about))
        if (decision.effect === 'permit') return decision.permit
        throw new Problem('refused', `${name} may not ${action}`)
      }
      async function attempt(one: Try): Promise<void> {
        const nobody = newId<'person'>(systemClock, systemRandomness)
        switch (one.act) {
          case 'ask': {
            const id = newId<'person'>(systemClock, systemRandomness)
            await permit(one.by, one.action, resource(actions[one.action].resource, id))
            return
          }
          case 'import': {
            const rows = Array.from({ length: one.people }, () => [
              newId(systemClock, systemRandomness),
              'Somebody New',
            ])
            const bytes = writeCsv([['external id', 'name'], ...rows])
            const looking = await permit(one.by, 'person.import', { kind: 'enclave' })
            const { digest } = (await compareImport(enclave.roster, looking, bytes)).plan
            const doing = await permit(one.by, 'person.import', { kind: 'enclave' })
            await applyImport(enclave.roster, doing, { bytes, digest, reason: 'generated' })
            made += one.people
            return
          }
          case 'add':
            await addUnverified(enclave.roster, await permit(one.by, 'person.add', { kind: 'enclave' }), newcomer)
            made++
            return
          case 'bind nobody': {
            const doing = await permit(one.by, 'identity.bind', resource('person', nobody))
            await bindPerson({ ...enclave.roster, markPerson }, doing, nobody, {
              issuer: sampleIssuer,
              subject: one.by,
            })
            return
          }
          case 'open again':
            enclave = await openEnclave(ground())
            await openOrFoundSample(ground(), sampleIssuer)
            return
        }
      }

      try {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.tuple(act, cut), { minLength: 4, maxLength: 10 }), async (tries) => {
            for (const [one, cut] of tries) {
              database.arm(cut)
              await attempt(one).catch((error: unknown) => {
                if (!(error instanceof Problem) && !database.isCut()) throw error
              })
              database.arm(null)
              const after = await stands()
              const [people, identities] = [
                (await entries('person.added')) - added,
                (await entries('identity.bound')) - bound,
              ]
              const { person, identity_binding } = before.rows
              const rows = { ...before.rows, person: person + people, identity_binding: identity_binding + identities }
              expect(after).toEqual({ ...before, rows })
              // Whatever was acknowledged is there; what was cut off may be, with its entry.
              expect(people).toBeGreaterThanOrEqual(made)
            }
          }),
          { numRuns: sequences, endOnFailure: true, seed: 120_60 },
        )
        expect(made).toBeGreaterThan(0)
      } finally {
        await database.close()
        await sample.stop()
      }
    },
    60_000 + sequences * 5000,
  )
})

const newcomer: Newcomer = {
  displayName: 'Mara Lindgren',
  mail: null,
  kind: 'employee',
  externalId: null,
  employer: null,
  regularEmployee: null,
  actsForForeignEmployer: false,
  ndaSignedOn: null,
  briefedOn: null,
}
