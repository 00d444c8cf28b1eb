// New keys over HTTP: asked for by one, approved by another, in use at once in every process; what is out opens.

import { generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import type { Id } from '@sallyport/protocol'
import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase, silentLogger, type Database } from '../base/index.ts'
import { reserveFile } from '../files/index.ts'
import { kidOfSealed, listKeys } from '../keys/index.ts'
import { withoutFileKey } from '../keys/testing/older-keystore.ts'
import { openEnclave, type Enclave } from '../main/index.ts'
import { sampleGround } from '../main/testing.ts'
import {
  gateClient,
  makeSite,
  servedSample,
  serveHere,
  type FileToOpen,
  type GateClient,
  type Site,
} from './testing.ts'
import { approveShown, openCopy, protectedFile } from './testing/protected-file.ts'

let site: Site
let client: GateClient
let stop: () => Promise<void>
/** Another process of the same enclave, which was told nothing. */
let other: { readonly enclave: Enclave; readonly database: Database }

beforeAll(async () => {
  const served = await servedSample(9880)
  ;({ site, client, stop } = served)
  const options = { poolSize: 4, applicationName: 'sallyport-test', log: silentLogger }
  const database = await openDatabase(site.databaseUrl, options)
  other = { database, enclave: await openEnclave(await sampleGround(database, site.folder)) }
}, 60_000)
afterAll(async () => {
  other.enclave.provider.close()
  await other.database.close()
  await stop()
})

const listed = () => client.done(api.keys, 'omar', 'GET', '/keys')
const of = async (door: string) => (await listed()).keys.filter((key) => key.door === door)
const ask = (by: string, door: string) => client.ask(by, 'POST', '/keys/rotations', { door, reason: 'yearly' })
const approve = (by: string, id: string) => approveShown(client, by, id)
async function rotate(door: string): Promise<string> {
  const { approvalId, kid } = await client.done(api.keyProposed, 'omar', 'POST', '/keys/rotations', {
    door,
    reason: 'yearly',
  })
  expect((await approve('grace', approvalId)).value).toMatchObject({ executed: true })
  return kid
}
const sealedBy = async (fileId: string) => {
  const [row] = await site.database.query('SELECT sealed FROM file_key WHERE file_id = $1', [fileId])
  return kidOfSealed(row?.['sealed'] as Uint8Array)
}
const entries = async (kind: string) =>
  await site.database.query(
    `SELECT bytes FROM (SELECT kind, bytes FROM ledger_entries UNION ALL SELECT kind, bytes FROM ledger_pending) e
      WHERE kind = $1`,
    [kind],
  )

/** Reserve as Ada does, at the other process; something happens between the making of the file's key and its row. */
async function reserveWhile(name: string, happens: () => Promise<void>): Promise<Id<'file'>> {
  const { files, decisions } = other.enclave
  let hasHappened = false
  const makeFileKey: typeof files.makeFileKey = async (fileId) => {
    const made = await files.makeFileKey(fileId)
    if (!hasHappened) await happens()
    hasHappened = true
    return made
  }
  const { vaults } = await client.done(api.vaults, 'ada', 'GET', '/vaults')
  const vaultId = vaults.find((one) => one.name === 'falcon')?.id as Id<'vault'>
  const [bound] = await site.database.query(`SELECT issuer FROM identity_binding WHERE subject = 'ada'`)
  const decision = await decisions.decide({
    subject: { kind: 'identity', issuer: String(bound?.['issuer']), subject: 'ada', isNaturalPerson: true },
    action: 'file.protect',
    resource: { kind: 'vault', id: vaultId },
    place: { name: 'office', country: 'US' },
    device: 'unknown',
    door: 'test',
    evidence: {},
  })
  if (decision.effect === 'deny') throw new Error('Ada may not protect')
  const { file } = await reserveFile({ ...files, makeFileKey }, decision.permit, { vaultId, name })
  return file.id
}

