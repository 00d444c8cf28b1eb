import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
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
