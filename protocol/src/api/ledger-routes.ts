// Routes of the ledger. What C2SP tlog-tiles puts at fixed paths stands outside of /api/v1, under the prefix `/ledger`.

import { replayed } from './decisions.ts'
import { alarms, proveReceipt, receiptProved, reconciled, timestamps } from './ledger.ts'
import { replayQuery, timestampsQuery } from './query.ts'
import type { Route } from './route.ts'

const anybody = 'a checkpoint is made to be kept by others, and tells the size and the root of the ledger alone'
const salted = 'every hash is of an entry with a salt in it, so that it tells nothing about the entry'

const held = 'a receipt is signed by the ledger, and whoever holds one may hold the ledger to it'

export const ledgerRoutes = {
  ledgerExport: {
    method: 'GET',
    path: '/api/v1/ledger/export',
    summary: 'The whole ledger in one file that verifies offline',
    access: 'ledger.read',
    answer: 'bytes',
  },
  ledgerReplay: {
    method: 'GET',
    path: '/api/v1/ledger/replay',
    summary:
      'Decide recorded decisions again from their entries, 100,000 entries at a time, and tell the first that falls otherwise',
    access: 'ledger.read',
    query: replayQuery,
    answer: replayed,
  },
  ledgerReconcile: {
    method: 'GET',
    path: '/api/v1/ledger/reconcile',
    summary:
      "Compare every table with what the ledger's entries say of it, at one moment, and tell the first disagreement: table, row, column and entry, never a value",
    access: 'ledger.read',
    answer: reconciled,
    problems: ['too-many-requests'],
  },
  proveReceipt: {
    method: 'POST',
    path: '/api/v1/ledger/proofs',
    summary: 'Prove that the entry of a receipt is in the ledger; that it is not becomes an alarm on record',
    access: 'none',
    why: held,
    body: proveReceipt,
    answer: receiptProved,
  },
  ledgerAlarms: {
    method: 'GET',
    path: '/api/v1/ledger/alarms',
    summary: 'Receipts whose entries are not in the ledger, newest first, at most 1,000',
    access: 'ledger.read',
    answer: alarms,
  },
  ledgerTimestamps: {
    method: 'GET',
    path: '/api/v1/ledger/timestamps',
    summary: "Checkpoints with an authority's timestamps (RFC 3161), smallest first, 50 at a time",
    access: 'none',
    why: 'a timestamp is on a checkpoint, and tells the time beside what that tells',
    query: timestampsQuery,
    answer: timestamps,
    problems: ['not-found'],
  },
  checkpoint: {
    method: 'GET',
    path: '/ledger/checkpoint',
    summary: 'The latest signed checkpoint (C2SP signed note)',
    access: 'none',
    why: anybody,
    answer: 'text',
    isCached: true,
    problems: ['not-found'],
  },
  ledgerTile: {
    method: 'GET',
    path: '/ledger/tile/{level}/{+tile}',
    summary: 'A tile of hashes (C2SP tlog-tiles): level, number in groups of three digits, width where it is partial',
    access: 'none',
    why: salted,
    answer: 'bytes',
    isCached: true,
  },
  ledgerEntries: {
    method: 'GET',
    path: '/ledger/tile/entries/{+tile}',
    summary: 'A bundle of entries (C2SP tlog-tiles), whole or not at all',
    access: 'ledger.read',
    answer: 'bytes',
  },
} as const satisfies Record<string, Route>
