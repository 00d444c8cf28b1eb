// No room: where sealed files lie, where PostgreSQL keeps its data, and where the checkpoint file is written. Each is a small file system
// of its own, which is filled to its last byte and emptied again.

import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { recovered, type Fault, type Happened, type Patient, type Ward } from '../fault.ts'
import { killAll, openSite, startAgain, waitFor } from '../site.ts'

const filler = 'filler'

/** Fill a folder of the gate's data, do something meanwhile, and make room again. */
async function full({ site }: Patient, folder: string, meanwhile: () => Promise<string>): Promise<Happened> {
  const path = join(site.data, folder, filler)
  await fill(path)
  let what: string
  try {
    what = await meanwhile()
  } finally {
    await rm(path, { force: true })
  }
  await startAgain(site)
  return { what, recoveredMs: await recovered(site) }
}

const fullObjects: Fault = {
  name: 'full-objects',
  title: 'no room for sealed files',
  share: 10,
  once: (patient) =>
    full(patient, 'objects', async () => {
      const refused = await refusals(patient, 8000)
      return refused === null ? 'nobody stored anything meanwhile' : 'uploads refused in words, keys given'
    }),
}

const fullDatabase: Fault = {
  name: 'full-database',
  title: 'no room for PostgreSQL',
  share: 10,
  once: (patient) =>
    full(patient, 'postgres', async () => {
      const { site } = patient
      // It needs room when its log goes on to the next segment, and ends each time that it finds none.
      const switching = waitFor(async () => {
        await site.query('SELECT pg_switch_wal()').catch(() => {})
        return false
      }, 6000)
      const refused = await refusals(patient, 15_000)
      await switching
      return refused === null ? 'it went on' : 'refused in words'
    }),
}

const fullData: Fault = {
  name: 'full-data',
  title: 'no room for the checkpoint file, nor to start',
  share: 10,
  async once(patient) {
    const { site } = patient
    const faults: string[] = []
    const done = await full(patient, '.', async () => {
      const file = await site.client.fileToOpen()
      await setTimeout(2000)
      // What is decided and recorded does not wait for the copy outside of the database.
      const token = await site.token('ada')
      if (!('key' in (await site.client.open(token, file)))) faults.push('no key without room for the checkpoint file')
      await killAll(site)
      const said = await site.start().then(
        () => 'started',
        (error: unknown) => String(error),
      )
      if (said === 'started') return 'went on, and started'
      if (!/cannot [a-z]/.test(said)) faults.push(`it refused to start without words: ${said}`)
      return 'went on; refused in words to start'
    })
    return { ...done, faults }
  },
}

export const disk: Ward = {
  name: 'disk',
  faults: [fullObjects, fullDatabase, fullData],
  missing: () =>
    process.platform === 'linux' && process.getuid?.() === 0 ? null : 'needs root on Linux, for small file systems',
  async open(port) {
    const site = await openSite(port, { mounts: { '.': 24, postgres: 900, objects: 64 } })
    return { site, client: site.client, close: site.close }
  },
}

/** Wait until somebody was refused in words. */
async function refusals({ journal }: Patient, limitMs: number): Promise<number | null> {
  const before = journal.counts.unavailable
  return await waitFor(async () => journal.counts.unavailable > before, limitMs)
}

/** Write until there is no room for another byte. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2)) {
      const chunk = Buffer.alloc(size)
      const hasRoom = () =>
        file.write(chunk).then(
          ({ bytesWritten }) => bytesWritten === size,
          () => false,
        )
      while (await hasRoom());
    }
  } finally {
    await file.close()
  }
}
