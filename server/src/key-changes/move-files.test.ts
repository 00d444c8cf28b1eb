import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Id } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase, silentLogger, type Database } from '../base/index.ts'
import { kidOfSealed, makeFileKeys } from '../keys/index.ts'
import { openEnclave, type Enclave } from '../main/index.ts'
import { requestFor, sampleEnclave, sampleGround, type SampleEnclave } from '../main/testing.ts'
import { moveFiles, type FilesMoved, type MovePlace } from './index.ts'
import { fillHalves, rotateFileKey } from './testing.ts'

let sample: SampleEnclave
let other: { readonly enclave: Enclave; readonly database: Database }
const count = 1700

beforeAll(async () => {
  sample = await sampleEnclave()
  const options = { poolSize: 4, applicationName: 'sallyport-test', log: silentLogger }
  const database = await openDatabase(sample.connection, options)
  other = { database, enclave: await openEnclave(await sampleGround(database, sample.folder)) }
  await fillHalves(sample, count)
}, 120_000)
afterAll(async () => {
  other.enclave.provider.close()
  await other.database.close()
  await sample.stop()
  await rm(sample.folder, { recursive: true, force: true })
})

async function permit(enclave = sample.enclave) {
  const decision = await enclave.decisions.decide(requestFor('omar', 'key.move', { kind: 'enclave' }))
  if (decision.effect === 'deny') throw new Error(JSON.stringify(decision.reasons))
  return decision.permit
}
const move = async (from: MovePlace | null, enclave = sample.enclave) =>
  await moveFiles(enclave.keys, await permit(enclave), from)
async function moveAll(enclave = sample.enclave): Promise<readonly FilesMoved[]> {
  const batches: FilesMoved[] = []
  for (let from: MovePlace | null = null; ;) {
    const moved: FilesMoved = await move(from, enclave)
    batches.push(moved)
    if (moved.next === null) return batches
    from = moved.next
  }
}
const sum = (batches: readonly FilesMoved[]) => batches.reduce((all, { moved }) => all + moved, 0)
const halves = async () =>
  (await sample.database.query('SELECT file_id, sealed FROM file_key ORDER BY file_id')) as readonly {
    readonly file_id: Id<'file'>
    readonly sealed: Uint8Array | null
  }[]
async function byKey(): Promise<Readonly<Record<string, number>>> {
  const found = (await halves()).map(({ sealed }) => (sealed === null ? 'erased' : kidOfSealed(sealed)))
  return Object.fromEntries([...Map.groupBy(found, (kid) => kid)].map(([kid, all]) => [kid, all.length]))
}
async function entriesOf(kind: string) {
  await sample.enclave.ledger.sequenceOnce()
  return await sample.enclave.ledger.search({ kind, limit: 1000 })
}

describe('moveFiles()', () => {
  test('does nothing where every file is under the current key', async () => {
    expect(await move(null)).toMatchObject({ moved: 0, damaged: [], next: null, left: 0, entries: [] })
  })

  test('moves every half once, a batch at a time, each with its entry; every file opens as before', async () => {
    const before = await halves()
    const old = kidOfSealed(before[0]?.sealed ?? new Uint8Array())
    const kid = await rotateFileKey(sample)
    const batches = await moveAll()
    expect(batches.map(({ moved }) => moved)).toEqual([500, 500, 500, 200])
    expect(batches.map(({ left }) => left)).toEqual([1200, null, null, 0])
    expect(await byKey()).toEqual({ [kid]: count })
    const after = await halves()
    const { ecdh, make } = makeFileKeys(sample.enclave.provider, sample.ground.random)
    const peer = make(before[0]?.file_id as Id<'file'>).publicKeyPem
    for (const at of [0, 499, 500, count - 1]) {
      const [was, now] = [before[at], after[at]]
      if (was?.sealed == null || now?.sealed == null) throw new Error('a half is gone')
      expect(now.file_id).toBe(was.file_id)
      expect(ecdh(now.sealed, now.file_id, peer)).toBeDefined()
      expect(() => ecdh(now.sealed as Uint8Array, before[at === 0 ? 1 : 0]?.file_id as Id<'file'>, peer)).toThrow(
        'cannot open sealed field',
      )
    }
    const entries = await entriesOf('key.files-moved')
    expect(entries.map(({ body }) => body['files'])).toEqual([200, 500, 500, 500])
    const first = before.slice(0, 500).map(({ file_id }) => file_id)
    expect(entries.at(-1)).toMatchObject({
      actor: sample.id('omar'),
      body: {
        kid,
        from: { [old]: 500 },
        damaged: 0,
        digest: createHash('sha256').update(first.join('\n')).digest('hex'),
      },
    })
    expect(sum(await moveAll())).toBe(0)
  }, 60_000)

  test('is shared by several at once, in several processes: each half is moved by one of them', async () => {
    const kid = await rotateFileKey(sample)
    const both = await Promise.all([moveAll(), moveAll(other.enclave), moveAll(), moveAll(other.enclave)])
    expect(sum(both.flat())).toBe(count)
    expect(await byKey()).toEqual({ [kid]: count })
  }, 60_000)

  test('never brings back a half that is erased meanwhile, whoever comes first', async () => {
    const kid = await rotateFileKey(sample)
    const all = await halves()
    const chosen = all.filter((_, at) => at % 97 === 0).map(({ file_id }) => file_id)
    const [early = '', ...late] = chosen
    // One is erased while the batch waits for its row: in a transaction that was there before.
    let moving: Promise<unknown> = Promise.resolve()
    await other.database.transaction(async (tx) => {
      await tx.query('UPDATE file_key SET sealed = NULL WHERE file_id = $1', [early])
      moving = moveAll()
      await new Promise((resolve) => setTimeout(resolve, 100))
    })
    await Promise.all([
      moving,
      ...late.map((file) => other.database.query('UPDATE file_key SET sealed = NULL WHERE file_id = $1', [file])),
    ])
    expect(await byKey()).toEqual({ [kid]: count - chosen.length, erased: chosen.length })
    const erased = (await halves()).filter(({ sealed }) => sealed === null).map(({ file_id }) => file_id)
    expect(erased.toSorted()).toEqual(chosen.toSorted())
  }, 60_000)

  test('leaves a half that does not open where it is, names its file, and moves all others', async () => {
    const [first] = (await halves()).filter(({ sealed }) => sealed !== null)
    if (first?.sealed == null) throw new Error('no half')
    const altered = Buffer.from(first.sealed)
    altered.writeUInt8(altered.readUInt8(altered.length - 1) ^ 1, altered.length - 1)
    await sample.database.query('UPDATE file_key SET sealed = $2 WHERE file_id = $1', [first.file_id, altered])
    const kid = await rotateFileKey(sample)
    const batches = await moveAll()
    expect(batches.flatMap(({ damaged }) => damaged)).toEqual([first.file_id])
    expect(batches.at(-1)?.left).toBe(1)
    expect((await byKey())[kid]).toBe(sum(batches))
  }, 60_000)

  test('takes the permit of its own action, once', async () => {
    const wrong = await sample.decide(requestFor('omar', 'key.list', { kind: 'enclave' }))
    if (wrong.effect === 'deny') throw new Error('denied')
    await expect(moveFiles(sample.enclave.keys, wrong.permit as never, null)).rejects.toMatchObject({ code: 'refused' })
    const once = await permit()
    await moveFiles(sample.enclave.keys, once, null)
    await expect(moveFiles(sample.enclave.keys, once, null)).rejects.toMatchObject({ code: 'refused' })
  })
})
