// Somebody alters a copy: of the exported ledger, and of a protected file. Each is found.

import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { answered, type Cast } from './cast.ts'
import type { Protected, ProtectedFile } from './chapter-protect.ts'
import type { Recorded } from './chapter-record.ts'
import { entryCount, flipBit, removeEntry, swapEntries } from './altered-export.ts'
import type { Stage } from './run-tour.ts'
import { Otherwise, type Story } from './story.ts'

const altered = z.object({
  verdict: z.literal('altered'),
  fault: z.object({ what: z.string(), index: z.number().nullable(), text: z.string() }),
})
const problem = z.object({ problem: z.object({ code: z.string(), message: z.string() }) })

export async function findTampering(stage: Stage, files: Protected, { path, index }: Recorded): Promise<void> {
  const { story, cast } = stage
  story.begin('Tampering is found')
  if (path !== null) await alterExport({ story, cast }, path, index)
  await alterFile({ story, cast }, files.large)
}

async function alterExport({ story, cast }: Pick<Stage, 'story' | 'cast'>, path: string, index: number | null) {
  const whole = new Uint8Array(await readFile(path))
  // Two neighbours in one block of the export, so that they can change places.
  const last = entryCount(whole) - 1
  const wanted = Math.min(index ?? Math.floor(last / 2), last - 1)
  const at = wanted % 256 === 255 ? wanted - 1 : wanted
  const entry = at === index ? `entry ${at}, which refused Ben` : `entry ${at}`
  const attempts = [
    { title: `Somebody flips one bit of ${entry}`, what: 'altered', file: flipBit(whole, at) },
    { title: `Somebody removes ${entry}`, what: 'missing', file: removeEntry(whole, at) },
    { title: `Somebody swaps entries ${at} and ${at + 1}`, what: 'reordered', file: swapEntries(whole, at, at + 1) },
  ]
  for (const { title, what, file } of attempts) {
    await story.tell({
      title,
      expected: `found, and the place named: ${at}`,
      async act() {
        await writeFile(join(await cast.folderOf('paula'), 'altered.bin'), file)
        const ran = await cast.run('paula', 'ledger', 'verify', '--export', 'altered.bin')
        const { fault } = answered(ran, altered, 1)
        if (fault.what !== what || fault.index !== at) throw new Otherwise(`found, but at another place: ${fault.text}`)
        return `found: ${fault.text}`
      },
    })
  }
}

async function alterFile({ story, cast }: Pick<Stage, 'story' | 'cast'>, { id }: ProtectedFile): Promise<void> {
  const folder = await cast.folderOf('ada')
  const sealed = join(folder, 'simulation.tdf')
  const isFetched = (await cast.run('ada', 'file', 'fetch', id, '-o', 'simulation.tdf')).exit === 0
  if (!isFetched) return
  await tellDamage({ story, cast }, 'Somebody flips one bit in the middle of a sealed file', async () => {
    const bytes = new Uint8Array(await readFile(sealed))
    const middle = bytes.length >> 1
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    await writeFile(join(folder, 'damaged.tdf'), bytes)
  })
  await tellDamage({ story, cast }, 'Somebody cuts it in half', async () => {
    const bytes = await readFile(sealed)
    await writeFile(join(folder, 'damaged.tdf'), bytes)
    await truncate(join(folder, 'damaged.tdf'), bytes.length >> 1)
  })
}

async function tellDamage(
  { story, cast }: { story: Story; cast: Cast },
  title: string,
  damage: () => Promise<void>,
): Promise<void> {
  await story.tell({
    title,
    expected: 'it does not open, and no content is left behind',
    async act() {
      await damage()
      const folder = await cast.folderOf('ada')
      const before = (await readdir(folder)).sort().join()
      const ran = await cast.run('ada', 'file', 'open', 'damaged.tdf', '-o', 'damaged.bin')
      if ((await readdir(folder)).sort().join() !== before) throw new Otherwise('it did not open, but left something')
      const { code, message } = answered(ran, problem, 1).problem
      if (code !== 'invalid-file') throw new Otherwise(`it did not open for another reason: ${message}`)
      return `nothing written: ${message}`
    },
  })
}
