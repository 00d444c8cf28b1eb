// Backups that were changed anywhere: by somebody who cannot read them, and by somebody who has the secret and writes them anew. A
// damaged or hostile one is named for what is wrong with it, restores nothing, and ends neither the process nor its memory.

import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { concat, equalBytes, Problem, utf8 } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemRandomness } from '../../server/src/base/index.ts'
import { Faulty } from '../../server/src/backup/fault.ts'
import { makeHeader, readHeader } from '../../server/src/backup/header.ts'
import { restoreBackup, verifyBackup, type BackupSecret } from '../../server/src/backup/index.ts'
import { openBackup } from '../../server/src/backup/open-backup.ts'
import { collect, PartWriter } from '../../server/src/backup/parts.ts'
import { SegmentWriter, writeAll } from '../../server/src/backup/segments.ts'
import { emptyTarget, tableDigests } from '../../server/src/backup/testing.ts'
import { mutationsOf } from './mutate.ts'
import { numRuns, timeout } from './refuse.ts'

type Parts = readonly (readonly [name: string, content: Uint8Array])[]

let folder: string
let secret: BackupSecret
let parts: Parts
let whole: Uint8Array

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-fuzz-'))
  secret = { kind: 'key-file', path: join(folder, 'key') }
  await writeFile(secret.path, randomBytes(32))
  const kept = new URL('../../server/src/backup/kept/v0.1.0.sallyport-backup', import.meta.url)
  parts = await partsOf(fileURLToPath(kept), { kind: 'passphrase', passphrase: 'kept since version 0.1.0' })
  // Bytes that a mutation copies: a slice of a Buffer is the Buffer's own.
  whole = new Uint8Array(await readFile(await written(parts)))
})
afterAll(() => rm(folder, { recursive: true }))

async function partsOf(path: string, by: BackupSecret): Promise<Parts> {
  const found: [string, Uint8Array][] = []
  const backup = await openBackup(path, by)
  await backup.read(async (name, content) => {
    found.push([name, new Uint8Array(await collect(content, name))])
  })
  await backup.close()
  return found
}

/** Write parts as a backup of the same secret. */
async function written(content: Parts): Promise<string> {
  return await sealed(async (writer) => {
    const out = new PartWriter(writer, () => {})
    for (const [name, bytes] of content) await out.write(name, [bytes])
    await out.close()
  })
}

async function sealed(write: (writer: SegmentWriter) => Promise<unknown>): Promise<string> {
  const path = join(folder, 'backup')
  const file = await open(path, 'w')
  try {
    const header = await makeHeader(secret, systemRandomness)
    await writeAll(file, header.bytes)
    await write(new SegmentWriter(file, header.key))
  } finally {
    await file.close()
  }
  return path
}

/** The code of what is wrong; null where nothing is. Nothing but a verdict or a Problem may come out. */
async function faultOf(path: string): Promise<string | null> {
  try {
    const { fault, digest } = await verifyBackup(path, secret)
    expect(digest === null).toBe(fault !== null)
    return fault?.code ?? null
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return error.code
  }
}

/** Try to restore. What is refused is refused by a Problem and leaves nothing behind. */
async function restores(path: string): Promise<boolean> {
  const target = await emptyTarget()
  try {
    await restoreBackup(path, secret, target)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(Problem)
    expect(await tableDigests(target.database)).toEqual({})
    expect(await stat(target.folder.root).catch(() => null)).toBeNull()
    return false
  } finally {
    await target.stop()
  }
}

describe('a backup that somebody changed who cannot read it', () => {
  test('in nothing is taken', async () => {
    expect(await faultOf(await written(parts))).toBeNull()
  })

  test('anywhere is refused, whatever was changed', { timeout }, async () => {
    const path = join(folder, 'changed')
    await fc.assert(
      fc.asyncProperty(mutationsOf(whole), async (bytes) => {
        await writeFile(path, bytes)
        expect((await faultOf(path)) === null).toBe(equalBytes(bytes, whole))
      }),
      { numRuns },
    )
  })

  test('in its head is refused before anything is decrypted', { timeout }, async () => {
    const passphrase: BackupSecret = { kind: 'passphrase', passphrase: 'a passphrase of tests' }
    const heads = [await makeHeader(secret, systemRandomness), await makeHeader(passphrase, systemRandomness, 2 ** 14)]
    const [first, second] = heads.map(({ bytes }) => concat(bytes, new Uint8Array(64)))
    if (first === undefined || second === undefined) throw new Error('there are no heads')
    await fc.assert(
      fc.asyncProperty(mutationsOf(first, second), async (bytes) => {
        // What a larger cost takes is bounded, and takes its time.
        if (/"cost":\d{6}/.test(Buffer.from(bytes).toString('latin1'))) return
        for (const by of [secret, passphrase]) {
          await readHeader(bytes, by).then(
            ({ length }) =>
              expect(
                [first, second].some((one) => equalBytes(one.subarray(0, length), bytes.subarray(0, length))),
              ).toBe(true),
            (error: unknown) => expect(error).toBeInstanceOf(Faulty),
          )
        }
      }),
      { numRuns },
    )
  })
})

