// What others may keep of the ledger: types, lifetimes, tags, compression, and to whom it is open.

import { gunzipSync } from 'node:zlib'
import { fromBase64, utf8, type Id } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { problemBody } from '@sallyport/protocol/api'
import { encodeEntry, leafHash, parseTlogProof, parseVerifyKey, verifyTlogProof } from '@sallyport/protocol/ledger'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certificatesOfPem, timestampRequest, verifyTimestamp } from '@sallyport/protocol/timestamp'
import { sha256, timestampCrypto, verifySignature } from '../ledger/index.ts'
import { startTestAuthority } from '../ledger/timestamps/testing.ts'
import type { Call, Gate } from './gate.ts'
import { ledgerRoutes } from './ledger-routes.ts'
import { gateClient, makeSite, sequenced, serveHere, servedSample, type GateClient, type Site } from './testing.ts'

let client: GateClient
let site: Site
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ client, site, stop } = await servedSample(9930))
  await sequenced(site)
})
afterAll(() => stop())

const get = (path: string, headers: Record<string, string> = {}, token?: string) =>
  client.call('GET', `/ledger/${path}`, { headers, token })

describe('checkpoints and tiles', () => {
  test('a checkpoint is text, asked for again each time; a tile is kept for good', async () => {
    const checkpoint = await get('checkpoint')
    expect(checkpoint.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, no-cache',
      etag: expect.stringMatching(/^"[\w-]{43}"$/),
    })
    const tile = await get('tile/0/000.p/2')
    expect(tile.body).toHaveLength(64)
    expect(tile.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      etag: expect.stringMatching(/^"[\w-]{43}"$/),
    })
    expect(tile.headers).not.toHaveProperty('content-encoding')
  })

  test('whoever has it already hears so', async () => {
    const { headers } = await get('tile/0/000.p/2')
    for (const tag of [String(headers.etag), `"other", W/${headers.etag}`, '*']) {
      const again = await get('tile/0/000.p/2', { 'if-none-match': tag })
      expect({ tag, status: again.status, bytes: again.body.length }).toEqual({ tag, status: 304, bytes: 0 })
      expect(again.headers).toMatchObject({ etag: headers.etag, 'cache-control': headers['cache-control'] })
    }
    expect((await get('tile/0/000.p/3', { 'if-none-match': String(headers.etag) })).status).toBe(200)
    expect((await get('tile/0/000.p/2', { 'if-none-match': '"other"' })).status).toBe(200)
  })

  test.each(['tile/0/000', 'tile/0/001.p/1', 'tile/0/0', 'tile/00/000.p/1', 'tile/64/000.p/1', 'tile/0/000.p/0'])(
    '%s is not there, as a problem that nobody keeps',
    async (path) => {
      const reply = await get(path)
      expect(problemBody.parse(reply.value)).toMatchObject({ status: 404, type: 'urn:sallyport:problem:not-found' })
      expect(reply.headers).toMatchObject({ 'cache-control': 'no-store' })
    },
  )
})

