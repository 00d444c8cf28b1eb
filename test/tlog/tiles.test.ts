// The ledger as C2SP tlog-tiles, checked by a verifier that shares no code with it: at every size, at every border of a tile, and
// over the wire.

import { readFileSync } from 'node:fs'
import { parseEntry } from '@sallyport/protocol/ledger'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sequenced, servedSample, type GateClient, type Site } from '../../server/src/http/testing.ts'
import { temporaryLedger, testDraft, type TemporaryLedger } from '../../server/src/ledger/testing.ts'
import { served, syntheticLog } from './logs.ts'
import { verifyLog } from './outside-verifier.ts'

const source = readFileSync(new URL('outside-verifier.ts', import.meta.url), 'utf8')

test('the outside verifier has nothing but the cryptography of Node', () => {
  expect(source.match(/\b(?:from|import)\s+'[^']+'|\bimport\(|\brequire\b/g)).toEqual(["from 'node:crypto'"])
})

describe('a ledger that grows entry by entry', () => {
  const size = 530
  let temporary: TemporaryLedger
  const notes: string[] = []
  beforeAll(async () => {
    temporary = await temporaryLedger()
    const { ledger } = temporary
    notes.push(await ledger.checkpoint())
    for (let n = 0; n < size; n++) {
      await ledger.append(testDraft(n))
      await ledger.sequenceOnce()
      notes.push(await ledger.checkpoint())
    }
  }, 120_000)
  afterAll(() => temporary.stop())

  test('verifies at every size it ever had, also once it has grown past it', async () => {
    const { ledger } = temporary
    for (const [at, note] of notes.entries()) {
      const asked = { ...served(ledger, temporary.keys, note), withEntries: true }
      expect(await verifyLog(asked)).toMatchObject({ size: at })
    }
  })

  test('holds every checkpoint that it ever signed', async () => {
    const asked = { ...served(temporary.ledger, temporary.keys), withEntries: false, held: notes }
    expect(await verifyLog(asked)).toMatchObject({ size })
  })

  test('serves nothing beyond its checkpoint, nothing empty, and no second form of a name', async () => {
    const { get } = served(temporary.ledger, temporary.keys)
    const there = [
      'tile/0/000',
      'tile/0/001',
      'tile/0/000.p/255',
      'tile/0/002.p/18',
      'tile/0/002.p/1',
      'tile/1/000.p/2',
    ]
    const bundles = ['tile/entries/000', 'tile/entries/002.p/18', 'tile/entries/001.p/7']
    for (const path of [...there, ...bundles])
      expect({ path, isThere: (await get(path)) !== null }).toEqual({ path, isThere: true })
    const none = ['tile/0/002', 'tile/0/002.p/19', 'tile/0/003.p/1', 'tile/1/000', 'tile/1/000.p/3', 'tile/2/000.p/1']
    for (const path of [...none, 'tile/63/000.p/1', 'tile/entries/002', 'tile/entries/002.p/19'])
      expect({ path, bytes: await get(path) }).toEqual({ path, bytes: null })
  })
})

describe('a tree around the borders of tiles', () => {
  test.each([0, 1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_792])(
    'of %i leaves verifies',
    async (size) => {
      const log = await syntheticLog(size)
      expect(await verifyLog({ ...log, withEntries: false })).toMatchObject({ size })
    },
  )
})

describe('over the wire', () => {
  let site: Site
  let client: GateClient
  let stop: () => Promise<void>
  let keys: readonly string[]
  let origin: string
  beforeAll(async () => {
    ;({ site, client, stop } = await servedSample(9900))
    await sequenced(site)
    const { ledger } = JSON.parse((await client.call('GET', '/api/v1/enclave')).text)
    ;({ keys, origin } = ledger)
  })
  afterAll(() => stop())

  const asked = (person: string | null, withEntries: boolean) => ({
    get: async (path: string) => {
      const isEntries = path.startsWith('tile/entries/')
      const token = person !== null && isEntries ? await client.token(person) : undefined
      const reply = await client.call('GET', `/ledger/${path}`, { token })
      return reply.status === 200 ? reply.body : null
    },
    origin,
    keys,
    withEntries,
  })

  test('a stranger verifies the tree, an auditor the entries too', async () => {
    const tree = await verifyLog(asked(null, false))
    expect(tree).toMatchObject({ size: expect.any(Number) })
    expect(await verifyLog(asked(null, true))).toMatchObject({ what: 'bundle', index: 0 })
    expect(await verifyLog(asked('paula', true))).toMatchObject({ size: expect.any(Number) })
  })

  test('every read of entries is itself an entry, permitted or refused; one of tiles is none', async () => {
    const looks = async () => {
      await sequenced(site)
      const rows = await site.database.query('SELECT bytes FROM ledger_entries ORDER BY index')
      const entries = rows.flatMap(({ bytes }) => parseEntry(bytes as Uint8Array) ?? [])
      return entries.filter(({ body }) => body['action'] === 'ledger.read')
    }
    const before = (await looks()).length
    const path = '/ledger/tile/entries/000.p/3'
    expect((await client.call('GET', '/ledger/tile/0/000.p/3')).status).toBe(200)
    expect((await client.call('GET', path)).status).toBe(401)
    expect((await client.call('GET', path, { token: await client.token('ada') })).status).toBe(403)
    expect((await client.call('GET', path, { token: await client.token('paula') })).status).toBe(200)
    const made = (await looks()).slice(before)
    expect(made.map(({ kind }) => kind)).toEqual(['decision.deny', 'decision.permit'])
    expect(made[1]?.body['evidence']).toMatchObject({ looked: { kind: 'entries', id: '0-2' } })
  })
})
