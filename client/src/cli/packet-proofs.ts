// The entries of a packet, each with the proof of it in a file of its own: for whoever needs one entry and not the packet.
// SPEC: C2SP tlog-proof.

import { writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { formatTlogProof, type VerifyKey } from '@sallyport/protocol/ledger'
import type { PacketFacts } from '@sallyport/protocol/packet'
import { openPacket } from '../packet/index.ts'
import type { Context } from './context.ts'
import { isThere } from './out-path.ts'

/**
 * Write `N.json` (the bytes of the entry at N) and `N.tlog-proof` of every entry to a new folder. The packet was found intact before.
 * Returns how many. Throws Problem `conflict` where the folder is there.
 */
export async function writeProofs(
  { environment }: Context,
  { packet, folder: given, keys }: { packet: string; folder: string; keys: readonly VerifyKey[] | null },
  { statement }: PacketFacts,
): Promise<{ readonly folder: string; readonly count: number }> {
  const folder = resolve(environment.workingFolder, given)
  await mkdir(folder, { mode: 0o700 }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    if (code === 'EEXIST') throw isThere(folder)
    throw new Problem('not-found', `cannot make folder ${folder}: ${String(code)}, want one above it`, { cause })
  })
  const note = statement.ledger.checkpoint
  let count = 0
  const onEntry = (index: number, { bytes, proof }: { bytes: Uint8Array; proof: readonly Uint8Array[] }): void => {
    writeFileSync(join(folder, `${index}.json`), bytes, { flag: 'wx', mode: 0o600 })
    const text = formatTlogProof({ index, proof, note, extra: null })
    writeFileSync(join(folder, `${index}.tlog-proof`), text, { flag: 'wx', mode: 0o600 })
    count++
  }
  const again = await openPacket(packet, { keys, timestampRoots: null, onEntry })
  if (again.verdict === 'altered') throw new Problem('conflict', `cannot use ${packet}: it changed while it was read`)
  return { folder, count }
}
