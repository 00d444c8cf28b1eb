// A packet held against an export of the whole ledger.

import { createReadStream } from 'node:fs'
import { Problem } from '@sallyport/protocol'
import { verifyExport, type VerifyKey } from '@sallyport/protocol/ledger'
import { verifySelection, type LeftOut, type PacketFacts } from '@sallyport/protocol/packet'
import { sha256, verifySignature } from '../session/index.ts'

/**
 * Find the first entry that belongs into a packet and is not in it; null where none was left out. Throws Problem `invalid-file` for
 * an export that does not verify under these keys, or that does not hold what the packet's checkpoint saw.
 */
export async function leftOutOf(
  path: string,
  { statement, checkpoint }: PacketFacts,
  keys: readonly VerifyKey[],
  has: (index: number) => boolean,
): Promise<LeftOut | null> {
  const read = () => createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>
  const { origin } = statement.ledger
  const verdict = await verifyExport(read(), { origin, keys, sha256, verify: verifySignature, outside: checkpoint })
  if (verdict.verdict === 'altered') {
    const want = 'want one of the ledger of the packet'
    throw new Problem('invalid-file', `cannot use export ${path}: ${verdict.fault.text}, ${want}`)
  }
  return await verifySelection(read(), statement.selection, has)
}
