// A network between two ends that can be made bad: connections that break after so many bytes of either direction, in the middle of
// whatever they carry, or that carry nothing for a while.

import { once } from 'node:events'
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net'

export interface CuttingProxy {
  readonly port: number
  /** Break each connection, old or new, when it has carried so many bytes more; null breaks none. */
  readonly cut: (after: (() => number) | null) => void
  /** Carry nothing, and break nothing, until told otherwise. */
  readonly hold: (isHeld: boolean) => void
  readonly close: () => Promise<void>
}

interface Link {
  readonly ends: readonly [Socket, Socket]
  /** Bytes that it still carries. */
  left: number
}

/** Listen on a port of its own of the loopback, and carry what comes to a target. */
export async function cuttingProxy(target: NetConnectOpts): Promise<CuttingProxy> {
  const links = new Set<Link>()
  const state = { after: null as (() => number) | null, isHeld: false }
  const budget = (): number => state.after?.() ?? Number.POSITIVE_INFINITY

  const server = createServer((near) => {
    const link: Link = { ends: [near, connect(target)], left: budget() }
    links.add(link)
    const [one, other] = link.ends
    carry(link, one, other)
    carry(link, other, one)
    for (const end of link.ends) {
      if (state.isHeld) end.pause()
      // What breaks at one end breaks at the other, too.
      end.on('error', () => {})
      end.on('close', () => {
        links.delete(link)
        breakOff(link)
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    cut(after) {
      state.after = after
      for (const link of links) link.left = budget()
    },
    hold(isHeld) {
      state.isHeld = isHeld
      for (const end of [...links].flatMap(({ ends }) => ends)) {
        if (isHeld) end.pause()
        else end.resume()
      }
    },
    async close() {
      for (const link of links) breakOff(link)
      server.close()
      await once(server, 'close')
    },
  }
}

function carry(link: Link, from: Socket, to: Socket): void {
  from.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, Math.max(0, link.left))
    link.left -= chunk.length
    to.write(part)
    if (link.left > 0) return
    // The last bytes are to arrive: cut after them, not instead of them.
    setImmediate(() => breakOff(link))
  })
  from.on('end', () => to.end())
}

function breakOff({ ends }: Link): void {
  for (const end of ends) if (!end.destroyed) end.destroy()
}
