// A packet in a file of this machine.

import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { Problem } from '@sallyport/protocol'
import type { VerifyKey } from '@sallyport/protocol/ledger'
import { verifyPacket, type OnEntry, type PacketVerdict, type RunningHash } from '@sallyport/protocol/packet'
import { sha256, verifySignature } from '../session/index.ts'
import { timestampCrypto } from './timestamp-crypto.ts'

export interface OpenPacketOptions {
  /** Keys that somebody trusts; null for those that the packet names of itself. */
  readonly keys: readonly VerifyKey[] | null
  /** DER of the roots that timestamps must lead to; null for those that the packet names of itself. */
  readonly timestampRoots: readonly Uint8Array[] | null
  readonly progress?: (done: number, total: number) => void
  /** Told the position of every entry that is proven, its bytes and its proof. */
  readonly onEntry?: (index: number, proven: Parameters<OnEntry>[2]) => void
}

/** Check a packet in a file, whatever its size. Throws Problem `not-found` for a file that cannot be read. */
export async function openPacket(
  path: string,
  { keys, timestampRoots, progress, onEntry }: OpenPacketOptions,
): Promise<PacketVerdict> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new Problem('not-found', `cannot read ${path}: it cannot be read, want an evidence packet`, { cause })
  })
  try {
    const { size } = await file.stat()
    const read = async (at: number, length: number): Promise<Uint8Array> => {
      const bytes = new Uint8Array(length)
      for (let filled = 0; filled < length;) {
        const { bytesRead } = await file.read(bytes, filled, length - filled, at + filled)
        if (bytesRead === 0) throw new Problem('invalid-file', `cannot read ${path}: it grew shorter while it was read`)
        filled += bytesRead
      }
      return bytes
    }
    const options = { keys, sha256, runningHash, verify: verifySignature, timestampCrypto, timestampRoots }
    return await verifyPacket(
      { size, read },
      {
        ...options,
        ...(progress === undefined ? {} : { progress }),
        ...(onEntry === undefined ? {} : { onEntry: (index, _, proven) => onEntry(index, proven) }),
      },
    )
  } finally {
    await file.close()
  }
}

function runningHash(): RunningHash {
  const hash = createHash('sha256')
  return { update: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.digest()) }
}
