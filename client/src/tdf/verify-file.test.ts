import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Problem } from '@sallyport/protocol'
import { forge, kas, policy, type Forgery } from './forged-file.ts'
import { sealFile, verifyFile } from './index.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-verify-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function verify(bytes: Uint8Array): Promise<unknown> {
  const path = join(folder, 'sealed.tdf')
  await writeFile(path, bytes)
  return await verifyFile(path).catch((error: unknown) => error)
}

describe('verifyFile()', () => {
  test('finds what sealFile() made whole, with the digest of its bytes, and tells how far it is', async () => {
    const source = join(folder, 'source')
    const target = join(folder, 'large.tdf')
    await writeFile(source, Buffer.alloc(3_500_000, 'controlled'))
    const { sealedBytes } = await sealFile({ source, target, policy, kas })
    const steps: number[] = []
    const verified = await verifyFile(target, { onProgress: ({ doneBytes }) => steps.push(doneBytes) })
    const bytes = await readFile(target)
    expect(verified).toMatchObject({ fileBytes: sealedBytes, segmentHash: 'GMAC', policy: { uuid: policy.uuid } })
    expect(Buffer.from(verified.sha256)).toEqual(createHash('sha256').update(bytes).digest())
    expect(steps.at(-1)).toBe(sealedBytes)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  })

  test('takes the forms that others write, and says when hashes take the key', async () => {
    expect(await verify(await forge({ isOld: true }))).toMatchObject({ segments: 2, segmentHash: 'GMAC' })
    expect(await verify(await forge({ hash: 'HS256' }))).toMatchObject({ segments: 2, segmentHash: 'HS256' })
    expect(await verify(await forge({ contents: [] }))).toMatchObject({ segments: 0 })
  })

  test.each<[string, Forgery, RegExp]>([
    ['segments in another order', { payload: (all) => all.toReversed() }, /segment 1 of 2/],
    ['a segment twice', { payload: ([first = new Uint8Array(0)]) => [first, first] }, /segment 2 of 2/],
    ['a segment less', { payload: (all) => all.slice(1) }, /do not add up/],
  ])('finds %s', async (_, forgery, message) => {
    expect(await verify(await forge(forgery))).toMatchObject({
      code: 'invalid-file',
      message: expect.stringMatching(message),
    })
  })

  test('finds altered bits anywhere: none passes for the whole file', async () => {
    const whole = await forge()
    const { sha256 } = (await verify(whole)) as { readonly sha256: Uint8Array }
    for (let at = 0; at < whole.length; at += 5) {
      const altered = Uint8Array.from(whole)
      altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8))
      const outcome = await verify(altered)
      if (outcome instanceof Problem) expect(outcome.code).toBe('invalid-file')
      else expect((outcome as { readonly sha256: Uint8Array }).sha256).not.toEqual(sha256)
    }
  })

  test('refuses what is no file, and stops when it is told to', async () => {
    expect(await verifyFile(folder).catch((error: unknown) => error)).toMatchObject({ code: 'not-found' })
    const path = join(folder, 'sealed.tdf')
    await writeFile(path, await forge())
    const stop = verifyFile(path, { signal: AbortSignal.abort(new Error('stopped')) })
    await expect(stop).rejects.toThrow('stopped')
  })
})
