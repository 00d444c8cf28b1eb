// Who may extend the tree: several servers at once, and one that stood still for longer than its word is good and goes on as if nothing had
// been. And PostgreSQL, stopped as an operator stops it.

import { setTimeout } from 'node:timers/promises'
import { databaseUrl } from '../../server/src/main/testing.ts'
import { gateClient, serveElsewhere } from '../../test/gate.ts'
import { freePorts } from '../../bench/program.ts'
import { recovered, type Fault, type Ward } from '../fault.ts'
import { openSite, waitFor, type Site } from '../site.ts'

const secondServer: Fault = {
  name: 'second-server',
  title: 'another server on the same database, killed in the middle',
  share: 10,
  async once({ site, random, journal }) {
    const [listenPort = 0] = await freePorts(1, site.port + 1)
    const second = await serveElsewhere(
      { folder: site.data, databaseUrl: await socketUrl(site) },
      { port: site.port, listenPort },
    )
    const client = await gateClient(second)
    const until = performance.now() + random.between(1500, 4000)
    const file = await client.fileToOpen()
    const [ada = {}] = await site.query(`SELECT id FROM person WHERE display_name = 'Ada Whitfield'`)
    let keys = 0
    while (performance.now() < until) {
      const sentAt = performance.now()
      const answer = await client.open(await site.token('ada'), file)
      if (!('key' in answer)) continue
      keys++
      const isRight = Buffer.compare(answer.key, file.share) === 0
      const { decision } = answer
      journal.release({ personId: String(ada['id']), fileId: file.fileId, decision, isRight, sentAt })
    }
    const begun = performance.now()
    await second.kill()
    client.close()
    const faults = keys === 0 ? ['the second server gave no key'] : []
    return { what: 'both gave keys, over one tree', recoveredMs: await recovered(site, begun), faults }
  },
}

const stalledProcess: Fault = {
  name: 'stalled-process',
  title: 'a server process stands still for 6 to 9 s, longer than a permit lives',
  share: 10,
  async once({ site, random }) {
    const { workers } = await site.serving()
    const victim = workers[random.between(0, workers.length - 1)] ?? 0
    process.kill(victim, 'SIGSTOP')
    await setTimeout(random.between(6000, 9000))
    process.kill(victim, 'SIGCONT')
    return { what: 'the other one served', recoveredMs: await recovered(site) }
  },
}

/** PostgreSQL ends a session that idles in a transaction for so long; until then its locks are kept. */
const sessionMs = 30_000

const stalledSequencer: Fault = {
  name: 'stalled-sequencer',
  title: 'a process stands still while it extends the tree, and wakes after another took over',
  share: 4,
  async once({ site }) {
    const { workers } = await site.serving()
    const victim = await stallInTurn(site, workers)
    if (victim === null) return { what: 'nobody was caught at it', recoveredMs: await recovered(site) }
    const before = await treeSize(site)
    const tookOver = await waitFor(async () => (await treeSize(site)) > before, sessionMs + 15_000, 200)
    await setTimeout(1000)
    process.kill(victim, 'SIGCONT')
    const faults = tookOver === null ? ['no other process extended the tree'] : []
    return { what: 'another took over, it woke and went on', recoveredMs: await recovered(site), faults }
  },
}

const stopDatabase: Fault = {
  name: 'stop-database',
  title: 'PostgreSQL shut down by an operator',
  share: 10,
  async once({ site }) {
    const [postmaster] = await site.postgres()
    const begun = performance.now()
    // SPEC: PostgreSQL 18.5: SIGINT is the fast shutdown.
    process.kill(postmaster, 'SIGINT')
    const isNew = await waitFor(async () => (await site.postgres())[0] !== postmaster, 60_000)
    return {
      what: isNew === null ? 'stayed down' : 'the gate started it again',
      recoveredMs: await recovered(site, begun),
    }
  },
}

export const sequencers: Ward = {
  name: 'sequencers',
  faults: [secondServer, stalledProcess, stalledSequencer, stopDatabase],
  missing: () => null,
  async open(port) {
    const site = await openSite(port)
    return { site, client: site.client, close: site.close }
  },
}

/** Stop a process again and again until it is caught with the sequencer's turn in its hand. */
async function stallInTurn(site: Site, workers: readonly number[]): Promise<number | null> {
  for (let tried = 0; tried < 400; tried++) {
    const victim = workers[tried % workers.length] ?? 0
    process.kill(victim, 'SIGSTOP')
    if (await isTurnKept(site)) return victim
    process.kill(victim, 'SIGCONT')
    await setTimeout(7)
  }
  return null
}

/** Whether a session that does nothing has the turn: one that somebody else has is given back within a moment. */
async function isTurnKept(site: Site): Promise<boolean> {
  for (let seen = 0; seen < 3; seen++) {
    const rows = await site.query(
      `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND state = 'idle in transaction'`,
    )
    if (rows.length === 0) return false
    await setTimeout(150)
  }
  return true
}

async function treeSize(site: Site): Promise<number> {
  const [row = {}] = await site.query('SELECT size FROM ledger_head')
  return Number(row['size'])
}

async function socketUrl(site: Site): Promise<string> {
  const [row = {}] = await site.query(`SELECT current_setting('unix_socket_directories') AS socket_directory`)
  const socketDirectory = String(row['socket_directory']).replace(/^"|"$/g, '')
  return databaseUrl({ socketDirectory, port: 5432, database: 'sallyport', user: 'sallyport' })
}