const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

/** Put parts in another order, leave some out, name or repeat them otherwise, change what they hold. */
const rewritings = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ what: fc.constant('change' as const), at: fraction, seed: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({ what: fc.constantFrom('drop', 'repeat', 'swap', 'empty'), at: fraction, seed: fc.nat() }),
    },
  ),
  { minLength: 1, maxLength: 2 },
)

function rewrite(content: Parts, what: string, at: number, seed: number): Parts {
  const i = Math.floor(at * content.length)
  const [part, before, after] = [content[i], content.slice(0, i), content.slice(i + 1)]
  if (part === undefined) return content
  const [name, bytes] = part
  switch (what) {
    case 'drop':
      return [...before, ...after]
    case 'repeat':
      return [...before, part, part, ...after]
    case 'swap':
      return [...before, ...after.slice(0, 1), part, ...after.slice(1)]
    case 'empty':
      return [...before, [name, new Uint8Array()], ...after]
    default: {
      const [changed = bytes] = fc.sample(mutationsOf(bytes), { numRuns: 1, seed })
      return [...before, [name, changed], ...after]
    }
  }
}

describe('a backup that somebody wrote anew who has its secret', () => {
  test(
    'is refused, or restores what its ledger signs, and nothing else comes out',
    { timeout: timeout * 2 },
    async () => {
      // A restore takes a database of its own.
      let restorable = Math.ceil(numRuns / 50)
      let refused = 0
      await fc.assert(
        fc.asyncProperty(rewritings, async (steps) => {
          const changed = steps.reduce<Parts>((content, { what, at, seed }) => rewrite(content, what, at, seed), parts)
          const path = await written(changed)
          if ((await faultOf(path)) !== null) refused++
          else if (restorable-- > 0) await restores(path)
        }),
        { numRuns },
      )
      expect(refused).toBeGreaterThan(numRuns / 3)
    },
  )

  test('in what stands between its parts is refused', { timeout }, async () => {
    const plain: Uint8Array[] = []
    const small = parts.map(([name, bytes]): Parts[number] => [name, bytes.subarray(0, 60)])
    const keep = {
      write: async (bytes: Uint8Array) => void plain.push(bytes.slice()),
      finish: async () => {},
      written: 0,
    }
    const out = new PartWriter(keep as unknown as SegmentWriter, () => {})
    for (const [name, bytes] of small) await out.write(name, [bytes])
    await out.close()
    const sample = concat(...plain)
    await fc.assert(
      fc.asyncProperty(mutationsOf(sample), async (bytes) => {
        const path = await sealed(async (writer) => {
          await writer.write(bytes)
          await writer.finish()
        })
        // Its parts are cut short, so that nothing of it verifies in any case.
        expect(await faultOf(path)).not.toBeNull()
      }),
      { numRuns },
    )
  })

  test('with rows that no table takes restores nothing, and says so', { timeout: 120_000 }, async () => {
    const bent = (table: string, change: (text: string) => string): Parts =>
      parts.map(([name, bytes]) =>
        name === table ? [name, utf8(change(Buffer.from(bytes).toString()))] : [name, bytes],
      )
    const cases = [
      bent('table/person', (text) => text.replace(/^[0-9a-f-]{36}/, 'no uuid at all')),
      bent('table/person', (text) => text.replace(/\t/, '')),
      bent('table/ledger_tile', (text) => text.replace(/\\\\x[0-9a-f]{4}/, '\\\\x')),
    ]
    for (const changed of cases) {
      const path = await written(changed)
      expect(await faultOf(path)).toBeNull()
      expect(await restores(path)).toBe(false)
    }
  })

  test.each([
    ['a row without an end', 'table/ledger_entries', () => Buffer.alloc(24 * 2 ** 20, 'a')],
    ['a line of the index without an end', 'objects/index', () => Buffer.alloc(24 * 2 ** 20, 'a')],
    ['a manifest of millions of faults', 'manifest', () => utf8(`{"tables":[${'{},'.repeat(2 ** 22)}{}]}`)],
  ])('is refused for its length, before it is taken in: %s', { timeout: 60_000 }, async (_, part, content) => {
    const changed = parts.map(([name, bytes]): Parts[number] => [name, name === part ? content() : bytes])
    const { fault, parts: read } = await verifyBackup(await written(changed), secret)
    expect(fault).toMatchObject({ code: 'malformed', where: part })
    // It was left as soon as it was too long.
    expect(read.map(({ name }) => name)).not.toContain(part)
  })

  test('with a closing part of millions of parts is refused for its length', async () => {
    const path = await sealed(async (writer) => {
      const out = new PartWriter(writer, () => {})
      for (const [name, bytes] of parts) await out.write(name, [bytes])
      await out.write('closing', [utf8(`{"parts":[${'{},'.repeat(2 ** 20)}{}]}`)])
      await writer.finish()
    })
    expect((await verifyBackup(path, secret)).fault).toMatchObject({ code: 'malformed', where: 'closing' })
  })
})
