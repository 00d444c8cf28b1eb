// An export laid out by the command line as files of a tiled log: the same bytes that the gate serves, and a whole log to a
// verifier that shares no code with either.

import { createWriteStream, readdirSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatVerifyKey } from '@sallyport/protocol/ledger'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMachine, type Machine } from '../../client/src/testing/command.ts'
import { temporaryLedger, testDraft, type TemporaryLedger } from '../../server/src/ledger/testing.ts'
import { served } from './logs.ts'
import { verifyLog } from './outside-verifier.ts'

let temporary: TemporaryLedger
const machine: Machine = createMachine()
const at = (name: string) => join(machine.workingFolder, name)
const layOut = (from: string, to: string) => machine.run(['ledger', 'tiles', from, to])
beforeAll(async () => {
  temporary = await temporaryLedger()
})
afterAll(() => temporary.stop())

async function exported(to: number): Promise<string> {
  const { ledger } = temporary
  const { size } = await ledger.head()
  await Promise.all(Array.from({ length: to - size }, (_, n) => ledger.append(testDraft(size + n))))
  await ledger.sequenceOnce()
  await ledger.exportTo(createWriteStream(at(`${to}.ledger`)))
  return `${to}.ledger`
}

describe('sallyport ledger tiles', () => {
  test.each([0, 1, 256, 257, 600])('lays out %i entries as the gate serves them', async (size) => {
    const from = await exported(size)
    expect(await layOut(from, `tiles-${size}`)).toMatchObject({ exit: 0 })
    const folder = at(`tiles-${size}`)
    const { get } = served(temporary.ledger, temporary.keys)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
    const paths = files.map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
    expect(paths).toContain('checkpoint')
    for (const path of paths) {
      const file = await readFile(join(folder, path))
      expect({ path, same: file.equals((await get(path)) ?? new Uint8Array(0)) }).toEqual({ path, same: true })
      expect((await stat(join(folder, path))).mode & 0o777).toBe(0o600)
    }
    const log = {
      get: (path: string) => readFile(join(folder, path)).catch(() => null),
      origin: temporary.ledger.origin,
      keys: temporary.keys.map(formatVerifyKey),
      withEntries: true,
    }
    expect(await verifyLog(log)).toMatchObject({ size })
  })

  test('leaves alone what is there, and refuses what is no whole export', async () => {
    const from = await exported(600)
    const over = await layOut(from, '.')
    expect(over).toMatchObject({ exit: 1, err: expect.stringContaining('it is there already') })
    await writeFile(at('no.ledger'), 'nothing')
    const none = await layOut('no.ledger', 'tiles-none')
    expect(none).toMatchObject({ exit: 1, err: expect.stringContaining('want a whole export') })
    await writeFile(at('cut.ledger'), (await readFile(at(from))).subarray(0, -5))
    const cut = await layOut('cut.ledger', 'tiles-cut')
    expect(cut).toMatchObject({ exit: 1, err: expect.stringContaining('the file ends early') })
    expect((await layOut(from, 'no/such/folder')).err).toContain('want one above it')
  })
})
