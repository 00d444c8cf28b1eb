// Routes of the ledger: what anybody may have of it, and what a decision permits.

import { Problem, utf8 } from '@sallyport/protocol'
import { replayQuery } from '@sallyport/protocol/api'
import { parseTileLevel, parseTileName, tileWidth, type TileName } from '@sallyport/protocol/ledger'
import { exportLedger, readEntryBundle, replayDecisions } from '../policy/index.ts'
import { permitted, type Call, type Gate, type Looked } from './gate.ts'
import type { Kept } from './kept.ts'

export const ledgerRoutes = {
  async ledgerExport(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' })
    return { stream: exportLedger(permit, gate.records.ledger) }
  },

  async ledgerReplay(gate: Gate, call: Call) {
    const { from } = replayQuery.parse(call.query)
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' })
    return await replayDecisions(permit, gate.records, { from })
  },

  async checkpoint(gate: Gate, call: Call): Promise<Kept> {
    refuseElsewhere(gate, call)
    return { content: utf8(await gate.ledger.checkpoint()), lifetime: 'moment', by: keptBy(gate) }
  },

  async ledgerTile(gate: Gate, call: Call): Promise<Kept> {
    refuseElsewhere(gate, call)
    const level = parseTileLevel(call.params['level'] ?? '')
    const name = parseTileName(call.params['tile'] ?? '')
    const content = level === null || name === null ? null : await gate.ledger.hashTile(level, name)
    if (content === null) throw notCovered()
    return { content, lifetime: 'forever', by: keptBy(gate) }
  },

  async ledgerEntries(gate: Gate, call: Call): Promise<Kept> {
    const name = parseTileName(call.params['tile'] ?? '')
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' }, lookedAt(name))
    const content = name === null ? null : await readEntryBundle(permit, gate.records.ledger, name)
    if (content === null) throw notCovered()
    return { content, lifetime: 'never', by: 'its-reader' }
  },
}

/** Where checkpoints and tiles are for known places alone, answer everybody else as if there were none. */
function refuseElsewhere({ ledgerOpenTo }: Gate, { place }: Call): void {
  if (ledgerOpenTo === 'places' && place.name === null) throw notCovered()
}

function keptBy({ ledgerOpenTo }: Gate): Kept['by'] {
  return ledgerOpenTo === 'anybody' ? 'anybody' : 'its-reader'
}

function lookedAt(name: TileName | null): Looked | undefined {
  if (name === null) return undefined
  const first = name.n * tileWidth
  return { kind: 'entries', id: `${first}-${first + name.width - 1}` }
}

function notCovered(): Problem {
  return new Problem('not-found', 'cannot answer: no checkpoint covers that, or there is no such tile')
}