describe('timestamps', () => {
  test('that the gate got are listed with their checkpoints, each as the authority gave it', async () => {
    const authority = await startTestAuthority()
    const { database } = site
    try {
      const note = (await get('checkpoint')).body.toString()
      const size = Number(note.split('\n')[1])
      const { request } = timestampRequest(sha256(utf8(note)), new Uint8Array(16).fill(7))
      const token = Buffer.from(await authority.reply(request))
      const entryId = '01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77'
      const insert =
        'INSERT INTO ledger_timestamp (size, note, answer, authority_at, entry_id) VALUES ($1, $2, $3, $4, $5)'
      const authorityAt = '2026-11-29T12:00:00.000Z'
      await database.query(insert, [size, note, token, authorityAt, entryId])
      const { status, value } = await client.call('GET', '/api/v1/ledger/timestamps')
      const listed = { size, note, answer: token.toString('base64'), authorityAt, entryId }
      expect({ status, value }).toMatchObject({ status: 200, value: { timestamps: [listed], next: null } })
      const answer = fromBase64(api.timestamps.parse(value).timestamps[0]?.answer ?? '') ?? new Uint8Array(0)
      const question = { bytes: utf8(note), nonce: null, roots: certificatesOfPem(authority.ca), between: null }
      expect(verifyTimestamp(answer, question, timestampCrypto)).toHaveProperty('timestamp')
      const after = await client.call('GET', `/api/v1/ledger/timestamps?after=${size}`)
      expect(after.value).toMatchObject({ timestamps: [], next: null })
    } finally {
      await database.query('ALTER TABLE ledger_timestamp DISABLE TRIGGER USER')
      await database.query('DELETE FROM ledger_timestamp')
      await database.query('ALTER TABLE ledger_timestamp ENABLE TRIGGER USER')
      await authority.stop()
    }
  })

  test('are for whoever may have checkpoints', async () => {
    const { status, value } = await client.call('GET', '/api/v1/ledger/timestamps?after=0')
    expect({ status, value }).toEqual({
      status: 200,
      value: { isAsked: false, trouble: null, lastAt: null, timestamps: [], next: null },
    })
    const gate = { ledgerOpenTo: 'places' } as unknown as Gate
    const call = { place: { name: null }, query: {} } as unknown as Call
    await expect(ledgerRoutes.ledgerTimestamps(gate, call)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('entries', () => {
  const path = 'tile/entries/000.p/3'

  test('are kept by nobody, and compressed for whoever takes that', async () => {
    const token = await client.token('paula')
    const plain = await get(path, {}, token)
    expect(plain.headers).toMatchObject({ 'content-type': 'application/octet-stream', 'cache-control': 'no-store' })
    expect(plain.headers).not.toHaveProperty('etag')
    for (const accepted of ['gzip', 'br, gzip;q=0.5', 'identity, GZIP ; q=1.0']) {
      const { headers, body } = await get(path, { 'accept-encoding': accepted }, token)
      expect({ accepted, ...headers }).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
      expect(gunzipSync(body)).toEqual(plain.body)
    }
    for (const accepted of ['identity', 'gzip;q=0', 'gzip;q=0.000', 'br', '*', 'xgzip']) {
      const { headers, body } = await get(path, { 'accept-encoding': accepted }, token)
      expect({ accepted, encoding: headers['content-encoding'] }).toEqual({ accepted, encoding: undefined })
      expect(body).toEqual(plain.body)
    }
  })

  test('are refused as a whole to whoever may not read all of them, whatever the number', async () => {
    for (const person of ['ada', 'stranger'])
      for (const one of [path, 'tile/entries/000.p/1', 'tile/entries/999', 'tile/entries/nothing'])
        expect({ person, one, status: (await get(one, {}, await client.token(person))).status }).toEqual({
          person,
          one,
          status: 403,
        })
    const none = await get('tile/entries/999', {}, await client.token('paula'))
    expect(problemBody.parse(none.value)).toMatchObject({ status: 404 })
  })
})

describe('receipts', () => {
  const body = (name: string) => ({ name, kind: 'employee' })
  const prove = (receipt: unknown) =>
    client.call('POST', '/api/v1/ledger/proofs', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ receipt }),
    })

  test('anybody who holds one gets its proof, which carries it, without signing in', async () => {
    const { receipt } = await client.done(api.personAdded, 'omar', 'POST', '/people', body('Ida Falk'))
    await sequenced(site)
    const answered = api.receiptProved.parse((await prove(receipt)).value)
    expect(answered).toMatchObject({ state: 'in-tree', isOverdue: false, alarm: null })
    const proof = parseTlogProof(answered.proof ?? '')
    const described = JSON.parse((await client.call('GET', '/api/v1/enclave')).text).ledger
    const keys = described.keys.flatMap((line: string) => parseVerifyKey(sha256, line) ?? [])
    const leaf = fromBase64(String(receipt['leafHash'])) ?? new Uint8Array(0)
    if (proof === null) throw new Error('no proof')
    const checks = { sha256, verify: verifySignature }
    expect(await verifyTlogProof(proof, leaf, described.origin, keys, checks)).not.toBeNull()
    expect(JSON.parse(Buffer.from(proof.extra ?? []).toString())).toEqual(receipt)
  })

  test('one that this ledger did not sign is refused, and so is what is none', async () => {
    const { receipt } = await client.done(api.personAdded, 'omar', 'POST', '/people', body('Udo Falk'))
    for (const other of [{ ...receipt, at: '2020-01-01T00:00:00.000Z' }, { entryId: receipt.entryId }, null, 'x'])
      expect(problemBody.parse((await prove(other)).value)).toMatchObject({ status: 400 })
  })

  test('alarms are for readers of the ledger', async () => {
    expect((await client.ask('ada', 'GET', '/ledger/alarms')).status).toBe(403)
    expect(await client.done(api.alarms, 'paula', 'GET', '/ledger/alarms')).toEqual({ alarms: [] })
    const lost = '01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77'
    const recorded = { entryId: lost, at: '2026-11-24T09:00:00.000Z', leafHash: 'AA==', keyId: '01234567' }
    const id = '01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e78' as Id<'entry'>
    const at = '2026-11-29T09:00:00.000Z'
    const bytes = encodeEntry({
      id,
      atMs: Date.parse(at),
      kind: 'receipt.lost',
      actor: null,
      about: { kind: 'entry', id: lost },
      body: { receipt: recorded, raisedFrom: 'plant' },
      salt: 'A'.repeat(22),
    })
    await site.database.query(
      `INSERT INTO ledger_pending (id, kind, about_kind, about_id, at, bytes, leaf_hash)
       VALUES ($1, 'receipt.lost', 'entry', $2, $3, $4, $5)`,
      [id, lost, at, bytes, leafHash(sha256, bytes)],
    )
    await sequenced(site)
    const { alarms } = await client.done(api.alarms, 'paula', 'GET', '/ledger/alarms')
    const { leafHash: leaf, at: recordedAt } = recorded
    expect(alarms).toEqual([{ id, at, entryId: lost, recordedAt, leafHash: leaf, raisedFrom: 'plant' }])
  })
})

describe('ledger.openTo: places', () => {
  test('lets caches of others keep nothing', async () => {
    const closed = await makeSite()
    const address = await serveHere(closed, 9940, { SALLYPORT_LEDGER_OPEN_TO: 'places' })
    const here = await gateClient(address)
    await sequenced(closed)
    const kept = async (path: string) => {
      const { status, headers } = await here.call('GET', `/ledger/${path}`)
      return [status, headers['cache-control']]
    }
    expect(await kept('checkpoint')).toEqual([200, 'private, no-cache'])
    expect(await kept('tile/0/000.p/1')).toEqual([200, 'private, max-age=31536000, immutable'])
    here.close()
    await address.close()
    await closed.stop()
  })

  test('answers nobody from an unknown place, before anything is read', async () => {
    const read = async () => {
      throw new Error('read')
    }
    const gate = { ledgerOpenTo: 'places', ledger: { checkpoint: read, hashTile: read } } as unknown as Gate
    const call = { place: { name: null, country: null }, params: { level: '0', tile: '000.p/1' } } as unknown as Call
    await expect(ledgerRoutes.checkpoint(gate, call)).rejects.toMatchObject({ code: 'not-found' })
    await expect(ledgerRoutes.ledgerTile(gate, call)).rejects.toMatchObject({ code: 'not-found' })
    const open = { ...gate, ledgerOpenTo: 'anybody' as const }
    await expect(ledgerRoutes.checkpoint(open, call)).rejects.toThrow('read')
    await expect(ledgerRoutes.ledgerTile(open, call)).rejects.toThrow('read')
  })
})

describe('a ledger that was altered while it is served', () => {
  test('shows no tile that does not lead to the signed root, and nobody keeps the answer', async () => {
    await site.database.query(
      'UPDATE ledger_tile SET hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 1) WHERE level = 0 AND n = 0',
    )
    const reply = await get('tile/0/000.p/2')
    expect(problemBody.parse(reply.value)).toMatchObject({
      status: 503,
      detail:
        'cannot serve the ledger: the tiles do not give the root of the checkpoint, want the tree that was signed',
    })
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store' })
    expect(reply.headers).not.toHaveProperty('etag')
  })
})
