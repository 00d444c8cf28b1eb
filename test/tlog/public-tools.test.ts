// What the guide for assessors tells people to run, run as it stands there, by a shell and OpenSSL.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { syntheticLog } from './logs.ts'

const guide = readFileSync(new URL('../../docs/assessor.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-assessor-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the guide for assessors', () => {
  test('checks the P-256 signature of a checkpoint with OpenSSL, and finds an altered one', async () => {
    const block = blocks.find((one) => one.includes('openssl dgst -sha256 -verify')) ?? ''
    const script = block.replace('curl -sf "$GATE/ledger/checkpoint" > checkpoint\n', '')
    expect(script).not.toBe(block)
    const run = (key = '') => {
      const ran = spawnSync('bash', ['-ec', script], { cwd: folder, env: { ...process.env, KEY: key } })
      return ran.stdout.toString() || ran.stderr.toString()
    }
    // Keys are made on the spot: one of four has a plus sign in its base64.
    const log = await syntheticLog(300)
    const note = Buffer.from((await log.get('checkpoint')) ?? '').toString()
    await writeFile(join(folder, 'checkpoint'), note)
    expect(run(log.keys[1])).toBe('Verified OK\n')
    expect(await readFile(join(folder, 'text'), 'utf8')).toBe(note.slice(0, note.indexOf('\n\n') + 1))
    await writeFile(join(folder, 'checkpoint'), note.replace('\n300\n', '\n301\n'))
    expect(run(log.keys[1])).toBe('Verification failure\n')
  })
})
