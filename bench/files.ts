// How fast files are protected and opened, disk to disk, against the plainest loop one could write in Node: read 1 MiB,
// AES-256-GCM, write. Both end with the data on disk (fdatasync), each starts without a target file, and each of ours is
// paired with a loop right before or after it, because a shared disk is three times faster in one minute than in another.
//
// Alone: npx node bench/files.ts [MiB] [pairs] [folder]

import { execFileSync } from 'node:child_process'
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseId, parseLabel } from '@sallyport/protocol'
import { createReleaseKey, openFile, sealFile, type KasKey, type Release } from '@sallyport/client/tdf'
import { median, type BenchRow } from './row.ts'

const mebi = 1024 * 1024
const childFlag = '--seal-and-open'

export interface FilesBench {
  /** Size of the file, a multiple of 1 MiB. */
  readonly bytes: number
  /** How many interleaved pairs per row; the median is taken. */
  readonly pairs: number
  /** Where the files lie; they are deleted at the end. */
  readonly directory: string
}

/** Measure protecting and opening with one and two workers, and the peak memory of a process that does both with two. */
export async function benchFiles(options: FilesBench): Promise<BenchRow[]> {
  mkdirSync(options.directory, { recursive: true })
  const folder = mkdtempSync(join(options.directory, 'sallyport-bench-'))
  try {
    const source = join(folder, 'content')
    writeContent(source, options.bytes)
    const rows: BenchRow[] = []
    for (const [workers, target] of [
      [1, 0.7],
      [2, 1.05],
    ] as const) {
      rows.push(await protectRow(folder, options, workers, target), await openRow(folder, options, workers, target))
    }
    rows.push(memoryRow(folder, options))
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function protectRow(folder: string, options: FilesBench, workers: number, target: number): Promise<BenchRow> {
  const source = join(folder, 'content')
  const { kas } = await makeGate()
  return await compare(folder, options, {
    what: `protect ${name(options.bytes)}, ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
    target,
    plain: (out) => plainLoop(source, out, options.bytes, mebi),
    ours: async (out) => void (await sealFile({ source, target: out, ...sealing(kas), workers })),
  })
}

async function openRow(folder: string, options: FilesBench, workers: number, target: number): Promise<BenchRow> {
  const gate = await makeGate()
  const sealed = join(folder, 'sealed')
  const plainSealed = join(folder, 'plain-sealed')
  await sealFile({ source: join(folder, 'content'), target: sealed, ...sealing(gate.kas) })
  plainLoop(join(folder, 'content'), plainSealed, options.bytes, mebi)
  return await compare(folder, options, {
    what: `open ${name(options.bytes)}, ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
    target,
    plain: (out) => plainLoop(plainSealed, out, statSync(plainSealed).size, mebi + 28),
    ours: async (out) => void (await openFile({ source: sealed, target: out, release: gate.release, workers })),
  })
}

interface Contest {
  readonly what: string
  readonly target: number
  readonly plain: (out: string) => void
  readonly ours: (out: string) => Promise<void>
}

async function compare(folder: string, { bytes, pairs }: FilesBench, contest: Contest): Promise<BenchRow> {
  const out = join(folder, 'out')
  const plain: number[] = []
  const ours: number[] = []
  for (let pair = 0; pair < pairs; pair++) {
    const isPlainFirst = pair % 2 === 0
    if (isPlainFirst) plain.push(await seconds(out, contest.plain))
    ours.push(await seconds(out, contest.ours))
    if (!isPlainFirst) plain.push(await seconds(out, contest.plain))
  }
  const ratios = plain.map((time, pair) => time / (ours[pair] ?? Number.NaN))
  return {
    what: contest.what,
    value: bytes / 1e6 / median(ours),
    unit: 'MB/s',
    reference: `plain Node loop ${(bytes / 1e6 / median(plain)).toFixed(0)} MB/s`,
    ratio: median(ratios),
    target: contest.target,
    note: `${pairs} pairs, ratios ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
  }
}

async function seconds(out: string, work: (out: string) => Promise<void> | void): Promise<number> {
  rmSync(out, { force: true })
  const start = performance.now()
  await work(out)
  return (performance.now() - start) / 1000
}

/** The reference: seal (input in steps of 1 MiB) or open (in steps of 1 MiB and 28 bytes) with no format around it. */
function plainLoop(source: string, target: string, bytes: number, step: number): void {
  const input = openSync(source, 'r')
  const output = openSync(target, 'w')
  const buffer = Buffer.alloc(step)
  for (let at = 0; at < bytes; at += step) {
    const chunk = buffer.subarray(0, readSync(input, buffer, 0, step, at))
    if (step === mebi) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', plainKey, iv)
      writeSync(output, iv)
      writeSync(output, cipher.update(chunk))
      cipher.final()
      writeSync(output, cipher.getAuthTag())
    } else {
      const decipher = createDecipheriv('aes-256-gcm', plainKey, chunk.subarray(0, 12))
      decipher.setAuthTag(chunk.subarray(chunk.length - 16))
      const content = decipher.update(chunk.subarray(12, chunk.length - 16))
      decipher.final()
      writeSync(output, content)
    }
  }
  fdatasyncSync(output)
  closeSync(output)
  closeSync(input)
}

const plainKey = randomBytes(32)

function memoryRow(folder: string, { bytes }: FilesBench): BenchRow {
  const output = execFileSync(process.execPath, [import.meta.filename, childFlag, folder], { encoding: 'utf8' })
  const mebibytes = Number(output) / 1024
  return {
    what: `peak memory, protect and open ${name(bytes)}, 2 workers`,
    value: mebibytes,
    unit: 'MiB',
    reference: '256 MiB',
    ratio: mebibytes / 256,
    target: 1,
    isCeiling: true,
    note: 'maximum resident set of a process of its own',
  }
}

/** Seal and open in this process and print its peak memory in KiB. */
async function sealAndOpen(folder: string): Promise<void> {
  const gate = await makeGate()
  const sealed = join(folder, 'sealed')
  const target = join(folder, 'out')
  await sealFile({ source: join(folder, 'content'), target: sealed, ...sealing(gate.kas), workers: 2 })
  rmSync(target, { force: true })
  await openFile({ source: sealed, target, release: gate.release, workers: 2 })
  process.stdout.write(String(process.resourceUsage().maxRSS))
}

/** A gate that releases to anybody: the wrap scheme is the same in both directions, so that a release key can play it. */
async function makeGate(): Promise<{ readonly kas: KasKey; readonly release: Release }> {
  const key = await createReleaseKey()
  return {
    kas: { url: 'https://gate.example/kas', kid: 'bench', publicKeyPem: key.publicKeyPem },
    release: async ({ keyAccess }) => {
      if (keyAccess.type !== 'ec-wrapped') throw new Error('cannot release: another wrap, want the one just made')
      return await key.unwrap(keyAccess.wrappedKey, keyAccess.ephemeralPublicKey)
    },
  }
}

function sealing(kas: KasKey): Pick<Parameters<typeof sealFile>[0], 'policy' | 'kas'> {
  const uuid = parseId<'policy'>(randomUUID())
  const label = parseLabel('https://bench.example/attr/kind/value/sample')
  if (uuid === null || label === null) throw new Error('cannot make a policy: uuid or label is wrong, want both right')
  return { policy: { uuid, labels: [label.fqn] }, kas }
}

function writeContent(path: string, bytes: number): void {
  const file = openSync(path, 'w')
  const block = randomBytes(mebi)
  for (let at = 0; at < bytes; at += mebi) {
    block.writeBigUInt64LE(BigInt(at))
    writeSync(file, block)
  }
  fdatasyncSync(file)
  closeSync(file)
}

function name(bytes: number): string {
  return bytes % (1024 * mebi) === 0 ? `${bytes / 1024 / mebi} GiB` : `${bytes / mebi} MiB`
}

if (import.meta.main) {
  const [first, second, third] = process.argv.slice(2)
  if (first === childFlag) {
    await sealAndOpen(second ?? '.')
  } else {
    const rows = await benchFiles({
      bytes: Number(first ?? 1024) * mebi,
      pairs: Number(second ?? 7),
      directory: third ?? tmpdir(),
    })
    for (const row of rows) {
      const { what, value, unit, reference, ratio, target, note } = row
      console.log(`${what}: ${value.toFixed(0)} ${unit}; ${reference}; ${ratio.toFixed(2)} (target ${target}); ${note}`)
    }
  }
}
