// I10: nothing important is created implicitly. What was not founded does not open, and the attempt leaves nothing behind.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock, type Database } from '../../server/src/base/index.ts'
import { temporaryDatabase, type TemporaryDatabase } from '../../server/src/base/testing.ts'
import { createKeystore, enclaveKeys, makeLedgerSigners, openKeystore } from '../../server/src/keys/index.ts'
import { foundLedger, openLedger } from '../../server/src/ledger/index.ts'
import { openEnclave, serve, type Ground } from '../../server/src/main/index.ts'
import { migrations } from '../../server/src/main/modules.ts'
import { ledgerOptions } from '../../server/src/main/open-enclave.ts'
import { openOrFoundSample } from '../../server/src/main/sample.ts'
import { sampleGround, sampleIssuer } from '../../server/src/main/testing.ts'
import { beginCeremony, openCeremony, readEnclave } from '../../server/src/policy/index.ts'

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
