import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { signedInMachine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { sampleIds } from '../testing/records.ts'
import { problem, refusal } from '../testing/replies.ts'
import { call, connect, download, requestShare, type Connection, type Credential } from './index.ts'

let gate: TestGate
let credential: Credential
const open: Connection[] = []
const slept: number[] = []

beforeAll(async () => {
  gate = await startTestGate()
  const { home } = await signedInMachine(gate)
  const profile = JSON.parse(await readFile(join(home, '.config/sallyport/default.json'), 'utf8')) as Kept
  credential = { ...profile.session.token, key: createPrivateKey({ key: profile.session.key, format: 'jwk' }) }
})
afterEach(async () => {
  gate.nonce = null
  gate.once.clear()
  gate.cutOff.clear()
  gate.refused.clear()
  slept.length = 0
  for (const connection of open.splice(0)) await connection.close()
})
afterAll(() => gate.close())

interface Kept {
  readonly session: {
    readonly token: Omit<Credential, 'key'>
    readonly key: { kty: string; crv: string; x: string; y: string; d: string }
  }
}

function connection(changes: Partial<Parameters<typeof connect>[0]> = {}): Connection {
  const clock = { now: () => Date.now(), sleep: (ms: number) => Promise.resolve(void slept.push(ms)) }
  const one = connect({ url: gate.url, ca: gate.certificate.cert, credential, clock, ...changes })
  open.push(one)
  return one
}

describe('call()', () => {
  test('answers with what the route says', async () => {
    const answer = await call(connection(), 'me', {})
    expect(answer).toMatchObject({ outcome: 'answered', value: { person: { name: 'Ada Quill' } } })
  })

  test('sends a proof again with the nonce that the gate asks for, and keeps it for the next call', async () => {
    gate.nonce = 'n-1'
    const one = connection()
    const before = gate.seen.length
    expect(await call(one, 'vaults', {})).toMatchObject({ outcome: 'answered' })
    expect(gate.seen.length - before).toBe(2)
    expect(await call(one, 'vaults', {})).toMatchObject({ outcome: 'answered' })
    expect(gate.seen.length - before).toBe(3)
  })

  test('asks for a nonce once only: a gate that never takes one is a session that is not taken', async () => {
    gate.nonce = 'never'
    const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'other' }
    gate.once.set('/vaults', problem(401, 'not-signed-in', {}, challenge))
    const before = gate.seen.length
    await expect(call(connection(), 'vaults', {})).rejects.toMatchObject({ code: 'not-signed-in' })
    expect(gate.seen.length - before).toBe(2)
  })

  test('waits as a 503 says and asks once more', async () => {
    gate.once.set('/vaults', problem(503, 'unavailable', {}, { 'retry-after': '2' }))
    expect(await call(connection(), 'vaults', {})).toMatchObject({ outcome: 'answered' })
    expect(slept).toEqual([2000])
  })

  test.each([
    ['a call that does something', 'POST', '1'],
    ['a wait that is too long', 'GET', '3600'],
    ['a wait that is no number', 'GET', 'Wed, 21 Oct 2026 07:28:00 GMT'],
  ])('does not ask again after %s', async (_, method, wait) => {
    const reply = problem(503, 'unavailable', { detail: 'cannot decide' }, { 'retry-after': wait })
    gate.once.set(method === 'POST' ? '/approve' : '/vaults', reply)
    const asked =
      method === 'POST'
        ? call(connection(), 'approveAuthorization', {
            params: { authorizationId: sampleIds.authorization },
            body: { effect: 'cd'.repeat(32) },
          })
        : call(connection(), 'vaults', {})
    await expect(asked).rejects.toMatchObject({ code: 'unavailable', message: 'cannot decide' })
    expect(slept).toEqual([])
  })

  const approval = {
    params: { authorizationId: sampleIds.authorization },
    body: { effect: 'cd'.repeat(32) },
  }

  test('sends a change whose connection breaks again, with the key that it had', async () => {
    gate.cutOff.set('/approve', 2)
    const before = gate.keys.length
    expect(await call(connection(), 'approveAuthorization', approval)).toMatchObject({ outcome: 'answered' })
    const keys = gate.keys.slice(before)
    expect(keys).toHaveLength(3)
    expect([...new Set(keys)]).toEqual([expect.stringMatching(/^"[0-9a-f-]{36}"$/)])
    expect(slept).toEqual([1000, 1000])
  })

  test('gives up after three broken connections, and has another key for the next change', async () => {
    gate.cutOff.set('/approve', 3)
    const before = gate.keys.length
    await expect(call(connection(), 'approveAuthorization', approval)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await call(connection(), 'approveAuthorization', approval)).toMatchObject({ outcome: 'answered' })
    const keys = gate.keys.slice(before)
    expect([keys.length, new Set(keys).size]).toEqual([4, 2])
  })

  test('a refusal by decision is a value with its reasons', async () => {
    gate.once.set('/vaults', refusal())
    expect(await call(connection(), 'vaults', {})).toMatchObject({
      outcome: 'refused',
      decisionId: sampleIds.decision,
      reasons: [{ code: 'no-coverage' }],
    })
  })

  test.each([
    ['a problem of the table', problem(409, 'conflict', { detail: 'it changed' }), 'conflict', 'it changed'],
    ['a page of somebody in between', { status: 502, body: '<html>' }, 'internal', 'the gate answered 502'],
    ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }, 'invalid-request', 'answered 302'],
    ['a body that is not JSON', { status: 200, body: '<html>' }, 'internal', 'is not JSON'],
    ['another shape', { status: 200, body: '{"vaults":[{"id":1}]}' }, 'internal', 'another shape at vaults.0.id'],
  ])('throws for %s', async (_, reply, code, text) => {
    gate.once.set('/vaults', reply)
    const failure = call(connection(), 'vaults', {})
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringContaining(text) as string })
  })

  test('sends nothing for nobody, and nothing for a session that ended', async () => {
    const before = gate.seen.length
    const gone = { ...credential, expiresAtMs: 0 }
    await expect(call(connection({ credential: null }), 'me', {})).rejects.toThrow('want `sallyport login` first')
    await expect(call(connection({ credential: gone }), 'me', {})).rejects.toThrow('ended at 1970-01-01T00:00:00.000Z')
    expect(gate.seen.length).toBe(before)
  })

  test('believes no certificate but those of the given authority', async () => {
    await expect(call(connection({ ca: null }), 'enclave', {})).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('is not trusted') as string,
    })
  })

  test('gives up on a gate that does not answer', async () => {
    const nowhere = connection({ url: 'https://127.0.0.1:1' })
    await expect(call(nowhere, 'enclave', {})).rejects.toThrow(/does not answer \(ECONNREFUSED\)/)
  })
})

