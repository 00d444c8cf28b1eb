import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { approvalsMigrations, requestApproval } from '../approvals/index.ts'
import { migrate } from '../base/index.ts'
import { identityMigrations } from '../identity/index.ts'
import { ledgerMigrations } from '../ledger/index.ts'
import { temporaryLedger, type TemporaryLedger } from '../ledger/testing.ts'
import { policyMigrations } from '../policy/index.ts'
import { rosterMigrations } from '../roster/index.ts'
import { enlistOfficers } from '../roster/testing.ts'
import { noticesMigrations } from './index.ts'
import { startMailServer, type MailServer } from './testing.ts'
import type { SendingSettings } from './testing/send-until.ts'

let temporary: TemporaryLedger
let server: MailServer
beforeAll(async () => {
  temporary = await temporaryLedger()
  const { database } = temporary.options
  await migrate(database, [
    ledgerMigrations,
    policyMigrations,
    rosterMigrations,
    identityMigrations,
    approvalsMigrations,
    noticesMigrations,
  ])
  server = await startMailServer()
}, 60_000)
afterAll(async () => {
  await server.stop()
  await temporary.stop()
})

const kind = 'test.widen'
/** To ten officers about six requests. */
const all = 60
const program = fileURLToPath(new URL('testing/send-until.ts', import.meta.url))

function start(settings: SendingSettings): ChildProcess {
  return spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ['ignore', 'ignore', 'inherit'] })
}

test('processes that are killed while they send lose no notice, record each once, and repeat none unrecognizably', async () => {
  const { ledger, options, connection, privateKeys } = temporary
  const { database, origin, checkpointFile, clock, random } = options
  const [asker] = await enlistOfficers(database, 11)
  if (asker === undefined) throw new Error('nobody to ask')
  await database.query("UPDATE person SET mail = 'o' || replace(id::text, '-', '') || '@calder.example'")
  const wanted = { kind, change: {}, requestedBy: asker, needed: 2, excluded: [], lifetimeMs: 86_400_000 * 30 }
  for (let n = 0; n < 6; n++) {
    await database.transaction((tx) => requestApproval(tx, { ledger, clock, random }, wanted))
  }
  const settings = { connection, origin, checkpointFile, privateKeys, port: server.port, kind }
  const sent = async (): Promise<number> => {
    const [row] = await database.query("SELECT count(*) AS sent FROM notice WHERE state = 'sent'")
    return Number(row?.['sent'])
  }
  for (let round = 0; round < 4; round++) {
    const before = server.received.length
    const both = [start(settings), start(settings)]
    // Each round gets somewhere, however slow the machine is, and ends at any moment after that; the last one when all is done.
    const isLast = round === 3
    while (isLast ? (await sent()) < all : server.received.length === before) await setTimeout(10)
    if (!isLast) await setTimeout(Math.random() * 60)
    for (const child of both) {
      const isClosed = once(child, 'close')
      child.kill('SIGKILL')
      await isClosed
    }
    if (round === 0) expect(await sent()).toBeLessThan(all)
  }
  const ids = server.received.map(({ raw }) => /^Message-ID: (.*)\r$/m.exec(raw)?.[1])
  expect(new Set(ids)).toHaveLength(all)
  while ((await ledger.sequenceOnce()) > 0);
  const entries = await ledger.search({ kind: 'notice.sent', limit: 1000 })
  expect(new Set(entries.map(({ about, body }) => JSON.stringify([about?.id, body['recipient']])))).toHaveLength(all)
  expect(entries).toHaveLength(all)
}, 120_000)
