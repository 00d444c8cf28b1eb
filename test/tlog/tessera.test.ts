// The sample log of transparency-dev/tessera, which nobody here made: it verifies with what verifies ours, at every size that it
// ever had, and with the outside verifier of these tests.

import { readFileSync } from 'node:fs'
import { concat } from '@sallyport/protocol'
import {
  exportBlock,
  exportHead,
  formatTileName,
  parseVerifyKey,
  verifyExport,
  type ExportVerdict,
} from '@sallyport/protocol/ledger'
import { describe, expect, test } from 'vitest'
import { sha256, verifySignature } from '../../server/src/ledger/index.ts'
import { verifyLog } from './outside-verifier.ts'

const stored = JSON.parse(
  readFileSync(new URL('../../protocol/src/ledger/vectors/tessera-log.json', import.meta.url), 'utf8'),
) as Record<string, string>
const fileOf = (path: string): Uint8Array | null => {
  const text = stored[path]
  return text === undefined ? null : Buffer.from(text, 'base64')
}
const origin = 'example.com/log/testdata'
const line = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx'
const key = parseVerifyKey(sha256, line)
const sizes = Array.from({ length: 16 }, (_, size) => size).filter((size) => `checkpoint.${size}` in stored)

/** Verify with the product's own code what a tiled log serves: its bundles and tiles, one after the other, are an export. */
async function verifyWithOurs(get: (path: string) => Uint8Array | null): Promise<ExportVerdict> {
  const note = Buffer.from(get('checkpoint') ?? []).toString()
  const size = Number(note.split('\n')[1])
  const name = formatTileName({ n: 0, width: size })
  const part = (path: string) => get(path) ?? new Uint8Array(0)
  const block = size === 0 ? [] : [exportBlock(part(`tile/0/${name}`), part(`tile/entries/${name}`))]
  const exported = concat(exportHead(note), ...block)
  if (key === null) throw new Error('no key')
  return await verifyExport([exported], { origin, keys: [key], sha256, verify: verifySignature })
}

describe("Tessera's sample log", () => {
  test('is here at every size', () => expect(sizes).toEqual(Array.from({ length: 16 }, (_, size) => size)))

  test.each(sizes)('verifies at size %i, with ours and from outside', async (size) => {
    const get = (path: string) => fileOf(path === 'checkpoint' ? `checkpoint.${size}` : path)
    expect(await verifyWithOurs(get)).toMatchObject({ verdict: 'intact', checkpoint: { size } })
    const asked = { get: async (path: string) => get(path), origin, keys: [line], withEntries: true }
    expect(await verifyLog(asked)).toMatchObject({ size })
  })

  test('holds each of its older checkpoints', async () => {
    const held = sizes.map((size) => Buffer.from(fileOf(`checkpoint.${size}`) ?? []).toString())
    const get = async (path: string) => fileOf(path)
    expect(await verifyLog({ get, origin, keys: [line], withEntries: false, held })).toMatchObject({ size: 15 })
  })

  test('does not verify with a byte of it changed, wherever', async () => {
    for (const changed of ['checkpoint', 'tile/0/000.p/15', 'tile/entries/000.p/15']) {
      const whole = fileOf(changed) ?? new Uint8Array(0)
      for (let at = 0; at < whole.length; at++) {
        const get = (path: string) => {
          if (path !== changed) return fileOf(path)
          const bytes = Uint8Array.from(whole)
          bytes[at] = (bytes[at] ?? 0) ^ 1
          return bytes
        }
        expect({ changed, at, verdict: (await verifyWithOurs(get)).verdict }).toEqual({
          changed,
          at,
          verdict: 'altered',
        })
      }
    }
  })
})
