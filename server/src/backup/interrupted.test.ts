// A backup that was cut or altered anywhere, and one that was killed while it was made.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleEnclave, type SampleEnclave } from '../main/testing.ts'
import { verifyBackup, type BackupSecret } from './index.ts'
import { addFile, backUp, testSecret } from './testing.ts'

let sample: SampleEnclave
let folder: string
let whole: Buffer
let secret: BackupSecret

beforeAll(async () => {
  sample = await sampleEnclave()
  folder = await mkdtemp(join(tmpdir(), 'sallyport-interrupted-'))
  await addFile(sample, 20_000)
  await sample.enclave.ledger.sequenceOnce()
  // No passphrase is derived, so that many can be tried.
  secret = { kind: 'key-file', path: join(folder, 'key') }
  await writeFile(secret.path, randomBytes(32))
  const { path } = await backUp(sample, join(folder, 'whole'), { secret, objects: 'all' })
  whole = await readFile(path)
})

afterAll(async () => {
  await sample.stop()
  await rm(folder, { recursive: true })
})

async function faultOf(bytes: Uint8Array): Promise<string | null> {
  const path = join(folder, 'damaged')
  await writeFile(path, bytes)
  const { fault, digest } = await verifyBackup(path, secret)
  expect(digest === null).toBe(fault !== null)
  return fault?.code ?? null
}

/** What a file may be that was cut or altered by whoever has no secret: never anything that was decrypted and believed. */
const ofTheOutside = /^(not-a-backup|other-version|wrong-secret|malformed|cut-off|altered|appended)$/
const place = () => fc.integer({ min: 0, max: whole.length - 1 })

describe('verifyBackup()', () => {
  test('names one fault of a backup that was cut off at any byte', async () => {
    const property = fc.asyncProperty(place(), async (end) => {
      expect(await faultOf(whole.subarray(0, end))).toMatch(ofTheOutside)
    })
    await fc.assert(property, { numRuns: 100, examples: [[0], [1], [whole.length - 1]] })
  })

  test('names one fault of a backup of which any bytes were altered, doubled or put elsewhere', async () => {
    const damage = fc.oneof(
      fc.record({ at: place(), bit: fc.integer({ min: 0, max: 7 }) }).map(({ at, bit }) => {
        const bytes = Buffer.from(whole)
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at)
        return bytes
      }),
      fc.record({ from: place(), to: place(), length: fc.integer({ min: 1, max: 4096 }) }).map((one) => {
        const bytes = Buffer.from(whole)
        whole.copy(bytes, one.to, one.from, one.from + one.length)
        return bytes
      }),
      fc
        .record({ at: place(), inserted: fc.uint8Array({ minLength: 1, maxLength: 64 }) })
        .map(({ at, inserted }) => Buffer.concat([whole.subarray(0, at), inserted, whole.subarray(at)])),
      fc
        .record({ at: place(), length: fc.integer({ min: 1, max: 4096 }) })
        .map(({ at, length }) => Buffer.concat([whole.subarray(0, at), whole.subarray(at + length)])),
    )
    const property = fc.asyncProperty(damage, async (bytes) => {
      fc.pre(!bytes.equals(whole))
      expect(await faultOf(bytes)).toMatch(ofTheOutside)
    })
    await fc.assert(property, { numRuns: 150 })
    expect(await faultOf(whole)).toBe(null)
  })
})

describe('createBackup()', () => {
  test.each(['table/ledger_entries', 'objects/content', 'closing'])(
    'killed in %s leaves a draft that nobody takes for a backup, and no entry',
    async (part) => {
      const path = join(folder, part.replace('/', '-'))
      const program = fileURLToPath(new URL('testing/create-until.ts', import.meta.url))
      const args = [program, path, sample.folder, JSON.stringify(sample.connection), part, sample.id('grace')]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const exited = once(child, 'exit')
      const [said] = (await once(child.stdout, 'data')) as [Buffer]
      expect(said.toString()).toBe('there\n')
      child.kill('SIGKILL')
      expect((await exited)[1]).toBe('SIGKILL')

      const left = (await readdir(folder)).filter((name) => join(folder, name).startsWith(path))
      expect(left.map((name) => join(folder, name))).toEqual([`${path}.part`])
      expect((await verifyBackup(`${path}.part`, testSecret)).fault).not.toBe(null)
      await sample.enclave.ledger.sequenceOnce()
      const made = await sample.enclave.ledger.search({ kind: 'backup.created', limit: 100 })
      expect(made).toHaveLength(1)
      // Somebody may be writing to it still: whoever knows better removes it.
      await expect(backUp(sample, path)).rejects.toThrow('remove it if one was cut off')
      await rm(`${path}.part`)
    },
  )

  test('works once the draft is gone, beside transactions that were killed', async () => {
    const { path } = await backUp(sample, join(folder, 'objects-content'))
    expect((await verifyBackup(path, testSecret)).fault).toBe(null)
  })
})
