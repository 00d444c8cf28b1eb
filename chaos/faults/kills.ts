// SIGKILL, as a power cut would: to one process that serves, to all of them, to the database, to everything.

import { recovered, type Fault, type Ward } from '../fault.ts'
import { kill, killAll, openSite, processes, startAgain, waitFor } from '../site.ts'

const replacedMs = 30_000

const killProcess: Fault = {
  name: 'kill-process',
  title: 'kill -9 of one of two server processes',
  share: 100,
  async once({ site, random }) {
    const { workers } = await site.serving()
    const victim = workers[random.between(0, workers.length - 1)]
    if (victim === undefined) throw new Error('no process serves')
    const begun = performance.now()
    process.kill(victim, 'SIGKILL')
    const recoveredMs = await recovered(site, begun)
    const isReplaced = await waitFor(async () => {
      const now = (await site.serving()).workers
      return now.length === processes && !now.includes(victim)
    }, replacedMs)
    return { what: isReplaced === null ? 'nothing took its place' : 'another took its place', recoveredMs }
  },
}

const killServer: Fault = {
  name: 'kill-server',
  title: 'kill -9 of every server process, the one that starts them too',
  share: 15,
  async once({ site }) {
    const begun = performance.now()
    await killAll(site)
    await startAgain(site)
    return { what: 'started again by the harness', recoveredMs: await recovered(site, begun) }
  },
}

const killDatabase: Fault = {
  name: 'kill-database',
  title: 'kill -9 of PostgreSQL',
  share: 50,
  async once({ site }) {
    const [postmaster] = await site.postgres()
    const begun = performance.now()
    process.kill(postmaster, 'SIGKILL')
    return { what: 'the gate started it again', recoveredMs: await recovered(site, begun) }
  },
}

const killBackend: Fault = {
  name: 'kill-backend',
  title: 'kill -9 of one process of PostgreSQL',
  share: 30,
  async once({ site, random }) {
    const [postmaster, ...others] = await site.postgres()
    const begun = performance.now()
    process.kill(others[random.between(0, others.length - 1)] ?? postmaster, 'SIGKILL')
    return { what: 'PostgreSQL recovered', recoveredMs: await recovered(site, begun) }
  },
}

const killEverything: Fault = {
  name: 'kill-everything',
  title: 'kill -9 of the server and PostgreSQL at once',
  share: 5,
  async once({ site }) {
    const database = await site.postgres()
    const begun = performance.now()
    for (const pid of database) kill(pid)
    await killAll(site)
    await startAgain(site)
    return { what: 'started again by the harness', recoveredMs: await recovered(site, begun) }
  },
}

export const kills: Ward = {
  name: 'kills',
  faults: [killProcess, killServer, killDatabase, killBackend, killEverything],
  missing: () => null,
  async open(port) {
    const site = await openSite(port)
    return { site, client: site.client, close: site.close }
  },
}
