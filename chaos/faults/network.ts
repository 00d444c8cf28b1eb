// The network breaks, between the server and PostgreSQL and between clients and the server, in the middle of what is said.

import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { silentLogger, startEmbeddedPostgres } from '../../server/src/base/index.ts'
import { gateClient } from '../../test/gate.ts'
import { cuttingProxy, type CuttingProxy } from '../cutting-proxy.ts'
import { recovered, type Fault, type Patient, type Ward } from '../fault.ts'
import { openSite, silenceMs } from '../site.ts'

/** The two networks of the enclave that is open; there is one at a time. */
const networks: { toDatabase: CuttingProxy | null; toServer: CuttingProxy | null } = {
  toDatabase: null,
  toServer: null,
}

/** Break connections after few bytes, then after more, for some seconds. */
async function cutFor(proxy: CuttingProxy | null, { random, site }: Patient, largest: number) {
  const sizes = [200, 2000, largest] as const
  for (const size of sizes) {
    proxy?.cut(() => random.between(1, size))
    await setTimeout(random.between(300, 1200))
  }
  proxy?.cut(null)
  return { what: 'refused or went on, then as before', recoveredMs: await recovered(site) }
}

const cutDatabase: Fault = {
  name: 'cut-database',
  title: 'connections between server and PostgreSQL cut at any byte',
  share: 20,
  once: (patient) => cutFor(networks.toDatabase, patient, 40_000),
}

const holdDatabase: Fault = {
  name: 'hold-database',
  title: 'network between server and PostgreSQL carries nothing for 4 to 8 s',
  share: 10,
  async once({ site, random }) {
    networks.toDatabase?.hold(true)
    await setTimeout(random.between(4000, 8000))
    networks.toDatabase?.hold(false)
    return { what: 'waited or refused, then as before', recoveredMs: await recovered(site) }
  },
}

const cutClient: Fault = {
  name: 'cut-client',
  title: 'connections between clients and server cut at any byte',
  share: 20,
  once: (patient) => cutFor(networks.toServer, patient, 400_000),
}

export const network: Ward = {
  name: 'network',
  faults: [cutDatabase, holdDatabase, cutClient],
  missing: () => null,
  async open(port) {
    const site = await openSite(port)
    // The database becomes ours to keep running, and the gate reaches it as one reaches a database elsewhere.
    const options = { dataDirectory: join(site.data, 'postgres'), log: silentLogger }
    const postgres = await startEmbeddedPostgres(options)
    await site.stop()
    const { socketDirectory, port: number, user, database } = postgres.connection
    const toDatabase = await cuttingProxy({ path: join(socketDirectory, `.s.PGSQL.${number}`) })
    const toServer = await cuttingProxy({ host: 'localhost', port })
    Object.assign(networks, { toDatabase, toServer })
    await site.start({ databaseUrl: `postgres://${user}@127.0.0.1:${toDatabase.port}/${database}` })
    const client = await gateClient({ url: site.url, listenPort: toServer.port, caFile: site.caFile }, { silenceMs })
    return {
      site,
      client,
      close: async () => {
        client.close()
        await site.stop()
        for (const proxy of [toDatabase, toServer]) await proxy.close()
        await postgres.stop()
        await site.close()
      },
    }
  },
}
