import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureSelfSigned, type SelfSigned } from './self-signed.ts'
import { manualClock, type ManualClock } from './testing.ts'

const dayMs = 86_400_000

let directory: string
let clock: ManualClock

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'self-signed-')), 'tls')
  clock = manualClock(Date.now())
})

afterEach(() => rm(join(directory, '..'), { recursive: true }))

const ensure = (...hostnames: string[]) => ensureSelfSigned({ directory, hostnames, clock })

/** The error code of a TLS connection to `servername`, or null when it was authorized. */
async function visit(server: SelfSigned, ca: string, servername: string): Promise<string | null> {
  const listening = createServer({ cert: server.certPem, key: server.keyPem }, (socket) => socket.end()).listen(0)
  listening.on('tlsClientError', () => {})
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', ca, servername, rejectUnauthorized: true })
  try {
    await once(socket, 'secureConnect')
    return null
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  } finally {
    socket.destroy()
    listening.close()
  }
}

test('ensureSelfSigned() makes a server that clients of its authority trust, by each of its names', async () => {
  const made = await ensure('gate.example', '10.1.2.3', '2001:db8::7')
  expect(await visit(made, made.caPem, 'localhost')).toBeNull()
  expect(await visit(made, made.caPem, 'gate.example')).toBeNull()
  const certificate = new X509Certificate(made.certPem)
  for (const address of ['127.0.0.1', '::1', '10.1.2.3', '2001:db8::7'])
    expect(certificate.checkIP(address)).toBe(address)
  expect(certificate.ca).toBe(false)
})

test('ensureSelfSigned() makes nothing that is trusted for another name or by another authority', async () => {
  const made = await ensure()
  expect(await visit(made, made.caPem, 'elsewhere.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  const other = await ensureSelfSigned({ directory: join(directory, 'other'), hostnames: [], clock })
  expect(await visit(made, other.caPem, 'localhost')).not.toBeNull()
})

test('ensureSelfSigned() keeps everything private, and the same over restarts', async () => {
  const first = await ensure()
  expect(await ensure()).toEqual(first)
  clock.advance(300 * dayMs)
  expect(await ensure()).toEqual(first)
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
  const keys = (await readdir(directory)).filter((name) => name.endsWith('.pem'))
  expect(keys.toSorted()).toEqual(['authority-key.pem', 'authority.pem', 'server-key.pem', 'server.pem'])
  for (const name of keys) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
})

test('ensureSelfSigned() renews the server near its end, and the authority before it could not sign a whole term', async () => {
  const first = await ensure()
  clock.advance(340 * dayMs)
  const renewed = await ensure()
  expect(renewed.caPem).toBe(first.caPem)
  expect(renewed.certPem).not.toBe(first.certPem)
  expect(new X509Certificate(renewed.certPem).verify(new X509Certificate(first.caPem).publicKey)).toBe(true)
  clock.advance(3000 * dayMs)
  const replaced = await ensure()
  expect(replaced.caPem).not.toBe(first.caPem)
  const end = new X509Certificate(replaced.certPem).validToDate.getTime()
  expect(new X509Certificate(replaced.caPem).validToDate.getTime()).toBeGreaterThan(end)
})

test('ensureSelfSigned() makes new ones for further names, and the authority is constrained to them', async () => {
  const first = await ensure()
  const second = await ensure('gate.example')
  expect(second.caPem).not.toBe(first.caPem)
  expect(await visit(second, second.caPem, 'gate.example')).toBeNull()
  expect(Buffer.from(new X509Certificate(second.caPem).raw).includes('gate.example')).toBe(true)
  expect(Buffer.from(new X509Certificate(first.caPem).raw).includes('gate.example')).toBe(false)
})

test('ensureSelfSigned() repairs files that are damaged or of another key', async () => {
  const first = await ensure()
  await writeFile(join(directory, 'server.pem'), 'damaged')
  const second = await ensure()
  expect(second.caPem).toBe(first.caPem)
  await writeFile(join(directory, 'server-key.pem'), first.keyPem)
  const third = await ensure()
  expect(await visit(third, first.caPem, 'localhost')).toBeNull()
})

test('ensureSelfSigned() by two processes at once gives both the same', async () => {
  const [one, two] = await Promise.all([ensure(), ensure()])
  expect(one).toEqual(two)
})

test('ensureSelfSigned() refuses hostnames that are none', async () => {
  for (const host of ['', 'a b', '*.example', 'x'.repeat(64), 'a..b', 'http://a']) {
    await expect(ensure(host)).rejects.toMatchObject({ code: 'invalid-request' })
  }
})
