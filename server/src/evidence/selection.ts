// Which entries answer a question. An entry is chosen by what its bytes say, so that whoever has the ledger can choose the same.

import { parseId, Problem, slug, type Id } from '@sallyport/protocol'
import type { QuestionKind, Selection } from '@sallyport/protocol/packet'
import type { Database } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { allRecordsOf, goOnIn } from '../roster/index.ts'

export interface PacketQuestion {
  readonly kind: QuestionKind
  /** Of a program its name, of the others their id; null for a period. */
  readonly id: string | null
  /** Milliseconds since the Unix epoch; null where there is no bound. */
  readonly fromMs: number | null
  /** The first moment that is no longer asked for. */
  readonly toMs: number | null
  readonly purpose: string | null
}

interface SelectionParts {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'evidence'>
  readonly namespace: string
}

/** Find what a question chooses in the tree of `size`. Throws Problem `invalid-request` for a question that is none. */
export async function selectionOf(
  parts: SelectionParts,
  question: PacketQuestion,
  size: number,
): Promise<Omit<Selection, 'entries'>> {
  const { fromMs, toMs } = question
  const filter = await filterOf(parts, question)
  if (fromMs !== null && toMs !== null && fromMs >= toMs) throw wrong('it ends before it begins', '--from before --to')
  const range =
    fromMs === null && toMs === null
      ? { first: 0, end: size }
      : await parts.ledger.evidence.range({ fromMs, toMs }, size)
  const isPeriod = filter === null
  return { ...range, filter, edges: { before: isPeriod && range.first > 0, after: isPeriod && range.end < size } }
}

async function filterOf(
  { database, namespace }: SelectionParts,
  { kind, id, fromMs, toMs }: PacketQuestion,
): Promise<Selection['filter']> {
  if (kind === 'period') {
    if (id !== null) throw wrong('a period has no id', 'none')
    if (fromMs === null || toMs === null) throw wrong('a period has two ends', 'both --from and --to')
    return null
  }
  if (kind === 'program') {
    const name = slug.safeParse(id)
    if (!name.success) throw wrong('that is no name of a program', 'one as in its label')
    // A label in the list of labels, and an assignment. The quotes keep `falcon` from being found in `falcon-two`.
    const label = `https://${namespace}/attr/program/value/${name.data}`
    return { anyOf: [JSON.stringify(label), `"program":${JSON.stringify(name.data)}`] }
  }
  const known = parseId(id)
  if (known === null) throw wrong(`that is no id of a ${kind}`, 'a uuid')
  return { anyOf: kind === 'person' ? await everyRecordOf(database, known as Id<'person'>) : [known] }
}

/** A human being whose records were merged is asked for by all of them. */
async function everyRecordOf(database: Database, id: Id<'person'>): Promise<string[]> {
  const kept = (await goOnIn(database, [id])).get(id) ?? id
  const all = new Set<string>([id, kept, ...(await allRecordsOf(database, kept))])
  return [...all].sort().slice(0, 64)
}

function wrong(state: string, want: string): Problem {
  return new Problem('invalid-request', `cannot make packet: ${state}, want ${want}`)
}
