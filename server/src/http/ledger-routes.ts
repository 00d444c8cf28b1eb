// Routes of the ledger: what anybody may have of it, and what a decision permits.

import { canonicalJson, Problem, toBase64, utf8 } from '@sallyport/protocol'
import { proveReceipt as proveBody, replayQuery, timestampsQuery, type receiptProved } from '@sallyport/protocol/api'
import {
  formatTlogProof,
  parseReceipt,
  parseTileLevel,
  parseTileName,
  tileWidth,
  type Receipt,
  type TileName,
} from '@sallyport/protocol/ledger'
import * as z from 'zod'
import { firstFinding, type ReceiptProof } from '../ledger/index.ts'
import { compareTables, exportLedger, readAlarms, readEntryBundle, replayDecisions } from '../policy/index.ts'
import { permitted, type Call, type Gate, type Looked } from './gate.ts'
import type { Kept } from './kept.ts'

export const ledgerRoutes = {
  async ledgerExport(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' })
    return { stream: exportLedger(permit, gate.records.ledger) }
  },

  async ledgerReplay(gate: Gate, call: Call) {
    const { first } = replayQuery.parse(call.query)
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' })
    return await replayDecisions(permit, gate.records, { from: first })
  },

  async ledgerReconcile(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' })
    const compared = await compareTables(permit, gate.records)
    const { atMs, entries, pending, unknown, unread } = compared
    return {
      at: new Date(atMs).toISOString(),
      entries,
      pending,
      unknown,
      unread,
      tables: compared.tables.map(({ table, rows, faults, rowsNotCovered, columnsNotCovered }) => ({
        table,
        rows,
        faults,
        rowsNotCovered,
        columnsNotCovered,
      })),
      finding: firstFinding(compared),
    }
  },

  async proveReceipt(gate: Gate, call: Call) {
    const receipt = parseReceipt(proveBody.parse(call.body).receipt)
    if (receipt === null) throw new Problem('invalid-request', 'cannot look up receipt: it has not the form of one')
    return shown(receipt, await gate.ledger.proveReceipt(receipt, call.place.name))
  },

  async ledgerAlarms(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' })
    const found = await readAlarms(permit, gate.records.ledger)
    return {
      alarms: found.map(({ id, atMs, body }) => ({ id, at: new Date(atMs).toISOString(), ...alarm.parse(body) })),
    }
  },

  async ledgerTimestamps(gate: Gate, call: Call) {
    refuseElsewhere(gate, call)
    const { after = -1 } = timestampsQuery.parse(call.query)
    const { stamps, hasMore, trouble, lastMs } = await gate.ledger.timestamps(after)
    return {
      isAsked: gate.stampsCheckpoints,
      trouble,
      lastAt: lastMs === null ? null : new Date(lastMs).toISOString(),
      timestamps: stamps.map(({ size, note, answer, authorityAtMs, entryId }) => ({
        size,
        note,
        answer: toBase64(answer),
        authorityAt: new Date(authorityAtMs).toISOString(),
        entryId,
      })),
      next: hasMore ? (stamps.at(-1)?.size ?? null) : null,
    }
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

/** An alarm as its entry has it. */
const alarm = z
  .object({
    receipt: z.object({ entryId: z.string(), at: z.string(), leafHash: z.string() }),
    raisedFrom: z.string().nullable(),
  })
  .transform(({ receipt: { entryId, at, leafHash }, raisedFrom }) => ({
    entryId,
    recordedAt: at,
    leafHash,
    raisedFrom,
  }))

function shown(receipt: Receipt, proved: ReceiptProof): z.output<typeof receiptProved> {
  const nothing = { isOverdue: false, index: null, proof: null, alarm: null }
  if (proved.state === 'lost') return { ...nothing, state: 'lost', isOverdue: true, alarm: proved.alarm }
  if (proved.state !== 'in-tree') return { ...nothing, ...proved }
  const { index, proof, note } = proved
  const extra = utf8(canonicalJson({ ...receipt }))
  return { ...nothing, state: 'in-tree', index, proof: formatTlogProof({ index, proof, note, extra }) }
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