describe('download()', () => {
  test('a refusal writes nothing', async () => {
    gate.refused.add('/export')
    const written: unknown[] = []
    const sink = new Writable({ write: (chunk, _, done) => (written.push(chunk), done()) })
    expect(await download(connection(), 'ledgerExport', { sink })).toMatchObject({ outcome: 'refused' })
    expect(written).toEqual([])
  })

  test('tells how far it is', async () => {
    const told: [number, number | null][] = []
    const sink = new Writable({ write: (_chunk, _, done) => done() })
    const progress = (done: number, total: number | null): void => void told.push([done, total])
    const answer = await download(connection(), 'ledgerExport', { sink, progress })
    const { length } = gate.ledger.exported
    expect(answer).toEqual({ outcome: 'answered', value: { bytes: length } })
    expect(told.at(-1)?.[0]).toBe(length)
  })
})

describe('requestShare()', () => {
  const request = {
    policyText: 'e30=',
    policy: { uuid: sampleIds.entry, labels: [] },
    keyAccess: { url: '' },
    keyAccessWire: {},
  }
  const ask = () => requestShare(connection(), { ...request, keyAccess: { url: `${gate.url}/kas` } } as never, true)
  const answered = (result: Record<string, unknown>) => ({
    status: 200,
    body: JSON.stringify({ responses: [{ results: [{ keyAccessObjectId: 'kao-0', ...result }] }] }),
  })
  const failed = (error: string, metadata = {}) => answered({ status: 'fail', error, metadata })

  test('a refusal without reasons tells what the gate names', async () => {
    const names = ['https://a.example/obl/export/value/not-on-the-roster']
    gate.once.set('/Rewrap', failed('code = PermissionDenied desc = forbidden', { 'X-Required-Obligations': names }))
    expect(await ask()).toEqual({
      outcome: 'refused',
      decisionId: null,
      reasons: [],
      receipt: null,
      unacknowledged: [],
      detail: 'The gate says only: not-on-the-roster',
    })
  })

  test.each([
    ['a file that was altered', failed('code = InvalidArgument desc = bad request'), 'invalid-file'],
    ['a gate that cannot decide', failed('code = Unavailable desc = try again later'), 'unavailable'],
    ['an answer without the key', { status: 200, body: '{"responses":[]}' }, 'internal'],
    ['an answer of another shape', { status: 200, body: '[]' }, 'internal'],
    ['a permit whose key does not open', answered({ status: 'permit', kasWrappedKey: 'AAAA' }), 'invalid-file'],
    ['a call that fails as a whole', { status: 400, body: '{"code":"invalid_argument"}' }, 'invalid-request'],
  ])('throws for %s', async (_, reply, code) => {
    gate.once.set('/Rewrap', reply)
    await expect(ask()).rejects.toMatchObject({ code })
  })
})
