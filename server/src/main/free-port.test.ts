import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePort, portName } from './testing.ts'

test.runIf(process.platform === 'linux')(
  'freePort() gives no port that another process was given, though nobody listens there yet, and its own again',
  async () => {
    const given = await freePort(9300)
    expect(await freePort(9300)).toBe(given)
    // As another process holds it.
    const other = createServer()
    const next = await freePort(given + 1).then((port) => port + 1)
    await once(other.listen(portName(next)), 'listening')
    expect(await freePort(next)).toBeGreaterThan(next)
    other.close()
  },
)
