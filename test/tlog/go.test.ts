// The ledger's tiles, verified by the transparency log packages of Go (golang.org/x/mod/sumdb), from Debian.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatTileName, formatVerifyKey } from '@sallyport/protocol/ledger'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryLedger, testDraft, type TemporaryLedger } from '../../server/src/ledger/testing.ts'
import { served } from './logs.ts'

const source = fileURLToPath(new URL('verify-log.go', import.meta.url))
const packages = '/usr/share/gocode'
const isAll = process.env['SALLYPORT_NOTHING_SKIPPED'] !== undefined
const hasGo = isAll || (existsSync(join(packages, 'src/golang.org/x/mod/sumdb')) && existsSync('/usr/bin/go'))

let folder: string
let temporary: TemporaryLedger
const sizes = [1, 2, 255, 256, 257, 300, 511, 512, 520]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-go-'))
  temporary = await temporaryLedger()
  for (const [step, to] of sizes.entries()) {
    const from = sizes[step - 1] ?? 0
    await Promise.all(Array.from({ length: to - from }, (_, n) => temporary.ledger.append(testDraft(from + n))))
    await temporary.ledger.sequenceOnce()
    await layOut(join(folder, String(to)), to)
  }
}, 60_000)
afterAll(async () => {
  await temporary.stop()
  await rm(folder, { recursive: true })
})

/** Write what is served at a size to files of the same paths. */
async function layOut(to: string, size: number): Promise<void> {
  const { get } = served(temporary.ledger, temporary.keys)
  const paths = ['checkpoint']
  for (let level = 0, width = size; width > 0; level++, width = Math.floor(width / 256)) {
    for (let n = 0; n * 256 < width; n++) {
      const name = formatTileName({ n, width: Math.min(256, width - n * 256) })
      paths.push(`tile/${level}/${name}`, ...(level === 0 ? [`tile/entries/${name}`] : []))
    }
  }
  for (const path of paths) {
    const file = join(to, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, (await get(path)) ?? '')
  }
}

describe.skipIf(!hasGo)('Go (golang-go and golang-golang-x-mod-dev of Debian)', () => {
  const program = () => join(folder, 'verify-log')
  const verify = (size: number) => {
    const [ed25519] = temporary.keys.map(formatVerifyKey)
    const { stdout, stderr } = spawnSync(program(), [join(folder, String(size)), ed25519 ?? ''])
    return stdout.toString() || stderr.toString()
  }
  beforeAll(() => {
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: packages, GOCACHE: join(folder, 'cache'), GOFLAGS: '' }
    const built = spawnSync('go', ['build', '-o', program(), source], { env })
    if (built.status !== 0) throw new Error(built.stderr.toString())
  }, 120_000)

  test.each(sizes)('verifies checkpoint, tiles and entries at size %i', async (size) => {
    const root = (await readFile(join(folder, String(size), 'checkpoint'), 'utf8')).split('\n')[2] ?? ''
    expect(verify(size)).toBe(`${size} ${root}\n`)
  })

  test('finds an altered entry, tile and checkpoint', async () => {
    const altered = async (path: string, at: number) => {
      const file = join(folder, '300', path)
      const whole = await readFile(file)
      const bytes = Buffer.from(whole)
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      await writeFile(file, bytes)
      const said = verify(300)
      await writeFile(file, whole)
      return said
    }
    expect(await altered('tile/entries/001.p/44', 5)).toBe('entry 256 is not the one of its leaf\n')
    expect(await altered('tile/0/000', 70)).toBe('entry 2 is not the one of its leaf\n')
    expect(await altered('checkpoint', 30)).toContain('invalid signature')
  })
})
