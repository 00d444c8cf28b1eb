// How entries come into the pending table, with and without something that they rest on.

import { seen, slotOf, toShare, toWrite, write, type Slot, type Tx, type Work } from './rows.ts'
import type { Statements } from './statements.ts'

/** The epoch is read, and held where it is, before the first row goes in; only rows that rest on it do. */
export function* insertWhile(at: Statements, tx: Tx, values: readonly unknown[], isHeld = true): Work {
  const { epoch } = at.tables
  if (isHeld) yield* toShare(epoch, tx)
  const held = seen(epoch, tx)
  const restOn = values[10] as number[]
  const [row] = yield* insertPending(at, tx, values, (i) => restOn[i] === held)
  return [{ ...row, held }]
}

export function* insertPending(
  { tables, now }: Statements,
  tx: Tx,
  values: readonly unknown[],
  isMeant: (i: number) => boolean = () => true,
): Work {
  const [bytes, hashes, ids, kinds, actors, aboutKinds, aboutIds, atMs, starts, lengths] = values
  const inserted: string[] = []
  for (const [i, id] of (ids as string[]).entries()) {
    if (!isMeant(i)) continue
    const slot = placeIn(tables.pending, id)
    // A row of that id that another transaction is writing or taking away is waited for: only then is it known.
    yield* toWrite(slot, tx)
    if (seen(slot, tx) !== null) continue
    const start = (starts as number[])[i] ?? 0
    write(slot, tx, {
      id,
      kind: (kinds as string[])[i] ?? '',
      actor: (actors as (string | null)[])[i] ?? null,
      aboutKind: (aboutKinds as (string | null)[])[i] ?? null,
      aboutId: (aboutIds as (string | null)[])[i] ?? null,
      atMs: Number(atMs),
      bytes: (bytes as Uint8Array).slice(start, start + ((lengths as number[])[i] ?? 0)),
      leafHash: (hashes as Uint8Array).slice(i * 32, i * 32 + 32),
    })
    inserted.push(id)
  }
  const isWhole = inserted.length === (ids as string[]).length
  return [{ now_ms: now(), count: inserted.length, ids: isWhole || inserted.length === 0 ? null : inserted }]
}

export function placeIn<T>(map: Map<string, Slot<T>>, key: string): Slot<T> {
  const slot = map.get(key) ?? slotOf<T>(null)
  map.set(key, slot)
  return slot
}
