// Ada protects a folder of documents and opens them again.

import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { bytes } from '../cli/printer.ts'
import { answered, type Cast } from './cast.ts'
import { openAs } from './opening.ts'
import type { Stage } from './run-tour.ts'
import { count, duration, Otherwise } from './story.ts'

/** What was protected on this tour. */
export interface Protected {
  readonly files: readonly ProtectedFile[]
  readonly report: ProtectedFile
  readonly large: ProtectedFile
  /** Sealed copies, as they would travel: the report in the vault falcon, and in heron, which is NOFORN. */
  readonly sealedReport: string
  readonly heronReport: ProtectedFile
  readonly sealedHeronReport: string
}

export interface ProtectedFile {
  readonly id: string
  /** The document that was protected. */
  readonly original: string
}

const documents = ['mounting-plate.step', 'test-report.pdf', 'assembly-instructions.docx', 'plume.png'] as const
const largeName = 'simulation.bin'
const reportName = 'test-report.pdf'
const mebi = 1 << 20

const rows = z.object({
  files: z.array(z.object({ name: z.string(), state: z.string(), id: z.string().nullable(), detail: z.string() })),
})
const fetchedShape = z.object({ path: z.string() })

/** Null when a step failed that everything else stands on. */
export async function protectAndOpen({ story, cast, options, mark }: Stage): Promise<Protected | null> {
  const { environment, samplesFolder, largeBytes = 64 * mebi } = options
  const folderName = `nozzle-${mark}`
  const folder = join(await cast.folderOf('ada'), folderName)
  await mkdir(folder, { recursive: true })
  const atHome = (name: string): string => join(folder, name)
  for (const name of documents) await copyFile(join(samplesFolder, name), atHome(name))
  await writeLarge(atHome(largeName), largeBytes)
  const names = [...documents, largeName]

  story.begin('Protect and open')
  let files: readonly ProtectedFile[] = []
  const isProtected = await story.tell({
    title: `Ada, engineer, protects a folder: ${documents.length} documents and a binary of ${bytes(largeBytes)}`,
    expected: 'every file sealed on her machine and stored in the vault falcon',
    async act() {
      const beganMs = environment.clock.now()
      const ids = await protect(
        cast,
        folderName,
        'falcon',
        names.map((name) => `${folderName}/${name}`),
      )
      files = names.map((name) => ({ id: ids.get(`${folderName}/${name}`) ?? '', original: atHome(name) }))
      return `${count(files.length, 'file')} sealed and stored in ${duration(environment.clock.now() - beganMs)}`
    },
  })
  const large = files.at(-1)
  const report = files[documents.indexOf(reportName)]
  if (!isProtected || large === undefined || report === undefined) return null

  await story.tell({
    title: 'Ada opens each of them again',
    expected: 'the bytes that she protected',
    async act() {
      const beganMs = environment.clock.now()
      for (const { id, original } of files) await openAs(cast, 'ada', id, original)
      return `${count(files.length, 'file')} opened, equal byte for byte, in ${duration(environment.clock.now() - beganMs)}`
    },
  })

  let [sealedReport, sealedHeronReport] = ['', '']
  let heronReport: ProtectedFile | null = null
  const isSent = await story.tell({
    title: 'Ada fetches the sealed report and sends it to everybody of this tour, cleared or not',
    expected: 'nothing of the document is in it; it opens only through the gate',
    async act() {
      sealedReport = await fetchSealed(cast, report.id)
      const [plain, sealed] = [await readFile(report.original), await readFile(sealedReport)]
      if (hasPartOf(sealed, plain)) throw new Otherwise('a part of the document is in the sealed file')
      const heronName = `heron-${mark}.pdf`
      await copyFile(report.original, join(await cast.folderOf('ada'), heronName))
      const ids = await protect(cast, heronName, 'heron', [heronName])
      heronReport = { id: ids.get(heronName) ?? '', original: report.original }
      sealedHeronReport = await fetchSealed(cast, heronReport.id)
      return `${bytes(sealed.length)} sealed; also one out of the vault heron, which is NOFORN`
    },
  })
  if (!isSent || heronReport === null) return null
  return { files, report, large, sealedReport, heronReport, sealedHeronReport }
}

async function protect(
  cast: Cast,
  path: string,
  vault: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ran = await cast.run('ada', 'file', 'protect', path, '--vault', vault)
  const { files } = answered(ran, rows, ran.exit)
  const fault = files.find(({ state }) => state !== 'protected')
  if (fault !== undefined) throw new Otherwise(`${fault.name} ${fault.state}: ${fault.detail}`)
  const ids = new Map(files.map(({ name, id }) => [name, id ?? '']))
  const missing = names.filter((name) => !ids.has(name))
  if (missing.length > 0 || files.length !== names.length) throw new Otherwise(`not protected: ${missing.join(', ')}`)
  return ids
}

async function fetchSealed(cast: Cast, id: string): Promise<string> {
  return answered(await cast.run('ada', 'file', 'fetch', id), fetchedShape).path
}

/** Find whether any 16 bytes in a row, taken at every sixteenth place of one, are anywhere in the other. */
function hasPartOf(sealed: Buffer, plain: Buffer): boolean {
  for (let at = 0; at + 16 <= plain.length; at += 16) {
    if (sealed.includes(plain.subarray(at, at + 16))) return true
  }
  return false
}

async function writeLarge(path: string, size: number): Promise<void> {
  const part = randomBytes(Math.min(size, mebi))
  const parts = Array.from({ length: Math.ceil(size / part.length) }, (_, i) => {
    // Every part differs from the others, so that none can stand in for another.
    const own = new Uint8Array(part.subarray(0, Math.min(part.length, size - i * part.length)))
    own[0] = i & 255
    own[1] = i >> 8
    return own
  })
  await writeFile(path, parts)
}
