import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync } from 'node:fs'
import {
  chmod,
  link,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Problem } from '@sallyport/protocol'
import { localHeader, parsePolicy, payloadName, writeKeyAccess, writePolicy } from '@sallyport/protocol/tdf'
import { kas, policy, release } from './forged-file.ts'
import { beginSealing, createReleaseKey, goOnSealing, openFile, type Release, type SealingDraft } from './index.ts'

const mebi = 1024 * 1024
const head = localHeader(payloadName).length
const segment = mebi + 28

let folder = ''
let source = ''
let partial = ''
let target = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-resume-'))
  source = join(folder, 'source')
  partial = join(folder, 'partial')
  target = join(folder, 'target')
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true })
})

const cut = new Error('cut off')

/** Begin to seal, and be cut off once `bytes` are done; the partial file is as a kill leaves it. */
async function beginCut(content: Uint8Array, bytes: number, workers = 0): Promise<SealingDraft> {
  await writeFile(source, content)
  let kept: SealingDraft | null = null
  const signal = new AbortController()
  const keep = async (draft: SealingDraft) => {
    expect(existsSync(partial)).toBe(false)
    kept = draft
  }
  const onProgress = ({ doneBytes }: { doneBytes: number }) => {
    if (doneBytes >= bytes) signal.abort(cut)
  }
  const options = { source, partial, policy, kas, keep, workers, onProgress, signal: signal.signal }
  await beginSealing(options).catch((error: unknown) => {
    if (error !== cut) throw error
  })
  if (kept === null) throw new Error('nothing was kept')
  return kept
}

async function opened(): Promise<Uint8Array> {
  await openFile({ source: partial, target, release })
  return new Uint8Array(await readFile(target))
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => null,
    (reason: unknown) => reason,
  )
}

const segmentOf = (bytes: Uint8Array, index: number) =>
  bytes.subarray(head + index * segment, head + (index + 1) * segment)

