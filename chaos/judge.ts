// What must hold of a journal and the tree that was read after it. Every fault is said in words; none is none.

import type { Journal, ReleasedKey } from './journal.ts'
import type { RecordedTree } from './recorded-tree.ts'

/** How much of a journal was judged before. */
export interface Judged {
  acknowledged: number
  keys: number
  endings: number
  checkpoints: number
  strange: number
}

/** How much of a journal there is now: what comes later waits for the next look. */
export function extentOf({ acknowledged, keys, endings, checkpoints, strange }: Journal): Judged {
  return {
    acknowledged: acknowledged.length,
    keys: keys.length,
    endings: endings.length,
    checkpoints: checkpoints.length,
    strange: strange.length,
  }
}

/** Judge what came between two extents. `tree` was read after the second. */
export async function judge(
  journal: Journal,
  tree: RecordedTree,
  from: Judged,
  to: Judged,
): Promise<readonly string[]> {
  const faults = journal.strange.slice(from.strange, to.strange).map((what) => `unexplained: ${what}`)
  for (const { what, receipt } of journal.acknowledged.slice(from.acknowledged, to.acknowledged)) {
    const fault = await tree.faultOfReceipt(receipt)
    if (fault !== null) faults.push(`acknowledged and lost: ${what}, receipt ${receipt.entryId}: ${fault}`)
  }
  for (const note of journal.checkpoints.slice(from.checkpoints, to.checkpoints)) {
    const fault = await tree.faultOf(note)
    if (fault !== null) faults.push(`I7: ${fault}`)
  }
  for (const key of journal.keys.slice(from.keys, to.keys)) faults.push(...faultsOfKey(key, tree))
  return [...faults, ...lateKeys(journal, from, to), ...latePermits(journal, tree)]
}

/** I2: a key that was seen has the durable entry of the decision that gave it. */
function faultsOfKey({ decision, personId, fileId, isRight }: ReleasedKey, tree: RecordedTree): string[] {
  const entry = decision === null ? undefined : tree.entries.get(decision)
  if (entry === undefined) return [`I2: a key of ${fileId} whose decision ${decision} is not in the tree`]
  const isOfIt = entry.kind === 'decision.permit' && entry.actor === personId && entry.about?.id === fileId
  if (!isOfIt) return [`I2: a key of ${fileId} whose decision ${decision} is of something else: ${entry.kind}`]
  return isRight ? [] : [`another key than that of ${fileId} came back`]
}

/** I3, as the client sees it. The time is taken before the request is sent and after the acknowledgement has come. */
function lateKeys({ keys, endings }: Journal, from: Judged, to: Judged): string[] {
  const ended = new Map(endings.map(({ id, acknowledgedAt }) => [id, acknowledgedAt]))
  return keys
    .slice(from.keys, to.keys)
    .filter(({ personId, fileId, sentAt }) =>
      [personId, fileId].some((id) => sentAt > (ended.get(id) ?? Number.POSITIVE_INFINITY)),
    )
    .map(({ personId, fileId }) => `I3: a key of ${fileId} for ${personId} after an acknowledged end`)
}

/** I3, as the ledger has it: no permit to open behind the entry that ended its person or its file. */
function latePermits({ endings }: Journal, tree: RecordedTree): string[] {
  const endedAt = new Map(endings.map(({ id, entryId }) => [id, tree.entries.get(entryId)?.index ?? Infinity]))
  return [...tree.entries.values()]
    .filter(({ kind, body }) => kind === 'decision.permit' && body['action'] === 'file.open')
    .filter(({ actor, about, index }) => [actor, about?.id].some((id) => index > (endedAt.get(id ?? '') ?? Infinity)))
    .map(({ id, index }) => `I3: permit ${id} at ${index}, behind the end of its person or file`)
}
