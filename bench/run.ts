// `npm run bench`: every section in a process of its own, one after the other, and one table of what was measured beside what
// it was measured against. A target that is missed is marked; it is no failure of the run.
//
//   npm run bench                        everything, about twelve minutes
//   npm run bench -- --only release      one section
//   npm run bench -- --only size --size 1000000   a small enclave beside one with a million people, files and entries
//   npm run bench -- --json              figures and machine as JSON

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { benchAccess } from './access.ts'
import { benchAudit } from './audit.ts'
import { benchAuthzen } from './authzen.ts'
import { benchBrowser } from './browser.ts'
import { benchDecisionAtSize } from './decision-at-size.ts'
import { benchDecision } from './decision.ts'
import { benchEnding } from './ending.ts'
import { benchFiles } from './files.ts'
import { benchImport } from './import.ts'
import { benchLedger } from './ledger.ts'
import { benchLists } from './lists.ts'
import { benchPacket } from './packet.ts'
import { benchProof } from './proof.ts'
import { benchReconcile } from './reconcile.ts'
import { benchRelease } from './release.ts'
import { benchReplay } from './replay.ts'
import { benchRosterPast } from './roster-past.ts'
import { benchMove } from './move.ts'
import { isReached, type BenchRow } from './row.ts'
import { benchSize } from './size.ts'
import { benchStart } from './start.ts'
import { benchToken } from './token.ts'

const sections: Readonly<Record<string, (size: number) => Promise<readonly BenchRow[]>>> = {
  files: () => benchFiles({ bytes: 2 ** 30, pairs: 7, directory: tmpdir() }),
  browser: () => benchBrowser(2 ** 31),
  lists: benchLists,
  decision: async () => [...(await benchDecision()), ...(await benchDecisionAtSize())],
  ledger: benchLedger,
  audit: () => benchAudit(),
  replay: () => benchReplay(),
  reconcile: () => benchReconcile(),
  packet: () => benchPacket(),
  proof: benchProof,
  release: () => benchRelease(),
  authzen: benchAuthzen,
  access: benchAccess,
  token: benchToken,
  start: benchStart,
  import: benchImport,
  past: benchRosterPast,
  ending: benchEnding,
  move: benchMove,
  size: (large) => benchSize({ small: 2000, large }),
}
const sectionFlag = '--section'

async function main(argv: readonly string[]): Promise<number> {
  const names = Object.keys(sections)
  const options = {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    size: { type: 'string', default: '50000' },
  } as const
  const { values } = parseArgs({ args: [...argv], options })
  const wanted = values.only === undefined ? names : [values.only]
  if (!wanted.every((name) => name in sections)) {
    process.stderr.write(`cannot measure ${values.only}: there is no such section, want one of ${names.join(', ')}\n`)
    return 2
  }
  const rows: BenchRow[] = []
  for (const [n, name] of wanted.entries()) {
    process.stderr.write(`${n + 1}/${wanted.length} ${name} (load ${load()})\n`)
    rows.push(...(await measureApart(name, values.size)))
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ machine: machine(), rows: rows.map(toJson) }, null, 2)}\n`)
  else process.stdout.write(`\n${table(rows)}\n\n${machine()}\n`)
  return 0
}

/** In a process of its own, so that no section runs on another's heap or warmed-up code. */
async function measureApart(name: string, size: string): Promise<readonly BenchRow[]> {
  const child = fork(import.meta.filename, [sectionFlag, name, size])
  const ended = once(child, 'exit')
  const told = await Promise.race([once(child, 'message'), ended.then(() => null)])
  if (told === null) throw new Error(`cannot measure ${name}: its process ended without figures`)
  await ended
  return told[0] as readonly BenchRow[]
}

function toJson(row: BenchRow) {
  return { ...row, isReached: isReached(row) }
}

function table(rows: readonly BenchRow[]): string {
  const lines = rows.map((row) => [
    row.what,
    `${numeral(row.value)} ${row.unit}`,
    row.reference,
    numeral(row.ratio),
    `${row.isCeiling === true ? 'at most' : 'at least'} ${row.target}`,
    isReached(row) ? 'yes' : 'NO',
    row.note ?? '',
  ])
  const all = [['what', 'measured', 'reference', 'ratio', 'must reach', 'reached', 'note'], ...lines]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? []
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function numeral(value: number): string {
  if (!Number.isFinite(value)) return '?'
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 })
}

function machine(): string {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  const where = `${process.platform} ${release()}, ${cpus().length} x ${cpu?.model.trim() ?? '?'}, ${memory} GiB`
  return `${where}, Node ${process.versions.node}, load ${load()}`
}

function load(): string {
  return loadavg()
    .map((one) => one.toFixed(1))
    .join(' ')
}

const [first, name = '', size = ''] = process.argv.slice(2)
if (first === sectionFlag) {
  const rows = await sections[name]?.(Number(size))
  process.send?.(rows, () => process.disconnect())
} else {
  process.exitCode = await main(process.argv.slice(2))
}