describe('a new key for files', () => {
  test('is used for nothing until an officer who did not ask approves; then by every process, and what is out opens', async () => {
    const before = await protectedFile(client, 'keys/before.stp')
    const [first] = await of('file')
    expect(first).toMatchObject({ state: 'current', files: 1 })
    expect((await ask('ada', 'file')).status).toBe(403)
    expect((await ask('paula', 'file')).status).toBe(403)
    expect((await ask('omar', 'roster')).status).toBe(400)
    const asked = await client.done(api.keyProposed, 'grace', 'POST', '/keys/rotations', { door: 'file', reason: 'x' })
    expect((await of('file')).map(({ kid, state }) => [kid, state])).toEqual([
      [first?.kid, 'current'],
      [asked.kid, 'waiting'],
    ])
    expect((await ask('omar', 'file')).status).toBe(409)
    expect((await approve('grace', asked.approvalId)).status).toBe(403)
    expect((await approve('omar', asked.approvalId)).status).toBe(403)
    const meanwhile = await protectedFile(client, 'keys/meanwhile.stp')
    expect(await sealedBy(meanwhile.id)).toBe(first?.kid)

    expect((await approve('henry', asked.approvalId)).value).toMatchObject({ executed: true })
    const after = await protectedFile(client, 'keys/after.stp')
    expect(await sealedBy(after.id)).toBe(asked.kid)
    for (const file of [before, meanwhile, after]) expect(await openCopy(client, 'ada', file)).toBe('opened')
    expect((await of('file')).map(({ kid, state, files }) => [kid, state, files])).toEqual([
      [first?.kid, 'old', 2],
      [asked.kid, 'current', 1],
    ])
    expect(await entries('key.rotated')).toHaveLength(1)
    expect((await approve('henry', asked.approvalId)).status).toBe(409)

    // The other process opens what this one sealed under a key that it never heard of, and seals under that from now on.
    const [row] = await site.database.query('SELECT kid FROM file_key WHERE file_id = $1', [after.id])
    const agree = await other.enclave.fileKey(after.id, String(row?.['kid']))
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(agree?.(publicKey.export({ type: 'spki', format: 'pem' }).toString())).toBeDefined()
    const made = await other.enclave.files.makeFileKey(after.id)
    expect(kidOfSealed(made?.sealed ?? new Uint8Array())).toBe(asked.kid)
  })

  test('that comes into use while a file is reserved has the reservation made again under it', async () => {
    let kid = ''
    const raced = await reserveWhile('keys/raced.stp', async () => {
      kid = await rotate('file')
    })
    expect(await sealedBy(raced)).toBe(kid)
  })

  test('is refused where the keystore does not hold it any more, and asked for anew with one that it holds', async () => {
    const { path } = other.enclave.keys.seal
    const older = await readFile(path)
    const { approvalId, kid } = await client.done(api.keyProposed, 'omar', 'POST', '/keys/rotations', {
      door: 'file',
      reason: 'x',
    })
    await writeFile(path, older)
    expect((await approve('grace', approvalId)).status).toBe(409)
    const again = await client.done(api.keyProposed, 'omar', 'POST', '/keys/rotations', { door: 'file', reason: 'x' })
    expect(again.kid).not.toBe(kid)
    expect((await client.ask('omar', 'POST', `/approvals/${again.approvalId}/withdraw`)).status).toBe(200)
    // One that waits is taken again, and none is heaped on the other.
    expect(await rotate('file')).toBe(again.kid)
    expect((await of('file')).filter(({ state }) => state === 'waiting')).toEqual([])
  })
})

describe('an old key for files', () => {
  const destroy = (by: string, kid: string) => client.ask(by, 'POST', `/keys/${kid}/destruction`, { reason: 'moved' })
  const moveAll = async () => {
    for (let at: api.MovePlace | null = null; ;) {
      const { next }: api.FilesMoved = await client.done(api.filesMoved, 'omar', 'POST', '/keys/moves', { at })
      if (next === null) return
      at = next
    }
  }

  test('is destroyed by two people, once nothing leans on it, in every process; every file opens', async () => {
    const file = await protectedFile(client, 'keys/kept.stp')
    const old = await sealedBy(file.id)
    const kid = await rotate('file')
    const [kas] = await of('kas')
    for (const [one, status] of [
      [old, 409],
      [kas?.kid ?? '', 409],
      ['file-aes256-none', 404],
    ] as const) {
      expect((await destroy('omar', one)).status).toBe(status)
    }
    expect((await destroy('ada', old)).status).toBe(403)
    expect((await client.ask('ada', 'POST', '/keys/moves', { at: null })).status).toBe(403)
    const half = (await site.database.query('SELECT sealed FROM file_key WHERE file_id = $1', [file.id]))[0]?.['sealed']
    await moveAll()
    expect(await sealedBy(file.id)).toBe(kid)
    expect((await destroy('omar', kid)).status).toBe(409)

    const asked = await client.done(api.keyProposed, 'omar', 'POST', `/keys/${old}/destruction`, { reason: 'moved' })
    expect((await destroy('grace', old)).status).toBe(409)
    expect((await approve('omar', asked.approvalId)).status).toBe(403)
    // Something leans on it again, as after a restore of some rows: the request is closed, and the key stays.
    const put = 'UPDATE file_key SET sealed = $2 WHERE file_id = $1 RETURNING kid'
    await site.database.query(put, [file.id, half])
    expect((await approve('grace', asked.approvalId)).status).toBe(409)
    expect((await of('file')).map((one) => one.kid)).toContain(old)
    expect(await openCopy(client, 'ada', file)).toBe('opened')
    await moveAll()

    const again = await client.done(api.keyProposed, 'omar', 'POST', `/keys/${old}/destruction`, { reason: 'moved' })
    const shown = await client.done(api.approvalShown, 'grace', 'GET', `/approvals/${again.approvalId}`)
    expect(shown).toMatchObject({ title: `destroy key ${old}`, details: { files: 0 } })
    expect((await approve('grace', again.approvalId)).value).toMatchObject({ executed: true })
    expect((await of('file')).map((one) => one.kid)).not.toContain(old)
    await other.enclave.keys.keys.upToDate()
    for (const held of [other.enclave.provider.list(), await listKeys(other.enclave.keys.seal)]) {
      expect(held.map((one) => one.kid)).not.toContain(old)
    }
    expect(await openCopy(client, 'ada', file)).toBe('opened')
    expect(await entries('key.destroyed')).toHaveLength(1)
    expect((await destroy('omar', old)).status).toBe(404)
  })

  test('that is destroyed while a file is reserved under it has the reservation made again', async () => {
    const { files } = other.enclave
    let old = ''
    const raced = await reserveWhile('keys/lost.stp', async () => {
      old = (await of('file')).find(({ state }) => state === 'current')?.kid ?? ''
      await rotate('file')
      await moveAll()
      const { approvalId } = await client.done(api.keyProposed, 'omar', 'POST', `/keys/${old}/destruction`, {
        reason: 'moved',
      })
      expect((await approve('grace', approvalId)).value).toMatchObject({ executed: true })
    })
    expect(await sealedBy(raced)).not.toBe(old)
    const [row] = await site.database.query('SELECT kid FROM file_key WHERE file_id = $1', [raced])
    expect(await other.enclave.fileKey(raced, String(row?.['kid']))).not.toBeNull()
    expect((await files.makeFileKey(raced))?.kid).toBeDefined()
  })
})