describe('goOnSealing()', () => {
  test('makes a whole file of what was cut off anywhere, torn and holed in any way, and never gives one IV to two texts', async () => {
    const damage = fc.record({ at: fc.nat(), length: fc.nat(3 * mebi), isHole: fc.boolean() })
    const property = fc.asyncProperty(
      fc.constantFrom(0, 1, 9 * mebi, 17 * mebi + 5),
      fc.constantFrom(0, 2),
      fc.nat(17 * mebi),
      fc.option(fc.nat(18 * mebi)),
      fc.array(damage, { maxLength: 3 }),
      async (size, workers, done, cutAt, damages) => {
        await rm(partial, { force: true })
        const content = new Uint8Array(randomBytes(size))
        const draft = await beginCut(content, done, workers)
        const before = new Uint8Array(await readFile(partial))
        const torn = new Uint8Array(before.subarray(0, cutAt ?? before.length))
        for (const { at, length, isHole } of damages) {
          const from = at % Math.max(1, torn.length)
          const part = torn.subarray(from, from + length)
          if (isHole) part.fill(0)
          else part.set(randomBytes(part.length))
        }
        await writeFile(partial, torn, { mode: 0o600 })
        const sealed = await goOnSealing({ source, partial, draft, release, workers })
        expect((await stat(partial)).size).toBe(sealed.sealedBytes)
        expect(Buffer.compare(await opened(), content)).toBe(0)
        const after = new Uint8Array(await readFile(partial))
        for (let index = 0; index < sealed.segments; index++) {
          const [one, other] = [segmentOf(torn, index), segmentOf(after, index)]
          const length = Math.min(segment, size - index * mebi + 28)
          const isSame = Buffer.compare(one.subarray(0, length), other.subarray(0, length)) === 0
          if (!isSame && one.length >= 12) expect(one.subarray(0, 12)).not.toEqual(other.subarray(0, 12))
        }
      },
    )
    await fc.assert(property, { numRuns: 15 })
  }, 120_000)

  test('keeps what was sealed as it is, and a whole file comes out byte for byte the same', async () => {
    const content = new Uint8Array(randomBytes(20 * mebi + 7))
    const draft = await beginCut(content, 9 * mebi)
    const before = new Uint8Array(await readFile(partial))
    await goOnSealing({ source, partial, draft, release })
    const whole = new Uint8Array(await readFile(partial))
    expect(Buffer.compare(whole.subarray(0, head + 8 * segment), before.subarray(0, head + 8 * segment))).toBe(0)
    await goOnSealing({ source, partial, draft, release, workers: 2 })
    expect(Buffer.compare(await readFile(partial), whole)).toBe(0)
    await writeFile(partial, Buffer.concat([whole, randomBytes(99)]))
    await goOnSealing({ source, partial, draft, release, workers: 2 })
    expect(Buffer.compare(await readFile(partial), whole)).toBe(0)
  })

  test('begins with an empty file where it was cut off before there was one', async () => {
    const content = new Uint8Array(randomBytes(3 * mebi))
    const draft = await beginCut(content, 0)
    await rm(partial)
    await goOnSealing({ source, partial, draft, release })
    expect(await opened()).toEqual(content)
    expect((await stat(partial)).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['longer', async () => await writeFile(source, randomBytes(1), { flag: 'a' })],
    ['shorter', async () => await truncate(source, 5 * mebi)],
    ['written again at another time', async () => await utimes(source, 1000, 1000)],
  ])('refuses a source that is %s now, before it asks for a key', async (_, change) => {
    const draft = await beginCut(new Uint8Array(randomBytes(20 * mebi)), 9 * mebi)
    await change()
    const asked: unknown[] = []
    const failure = await failureOf(
      goOnSealing({
        source,
        partial,
        draft,
        release: async (request) => (asked.push(request), await release(request)),
      }),
    )
    expect(failure).toMatchObject({ code: 'conflict' })
    expect(asked).toEqual([])
  })

  test.each([0, 2])(
    'refuses a source whose sealed part is another, also under the same time, with %i workers',
    async (workers) => {
      const content = new Uint8Array(randomBytes(20 * mebi))
      const draft = await beginCut(content, 9 * mebi)
      content[3 * mebi] = (content[3 * mebi] ?? 0) ^ 1
      await writeUnder(draft, content)
      const before = await readFile(partial)
      const failure = await failureOf(goOnSealing({ source, partial, draft, release, workers }))
      expect(failure).toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('it changed since it was begun'),
      })
      expect(Buffer.compare(segmentOf(await readFile(partial), 3), segmentOf(before, 3))).toBe(0)
    },
  )

  test('seals what the source holds where nothing was sealed yet', async () => {
    const content = new Uint8Array(randomBytes(20 * mebi))
    const draft = await beginCut(content, 1)
    content[18 * mebi] = (content[18 * mebi] ?? 0) ^ 1
    await writeUnder(draft, content)
    await goOnSealing({ source, partial, draft, release })
    expect(Buffer.compare(await opened(), content)).toBe(0)
  })

  /** Give the source other content and the time that it had. */
  async function writeUnder(draft: SealingDraft, content: Uint8Array): Promise<void> {
    const atS = Number(draft.sourceModifiedNs / 1_000_000n) / 1000
    await writeFile(source, content)
    await utimes(source, atS, atS)
    // Few systems take nanoseconds back.
    Object.assign(draft, { sourceModifiedNs: (await stat(source, { bigint: true })).mtimeNs })
  }

  test('refuses segments that somebody exchanged', async () => {
    const draft = await beginCut(new Uint8Array(randomBytes(9 * mebi)), 9 * mebi)
    const bytes = new Uint8Array(await readFile(partial))
    const first = segmentOf(bytes, 0).slice()
    segmentOf(bytes, 0).set(segmentOf(bytes, 1))
    segmentOf(bytes, 1).set(first)
    await writeFile(partial, bytes)
    expect(await failureOf(goOnSealing({ source, partial, draft, release }))).toMatchObject({ code: 'conflict' })
  })

  test('asks no gate and seals nothing when the gate refuses now', async () => {
    const draft = await beginCut(new Uint8Array(randomBytes(20 * mebi)), 9 * mebi)
    const before = await readFile(partial)
    const refused = new Problem('refused', 'cannot open file: the gate refused its key, want a permit')
    const failure = await failureOf(goOnSealing({ source, partial, draft, release: () => Promise.reject(refused) }))
    expect(failure).toBe(refused)
    expect(Buffer.compare(await readFile(partial), before)).toBe(0)
  })

  test('is led to no key by a draft with another policy, another wrap, or a share of another length', async () => {
    const draft = await beginCut(new Uint8Array(randomBytes(9 * mebi)), 9 * mebi)
    const before = await readFile(partial)
    const [access] = draft.keyAccess
    if (access === undefined) throw new Error('no key access')
    const wrappedKey = access.wrappedKey.map((byte, at) => (at === 20 ? byte ^ 1 : byte))
    const altered: readonly (readonly [SealingDraft, Release])[] = [
      [{ ...draft, policy: writePolicy({ ...policy, labels: [...policy.labels, ...policy.labels] }) }, release],
      [{ ...draft, keyAccess: [{ ...access, wrappedKey }] }, release],
      [draft, async () => new Uint8Array(31)],
      [draft, async () => new Uint8Array(32)],
    ]
    for (const [one, from] of altered) {
      const failure = await failureOf(goOnSealing({ source, partial, draft: one, release: from }))
      expect(failure).toMatchObject({ code: 'invalid-file' })
      expect(Buffer.compare(await readFile(partial), before)).toBe(0)
    }
  })

  test('goes on with a file that is split between two gates, only with the shares of both', async () => {
    await writeFile(source, randomBytes(9 * mebi))
    const second = await createReleaseKey()
    const also = [{ url: 'https://second.example/kas', kid: 'k2', publicKeyPem: second.publicKeyPem }]
    let draft: SealingDraft | null = null
    await beginSealing({ source, partial, policy, kas, also, keep: async (one) => void (draft = one) })
    if (draft === null) throw new Error('nothing was kept')
    await truncate(partial, 4 * mebi)
    const both: Release = async (request) => {
      const { keyAccess } = request
      if (keyAccess.type !== 'ec-wrapped' || keyAccess.kid !== 'k2') return await release(request)
      return await second.unwrap(keyAccess.wrappedKey, keyAccess.ephemeralPublicKey)
    }
    const refused = new Problem('refused', 'no')
    const homeOnly: Release = async (request) => {
      if (request.keyAccess.kid === 'k2') throw refused
      return await release(request)
    }
    expect(await failureOf(goOnSealing({ source, partial, draft, release: homeOnly }))).toBe(refused)
    await goOnSealing({ source, partial, draft, release: both })
    await openFile({ source: partial, target, release: both })
    expect(Buffer.compare(await readFile(target), await readFile(source))).toBe(0)
  })

  test.each([
    ['a link', async (at: string) => await symlink(join(folder, 'victim'), at)],
    ['another name of a file', async (at: string) => await link(join(folder, 'victim'), at)],
    [
      'a file that others may read',
      async (at: string) => {
        copyFileSync(join(folder, 'victim'), at)
        await chmod(at, 0o644)
      },
    ],
  ])('writes nothing through %s in the place of its partial file', async (_, put) => {
    const draft = await beginCut(new Uint8Array(randomBytes(3 * mebi)), 0)
    await writeFile(join(folder, 'victim'), 'mine', { mode: 0o600 })
    await rm(partial)
    await put(partial)
    expect(await failureOf(goOnSealing({ source, partial, draft, release }))).toMatchObject({ code: 'conflict' })
    expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('mine')
  })
})

describe('beginSealing()', () => {
  test('writes its draft down before anything, without the key or content in it', async () => {
    const content = new Uint8Array(randomBytes(9 * mebi))
    const draft = await beginCut(content, 0)
    const [access] = draft.keyAccess
    if (access === undefined) throw new Error('no key access')
    const request = { policyText: draft.policy, policy: parsePolicy(draft.policy), keyAccess: access }
    const share = Buffer.from(await release({ ...request, keyAccessWire: writeKeyAccess(access) }))
    expect(Object.keys(draft).sort()).toEqual(['keyAccess', 'policy', 'sourceBytes', 'sourceModifiedNs'])
    const text = JSON.stringify([draft.policy, draft.keyAccess.map(writeKeyAccess)])
    for (const encoding of ['hex', 'base64'] as const) expect(text).not.toContain(share.toString(encoding))
  })

  test('replaces nothing that is in the place of its partial file', async () => {
    await writeFile(source, 'content')
    await writeFile(join(folder, 'victim'), 'mine')
    await symlink(join(folder, 'victim'), partial)
    const failure = await failureOf(beginSealing({ source, partial, policy, kas, keep: async () => undefined }))
    expect(failure).toMatchObject({ code: 'EEXIST' })
    expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('mine')
  })
})
