import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Problem, utf8 } from '@sallyport/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, systemClock, systemRandomness } from '../base/index.ts'
import { folderObjects, type ObjectStore } from './objects.ts'

let folder: string
let objects: ObjectStore

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-objects-'))
  objects = await folderObjects(folder, systemClock)
})
afterAll(() => rm(folder, { recursive: true }))

const key = () => newId<'object'>(systemClock, systemRandomness)
const accept = async () => {}

async function* chunks(...parts: readonly Uint8Array[]) {
  yield* parts
}

test('put() stores a stream whole, shows it to the check, and get() gives it back', async () => {
  const name = key()
  const seen: string[] = []
  const stored = await objects.put(name, chunks(utf8('sealed '), utf8('bytes')), {
    maxBytes: 12,
    check: async (source) => void seen.push(Buffer.from(await source.read(7, source.size - 7)).toString()),
  })
  expect(seen).toEqual(['bytes'])
  expect(stored.bytes).toBe(12)
  expect(Buffer.from(stored.sha256)).toEqual(createHash('sha256').update('sealed bytes').digest())
  const { stream, size } = await objects.get(name)
  expect(size).toBe(12)
  expect((await buffer(stream)).toString()).toBe('sealed bytes')
})

test('put() leaves nothing behind when the content is too large, cut off or refused by the check', async () => {
  const before = await readdir(folder)
  await expect(objects.put(key(), chunks(utf8('sealed'), utf8('!')), { maxBytes: 6, check: accept })).rejects.toThrow(
    expect.objectContaining({ code: 'too-large' }),
  )
  const cut = async function* () {
    yield utf8('sea')
    throw new Error('connection lost')
  }
  await expect(objects.put(key(), cut(), { maxBytes: 6, check: accept })).rejects.toThrow('connection lost')
  const refuse = () => Promise.reject(new Problem('invalid-file', 'cannot read tdf: no, want yes'))
  await expect(objects.put(key(), chunks(utf8('sealed')), { maxBytes: 6, check: refuse })).rejects.toThrow(
    expect.objectContaining({ code: 'invalid-file' }),
  )
  expect(await readdir(folder)).toEqual(before)
})

test('put() and get() take no key but a uuid, so that none leads out of the folder', async () => {
  for (const hostile of ['../outside', '/etc/passwd', '', '.', `${key()}/..`, `${key()}\0`]) {
    await expect(objects.put(hostile, chunks(utf8('x')), { maxBytes: 1, check: accept })).rejects.toThrow(TypeError)
    await expect(objects.get(hostile)).rejects.toThrow(TypeError)
  }
})

test('put() never overwrites an upload under way, and get() of what is not there is unavailable', async () => {
  const name = key()
  const nested = objects.put(name, chunks(utf8('one')), {
    maxBytes: 3,
    check: async () => {
      await expect(objects.put(name, chunks(utf8('two')), { maxBytes: 3, check: accept })).rejects.toThrow(
        expect.objectContaining({ code: 'unavailable' }),
      )
    },
  })
  await nested
  await objects.remove(name)
  await objects.remove(name)
  await expect(objects.get(name)).rejects.toThrow(expect.objectContaining({ code: 'unavailable' }))
})

test('remove() takes away what an upload to the place left behind as well', async () => {
  const [whole, draft] = [key(), key()]
  await writeFile(join(folder, whole), 'x')
  await writeFile(join(folder, `${draft}.part`), 'x')
  for (const name of [whole, draft]) await objects.remove(name)
  const names = await readdir(folder)
  expect(names.filter((name) => name.startsWith(whole) || name.startsWith(draft))).toEqual([])
})

test('put() on a full device is unavailable', async () => {
  const full = new Problem('unavailable', '')
  const noSpace = Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' })
  const failing = async function* () {
    yield utf8('a')
    throw noSpace
  }
  await expect(objects.put(key(), failing(), { maxBytes: 3, check: accept })).rejects.toThrow(
    expect.objectContaining({ code: full.code, cause: noSpace }),
  )
})

test('folderObjects() removes uploads that a crash cut off a day ago, and leaves young ones', async () => {
  const [old, young] = [`${key()}.part`, `${key()}.part`]
  await writeFile(join(folder, old), 'x')
  await writeFile(join(folder, young), 'x')
  const before = (systemClock.now() - 90_000_000) / 1000
  await utimes(join(folder, old), before, before)
  await folderObjects(folder, systemClock)
  const names = await readdir(folder)
  expect(names).toContain(young)
  expect(names).not.toContain(old)
  await rm(join(folder, young))
})
