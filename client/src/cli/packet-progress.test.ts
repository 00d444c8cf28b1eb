import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, type Connection, type Credential, type Progress } from '../gate/index.ts'
import { signedInMachine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import type { Context } from './context.ts'
import { fetchGathered } from './packet-progress.ts'

let gate: TestGate
let connection: Connection
beforeAll(async () => {
  gate = await startTestGate()
  const { home } = await signedInMachine(gate)
  const profile = JSON.parse(await readFile(join(home, '.config/sallyport/default.json'), 'utf8')) as {
    session: { token: Omit<Credential, 'key'>; key: object }
  }
  const { token, key } = profile.session
  const credential = { ...token, key: createPrivateKey({ key: key as never, format: 'jwk' }) }
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() }
  connection = connect({ url: gate.url, ca: gate.certificate.cert, credential, clock })
})
afterAll(async () => {
  await connection.close()
  await gate.close()
})

const shown: [string, number, number | null][] = []
beforeEach(() => {
  shown.length = 0
})

function contextOf(isTty: boolean): Context {
  const progress = <T>(title: string, work: (progress: Progress) => Promise<T>) =>
    work((done, total) => void shown.push([title, done, total]))
  const clock = { now: () => Date.now(), sleep: () => new Promise((done) => setTimeout(done, 300)) }
  return { print: { progress }, environment: { isTty: { stderr: isTty }, clock } } as unknown as Context
}

const path = '/ledger/packet/progress'
const told = (gathering: unknown) =>
  gate.once.set(path, {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ gathering }),
  })
const asked = () => gate.seen.filter((one) => one.includes(path)).length

/** A packet that comes once the gate was asked so often how far it is. */
const after = (times: number) => async (progress: Progress) => {
  const before = asked()
  while (asked() < before + times) await new Promise((done) => setTimeout(done, 2))
  await new Promise((done) => setTimeout(done, 50))
  progress(10, 20)
  await new Promise((done) => setTimeout(done, 50))
  progress(20, 20)
  return 'packet'
}

describe('fetchGathered()', () => {
  test('shows positions while the gate gathers, and bytes once they come', async () => {
    told({ done: 300, of: 900 })
    expect(await fetchGathered(contextOf(true), connection, after(1))).toBe('packet')
    expect(shown).toEqual([
      ['Gathering the evidence', 300, 900],
      ['Fetching the packet', 20, 20],
    ])
  })

  test('asks nothing without a terminal, and goes on where a gate does not know', async () => {
    const before = asked()
    expect(await fetchGathered(contextOf(false), connection, async () => 'packet')).toBe('packet')
    expect(asked()).toBe(before)
    told(null)
    expect(await fetchGathered(contextOf(true), connection, after(1))).toBe('packet')
    expect(shown.map(([title]) => title)).not.toContain('Gathering the evidence')
  })

  test('fails as the packet fails', async () => {
    const failing = () => Promise.reject(new Error('too large'))
    await expect(fetchGathered(contextOf(true), connection, failing)).rejects.toThrow('too large')
  })
})