describe('a new key for OpenTDF clients', () => {
  const published = async () => {
    const path = '/kas/v2/kas_public_key?algorithm=ec:secp256r1'
    return (await client.call('GET', path)).value as { kid: string; publicKey: string }
  }

  test('is published; files of the old one open, and clients that remember it go on', async () => {
    const before = await client.fileToOpen()
    const old = await published()
    const token = await client.token('ada')
    const kid = await rotate('kas')
    await listed()
    const now = await published()
    expect(now.kid).toBe(kid)
    expect(now.publicKey).not.toBe(old.publicKey)
    const { wrappingKey } = await client.done(api.enclave, 'ada', 'GET', '/enclave')
    expect(wrappingKey).toMatchObject({ kid, publicKeyPem: now.publicKey })
    const opens = async (file: FileToOpen) => {
      const opened = await client.open(token, file)
      return 'key' in opened && Buffer.from(opened.key).equals(Buffer.from(file.share))
    }
    expect(await opens(before)).toBe(true)
    // This client wraps to the key that it met the gate with.
    expect(await opens(await client.fileToOpen())).toBe(true)
    const keys = await other.enclave.files.wrappingKeys()
    expect(keys.map((key) => key.kid)).toEqual([old.kid, kid])
  })
})

describe('an enclave that was founded before files had keys of their own', () => {
  test('gets a key for files when two people say so, and not before', async () => {
    const old = await makeSite()
    await (await serveHere(old, 9890)).close()
    const ground = await sampleGround(old.database, old.folder)
    const { secret } = ground.seal
    if (secret.kind !== 'key-file') throw new Error('a sample is sealed under a key file')
    await withoutFileKey({ ...ground.seal, secret })
    const address = await serveHere(old, 9890)
    const asked = await gateClient(address)
    try {
      const before = await protectedFile(asked, 'keys/older.stp')
      expect(await old.database.query('SELECT kid FROM file_key')).toEqual([])
      const body = { door: 'file', reason: 'from 0.1' }
      const { approvalId } = await asked.done(api.keyProposed, 'omar', 'POST', '/keys/rotations', body)
      const shown = await asked.done(api.approvalShown, 'grace', 'GET', `/approvals/${approvalId}`)
      expect(shown.title).toMatch(/^use key file-aes256-\w+ for files where there is none$/)
      await protectedFile(asked, 'keys/still.stp')
      expect(await old.database.query('SELECT kid FROM file_key')).toEqual([])
      expect((await approveShown(asked, 'grace', approvalId)).value).toMatchObject({ executed: true })
      const after = await protectedFile(asked, 'keys/newer.stp')
      expect(await old.database.query('SELECT file_id FROM file_key')).toEqual([{ file_id: after.id }])
      for (const file of [before, after]) expect(await openCopy(asked, 'ada', file)).toBe('opened')
      const { keys, filesOfTheEnclave } = await asked.done(api.keys, 'omar', 'GET', '/keys')
      expect(filesOfTheEnclave).toBe(2)
      expect(keys.filter(({ door }) => door === 'file').map(({ state, files }) => [state, files])).toEqual([
        ['current', 1],
      ])
    } finally {
      asked.close()
      await address.close()
      await old.stop()
    }
  }, 60_000)
})

describe('a keystore that was put back to what it was before a rotation', () => {
  test('is not opened: it does not hold the key in use', async () => {
    const { path } = other.enclave.keys.seal
    const older = await readFile(path)
    const kid = await rotate('file')
    await listed()
    const newer = await readFile(path)
    await writeFile(path, older)
    const ground = await sampleGround(other.database, site.folder)
    await expect(openEnclave(ground)).rejects.toThrow(`it does not hold ${kid}, which was taken into use`)
    await writeFile(path, newer)
    ;(await openEnclave(ground)).provider.close()
  })
})
