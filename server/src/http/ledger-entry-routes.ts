// Routes of single entries of the ledger. Reading them is on record itself, with what was asked for where that is an id.

import { parseId, Problem, toBase64, type Id } from '@sallyport/protocol'
import { ledgerEntriesQuery, type ListedEntry } from '@sallyport/protocol/api'
import { readEntry, searchLedger, type EntrySearch, type FoundEntry } from '../policy/index.ts'
import { permitted, type Call, type Gate, type Looked } from './gate.ts'
import { namingThings } from './naming-things.ts'

export const ledgerEntryRoutes = {
  async ledgerEntryList(gate: Gate, call: Call) {
    const { kind = null, without, by, text = null, from, to, after } = ledgerEntriesQuery.parse(call.query)
    const asked: EntrySearch = {
      kind,
      isChange: without === 'decisions',
      by: (by ?? null) as Id<'person'> | null,
      text,
      fromMs: from === undefined ? null : Date.parse(from),
      toMs: to === undefined ? null : Date.parse(to),
    }
    const list = `entries ${JSON.stringify(asked)}`
    const [before = null] = after === undefined ? [] : await gate.cursors.open(list, after)
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' }, lookedAt(asked))
    const place = before === null ? null : Number(before)
    const { entries, next, ledgerSize } = await searchLedger(permit, gate.records.ledger, asked, place)
    return {
      entries: await shown(gate, entries),
      next: next === null ? null : await gate.cursors.seal(list, [String(next)]),
      ledgerSize,
    }
  },

  async ledgerEntry(gate: Gate, call: Call) {
    const id = parseId<'entry'>(call.params['entryId'])
    const looked = id === null ? undefined : ({ kind: 'entry', id } as const)
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' }, looked)
    const found = id === null ? null : await readEntry(permit, gate.records.ledger, id)
    if (found === null)
      throw new Problem('not-found', 'cannot show the entry: the ledger has none of that id, want one')
    const named = await namingThings(gate, [found])
    const { by, about } = named(found)
    return { index: found.index, bytes: toBase64(found.bytes), by, aboutName: about?.name ?? '' }
  },
}

/** What was asked for, where it is an id: what somebody typed does not go on record with it. */
function lookedAt({ by, text }: EntrySearch): Looked {
  if (by !== null) return { kind: 'person', id: by }
  const id = parseId<'entry'>(text ?? '')
  return id === null ? { kind: 'entries', id: '' } : { kind: 'entry', id }
}

async function shown(gate: Gate, entries: readonly FoundEntry[]): Promise<ListedEntry[]> {
  const named = await namingThings(gate, entries)
  return entries.map((one) => ({
    id: one.id,
    index: one.index,
    at: new Date(one.atMs).toISOString(),
    kind: one.kind,
    ...named(one),
    action: typeof one.body['action'] === 'string' ? one.body['action'] : null,
  }))
}
