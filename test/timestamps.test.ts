// The command line verifies an authority's timestamps on checkpoints by itself, and what it keeps OpenSSL verifies.

import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { timestampRequest } from '@sallyport/protocol/timestamp'
import { signedInMachine, type Machine } from '../client/src/testing/command.ts'
import { startTestGate, type TestGate } from '../client/src/testing/gate.ts'
import { makeLedger } from '../client/src/testing/ledger.ts'
import { startTestAuthority, type Signer, type TestAuthority } from '../server/src/ledger/timestamps/testing.ts'

let gate: TestGate
let machine: Machine
let authority: TestAuthority
beforeAll(async () => {
  authority = await startTestAuthority()
  gate = await startTestGate()
  machine = await signedInMachine(gate)
}, 60_000)
afterAll(async () => {
  await gate.close()
  await authority.stop()
})

const run = promisify(execFile)
const entryId = '01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77'

async function stampOf(note: string, signer: Signer = 'good'): Promise<string> {
  const { request } = timestampRequest(hash('sha256', note, 'buffer'), new Uint8Array(16).fill(7))
  return Buffer.from(await authority.reply(request, signer)).toString('base64')
}

function answer(
  timestamps: readonly { size: number; note: string; answer: string }[],
  next: number | null = null,
): void {
  const listed = timestamps.map((one) => ({ ...one, authorityAt: '2020-01-01T00:00:00.000Z', entryId }))
  const body = JSON.stringify({ isAsked: true, trouble: null, lastAt: null, timestamps: listed, next })
  gate.once.set(next === null ? 'ledger/timestamps' : '/ledger/timestamps', {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body,
  })
}
const ask = (...more: string[]) => machine.run(['ledger', 'timestamps', '--ca', authority.caFile, '--json', ...more])

describe('sallyport ledger timestamps', () => {
  test('verifies them and writes files that OpenSSL takes, and says the time of the authority, not of the gate', async () => {
    const { note } = gate.ledger
    answer([{ size: 3, note, answer: await stampOf(note) }])
    const { exit, out } = await ask('--out', 'stamps')
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ verdict: 'true', timestamps: [{ size: 3, trouble: null }] })
    expect(out).not.toContain('2020-01-01')
    const folder = join(machine.workingFolder, 'stamps')
    const verifying = ['ts', '-verify', '-data', '3.checkpoint', '-in', '3.tsr', '-CAfile', authority.caFile]
    await run('openssl', verifying, { cwd: folder })
    expect(await readFile(join(folder, '3.checkpoint'), 'utf8')).toBe(note)
    await writeFile(join(folder, '3.checkpoint'), `${note}x`)
    await expect(run('openssl', verifying, { cwd: folder })).rejects.toThrow('Command failed')
    answer([{ size: 3, note, answer: await stampOf(note) }])
    expect(await ask('--out', 'stamps')).toMatchObject({ exit: 1 })
  })

  test('names what is false, ends with 1, and keeps nothing of it', async () => {
    const { note } = gate.ledger
    const foreign = makeLedger(['{"n":0}']).note
    const wrong = [
      ['not-of-the-roots', { size: 3, note, answer: await stampOf(note, 'other-root') }],
      ['other-bytes', { size: 3, note, answer: await stampOf(`${note} `) }],
      ['checkpoint-not-signed', { size: 1, note: foreign, answer: await stampOf(foreign) }],
      ['checkpoint-not-signed', { size: 4, note, answer: await stampOf(note) }],
      ['no-answer-of-an-authority', { size: 3, note, answer: 'AAAA' }],
    ] as const
    for (const [trouble, one] of wrong) {
      answer([one])
      const { exit, out } = await ask('--out', 'false')
      expect({ trouble, exit, out: JSON.parse(out) as unknown }).toMatchObject({
        trouble,
        exit: 1,
        out: { verdict: 'false', folder: null, timestamps: [{ at: null, trouble }] },
      })
      await expect(readFile(join(machine.workingFolder, 'false', `${one.size}.tsr`))).rejects.toThrow('ENOENT')
    }
  })

  test('takes no content that only a signer beside the true one vouches for', async () => {
    const { note } = gate.ledger
    const before = stampOfParts(Buffer.from(await stampOf(note), 'base64'))
    const [status = none, token = none] = childrenOf(before.whole)
    const [type = none, content = none] = childrenOf(token)
    const signed = childrenOf(childrenOf(content)[0] ?? none)
    // Another policy: everything else of it is as it was signed.
    const other = replaced(before.info, Buffer.of(0x2a, 3, 4, 1), Buffer.of(0x2a, 3, 4, 2))
    expect(other).not.toEqual(before.info)
    const [was, is] = [before.info, other].map((bytes) => hash('sha256', bytes, 'buffer'))
    const forged = signed.map((part) => replaced(replaced(part, before.info, other), was ?? none, is ?? none))
    const answers = [
      [...forged, signed.at(-1) ?? none],
      [...forged.slice(0, -1), signed.at(-1) ?? none, forged.at(-1) ?? none],
      [...forged.slice(0, -1), signed.at(-1) ?? none],
      forged,
    ].map((parts) => der(0x30, status, der(0x30, type, der(0xa0, der(0x30, ...parts)))))
    const untouched = der(0x30, status, der(0x30, type, der(0xa0, der(0x30, ...signed))))
    for (const [n, made] of [untouched, ...answers].entries()) {
      answer([{ size: 3, note, answer: made.toString('base64') }])
      expect({ n, exit: (await ask()).exit }).toEqual({ n, exit: n === 0 ? 0 : 1 })
    }
  })

  test('wants roots, and is not led in circles', async () => {
    expect(await machine.run(['ledger', 'timestamps'])).not.toMatchObject({ exit: 0 })
    await writeFile(join(machine.workingFolder, 'empty.pem'), 'nothing')
    expect(await machine.run(['ledger', 'timestamps', '--ca', 'empty.pem'])).toMatchObject({ exit: 1 })
    answer([], -1)
    expect(await ask()).toMatchObject({ exit: 1, out: expect.stringContaining('pages do not go on') })
  })
})

const none = Buffer.alloc(0)

/** The parts of a DER value, each with its tag and length. */
function childrenOf(value: Buffer): readonly Buffer[] {
  const found: Buffer[] = []
  for (let at = headOf(value); at < value.length; at += found.at(-1)?.length ?? value.length) {
    const head = headOf(value.subarray(at))
    const octets = head - 2
    const length = octets === 0 ? (value[at + 1] ?? 0) : value.readUIntBE(at + 2, octets)
    found.push(value.subarray(at, at + head + length))
  }
  return found
}

function headOf(value: Buffer): number {
  const first = value[1] ?? 0
  return first < 0x80 ? 2 : 2 + (first & 0x7f)
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const length = content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...length), content])
}

function replaced(whole: Buffer, what: Buffer, by: Buffer): Buffer {
  const at = whole.indexOf(what)
  return at < 0 ? whole : Buffer.concat([whole.subarray(0, at), by, whole.subarray(at + what.length)])
}

/** An answer, and what in it the authority signed: the TSTInfo. */
function stampOfParts(whole: Buffer): { readonly whole: Buffer; readonly info: Buffer } {
  const signed = childrenOf(childrenOf(childrenOf(whole)[1] ?? none)[1] ?? none)[0] ?? none
  const encapsulated = childrenOf(childrenOf(signed)[2] ?? none)[1] ?? none
  const octets = childrenOf(encapsulated)[0] ?? none
  return { whole, info: octets.subarray(headOf(octets)) }
}
