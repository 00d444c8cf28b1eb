import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectHttp2 } from 'node:http2'
import { Agent, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { ensureSelfSigned, systemClock } from '../base/index.ts'
import { makeListener } from './listener.ts'
import { gateClient, makeSite, serveHere } from './testing.ts'

test('close() ends though clients go on asking, and whoever asks until then is answered', async () => {
  const site = await makeSite()
  try {
    const gate = await serveHere(site, 9790)
    const client = await gateClient(gate)
    const [token, file] = [await client.token('ada'), await client.fileToOpen()]
    const answers = new Set<string>()
    const asking = async (ask: () => Promise<string>): Promise<string> => {
      for (;;) {
        try {
          answers.add(await ask())
        } catch (error) {
          return error instanceof Error && 'code' in error ? String(error.code) : String(error)
        }
      }
    }
    const open = async () => Object.keys(await client.open(token, file)).join()
    const read = async () => String((await client.call('GET', '/healthz')).status)
    const clients = Array.from({ length: 8 }, (_, n) => asking(n % 2 === 0 ? open : read))
    await setTimeout(500)
    await gate.close()
    for (const end of await Promise.all(clients)) expect(['ECONNREFUSED', 'ECONNRESET']).toContain(end)
    expect([...answers].toSorted()).toEqual(['200', 'key,decision'])
    client.close()
  } finally {
    await site.stop()
  }
}, 60_000)

// Without what ends them the first is waited for until its client may ask no more (20 s), the second until it is silent for two minutes.
test.each(['that was being answered', 'on which nothing was asked yet'])(
  'close() does not wait for a connection %s',
  async (which) => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-closing-'))
    const { certPem, keyPem, caPem } = await ensureSelfSigned({ directory: folder, hostnames: [], clock: systemClock })
    const asked = Promise.withResolvers<void>()
    const answering = Promise.withResolvers<void>()
    const server = makeListener({ tls: { cert: certPem, key: keyPem }, clock: systemClock }, (_, response) => {
      asked.resolve()
      void answering.promise.then(() => response.end('ok'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const at = { host: '127.0.0.1', port, servername: 'localhost', ca: caPem }
    const agent = new Agent({ keepAlive: true })
    const socket = connect(at)
    socket.on('error', () => undefined)
    if (which === 'that was being answered') {
      socket.destroy()
      request({ ...at, agent }, (answer) => answer.resume()).end()
      await asked.promise
    } else await once(socket, 'secureConnect')
    const closed = once(server, 'close')
    server.close()
    answering.resolve()
    await closed
    expect(server.listening).toBe(false)
    socket.destroy()
    agent.destroy()
    await rm(folder, { recursive: true, force: true })
  },
  15_000,
)

// Without what ends it, it is waited for until its exchange is silent for two minutes, and where the client is gone, without end.
test('close() ends a connection on which nothing comes or goes in the middle of an answer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-closing-'))
  const { certPem, keyPem, caPem } = await ensureSelfSigned({ directory: folder, hostnames: [], clock: systemClock })
  const tls = { cert: certPem, key: keyPem }
  const server = makeListener({ tls, clock: systemClock, closingSilenceMs: 300 }, (_, response) => {
    response.end(Buffer.alloc(4_000_000))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connectHttp2(`https://localhost:${port}`, { ca: caPem })
  client.on('error', () => undefined)
  const exchange = client.request({ ':path': '/' })
  exchange.on('error', () => undefined)
  // Its answer is more than may be under way, and nobody reads it.
  await once(exchange, 'response')
  const closed = once(server, 'close')
  server.close()
  await closed
  expect(server.listening).toBe(false)
  client.destroy()
  await rm(folder, { recursive: true, force: true })
}, 15_000)
