// For tests only: HTTP/2 frames by hand, for what no client would send. SPEC: RFC 9113 section 4.1, RFC 7541 section 6.2.2.

import { connect, type TLSSocket } from 'node:tls'
import { concat, utf8 } from '@sallyport/protocol'

export const frameTypes = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, continuation: 9 } as const
export const flags = { endStream: 1, ack: 1, endHeaders: 4 } as const

export function frame(type: number, flag: number, stream: number, payload: Uint8Array = new Uint8Array()): Uint8Array {
  const head = new Uint8Array(9)
  const view = new DataView(head.buffer)
  view.setUint32(0, (payload.length << 8) | type)
  view.setUint8(4, flag)
  view.setUint32(5, stream)
  return concat(head, payload)
}

/** Write fields as literals that are never indexed. */
export function fields(...list: readonly (readonly [string, string])[]): Uint8Array {
  return concat(...list.map(([name, value]) => concat(Uint8Array.of(0x10), text(name), text(value))))
}

export const post = (path = '/', ...more: readonly (readonly [string, string])[]): Uint8Array =>
  fields([':method', 'POST'], [':scheme', 'https'], [':path', path], [':authority', 'localhost'], ...more)

function text(value: string): Uint8Array {
  const bytes = utf8(value)
  return concat(prefixed(bytes.length), bytes)
}

function prefixed(length: number): Uint8Array {
  if (length < 127) return Uint8Array.of(length)
  const rest: number[] = [127]
  let left = length - 127
  for (; left >= 128; left = left >> 7) rest.push((left & 127) | 128)
  return Uint8Array.of(...rest, left)
}

export interface Frame {
  readonly type: number
  readonly flag: number
  readonly stream: number
  readonly payload: Uint8Array
}

export interface Wire {
  readonly socket: TLSSocket
  readonly send: (...frames: readonly Uint8Array[]) => void
  /** What came so far. */
  readonly frames: readonly Frame[]
  /** Resolves once the other side has closed, to all that it sent. */
  readonly closed: Promise<readonly Frame[]>
  /** Resolves with the first frame that fits. */
  readonly first: (fits: (frame: Frame) => boolean) => Promise<Frame>
}

/** Connect, say the preface, and let whoever asked write frames. */
export async function openWire(port: number, ca: string): Promise<Wire> {
  const socket = connect({ host: 'localhost', port, ca, ALPNProtocols: ['h2'] })
  const frames: Frame[] = []
  const waiting = new Set<() => void>()
  let rest: Uint8Array = new Uint8Array()
  socket.on('data', (chunk: Uint8Array) => {
    rest = concat(rest, chunk)
    for (let length = sizeOf(rest); rest.length >= length + 9; length = sizeOf(rest)) {
      const view = new DataView(rest.buffer, rest.byteOffset)
      const payload = rest.slice(9, 9 + length)
      frames.push({ type: view.getUint8(3), flag: view.getUint8(4), stream: view.getUint32(5), payload })
      rest = rest.slice(9 + length)
    }
    for (const look of waiting) look()
  })
  // What is cut off while it still sends has its connection reset.
  const closed = new Promise<readonly Frame[]>((resolve) => {
    socket.on('error', () => resolve(frames)).on('close', () => resolve(frames))
  })
  await new Promise((resolve) => socket.once('secureConnect', resolve))
  socket.write(concat(utf8('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(frameTypes.settings, 0, 0)))
  return {
    socket,
    frames,
    closed,
    send: (...sent) => socket.write(concat(...sent)),
    first: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = frames.find(fits)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        void closed.then(() => reject(new Error('the connection closed first')))
        look()
      }),
  }
}

function sizeOf(bytes: Uint8Array): number {
  return bytes.length < 9 ? Number.MAX_SAFE_INTEGER : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) >>> 8
}
