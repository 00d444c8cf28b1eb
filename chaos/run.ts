// `npm run chaos`: a real enclave (server processes, PostgreSQL, ledger) under load is killed, stopped, cut off and starved, again and
// again, and after each time held against what was acknowledged before.
//
//   npm run chaos                            a few rounds of every fault, some minutes
//   npm run chaos -- --rounds 200            200 kills, and the other faults in proportion
//   npm run chaos -- --only kill-database    one fault, or one group of them
//   npm run chaos -- --seed 7 --json

import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePorts } from '../bench/program.ts'
import type { Fault, Ground, Ward } from './fault.ts'
import { clocks } from './faults/clock.ts'
import { disk } from './faults/disk.ts'
import { kills } from './faults/kills.ts'
import { network } from './faults/network.ts'
import { sequencers } from './faults/sequencers.ts'
import { openJournal, type Journal } from './journal.ts'
import { startLoad } from './load.ts'
import { compareThings, firstLook, leftAfterADay, lookAgain, verifyExported, type Look } from './look.ts'
import { seeded, type Random } from './random.ts'
import { progressBar, table, type FaultRow } from './report.ts'

const wards: readonly Ward[] = [kills, sequencers, network, disk, clocks]
const usage = `npm run chaos [-- --rounds <n>] [--only <fault or group>] [--seed <text>] [--json]\n`
/** Of these rounds a fault has its share. */
const wholeRounds = 200
/** Things that are looked at again after each fault; all of them are at the end. */
const lookedAt = 40

/** Ctrl-C ends a run after the round under way: what was done until then is looked at and told. */
const stopping = new AbortController()
process.once('SIGINT', () => stopping.abort())

interface Options {
  readonly rounds: number
  readonly only: string | null
  readonly seed: string
  readonly isJson: boolean
}

function parse(argv: readonly string[]): Options | null {
  const names = wards.flatMap(({ name, faults }) => [name, ...faults.map((one) => one.name)])
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        rounds: { type: 'string', default: '10' },
        only: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const rounds = Number(values.rounds)
    const { only = null, seed = randomBytes(4).toString('hex'), json } = values
    if (!Number.isInteger(rounds) || rounds < 1 || (only !== null && !names.includes(only))) throw new Error('no')
    return { rounds, only, seed, isJson: json }
  } catch {
    process.stderr.write(`${usage}Faults and groups: ${names.join(', ')}\n`)
    return null
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const options = parse(argv)
  if (options === null) return 2
  const wanted = wards.flatMap((ward) => {
    const faults = ward.faults.filter(({ name }) => options.only === null || [name, ward.name].includes(options.only))
    return faults.length === 0 ? [] : [{ ...ward, faults }]
  })
  const random = seeded(options.seed)
  const total = wanted.flatMap(({ faults }) => faults).reduce((sum, one) => sum + timesOf(one, options), 0)
  const progress = { done: 0, bar: progressBar(total) }
  process.stderr.write(
    `seed ${options.seed}, ${total} faults, load ${loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}\n`,
  )
  const begun = performance.now()
  const rows: FaultRow[] = []
  const sums = { asked: 0, acknowledged: 0, keys: 0, entries: 0, checkpoints: 0 }
  for (const ward of wanted) {
    if (!stopping.signal.aborted) rows.push(...(await hurt(ward, options, random, progress, sums)))
  }
  progress.bar.end()
  const took = Math.round((performance.now() - begun) / 1000)
  const faults = rows.flatMap((row) => row.faults.map((fault) => `${row.fault}: ${fault}`))
  if (options.isJson)
    process.stdout.write(`${JSON.stringify({ seed: options.seed, took, sums, rows, faults }, null, 2)}\n`)
  else {
    process.stdout.write(
      `\n${table(rows)}\n\nSeed ${options.seed}, ${took} s: ${sums.asked} asked, ${sums.acknowledged} changes acknowledged, ` +
        `${sums.keys} keys released, ${sums.entries} entries, ${sums.checkpoints} checkpoints kept and proven.\n`,
    )
    for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`)
  }
  return faults.length === 0 ? 0 : 1
}

interface Progress {
  done: number
  readonly bar: ReturnType<typeof progressBar>
}
interface Sums {
  asked: number
  acknowledged: number
  keys: number
  entries: number
  checkpoints: number
}

function timesOf({ name, share }: Fault, { rounds, only }: Options): number {
  return only === name ? rounds : Math.max(1, Math.round((rounds * share) / wholeRounds))
}

/** Do every fault of a group to one enclave, in an order of chance. */
async function hurt(
  ward: Ward,
  options: Options,
  random: Random,
  progress: Progress,
  sums: Sums,
): Promise<readonly FaultRow[]> {
  const records = new Map(ward.faults.map((fault) => [fault, emptyRecord()]))
  const skipped = ward.missing()
  if (skipped !== null) {
    progress.done += ward.faults.reduce((sum, one) => sum + timesOf(one, options), 0)
    return ward.faults.map((fault) => rowOf(fault, emptyRecord(), skipped))
  }
  // Ports of this run's own, so that two runs at once do not reach for the same.
  const [port = 0] = await freePorts(1, 20_000 + (process.pid % 200) * 50)
  const ground = await ward.open(port)
  const journal = openJournal(join(ground.site.outside, 'journal.jsonl'))
  const orderly = ward.faults.flatMap((fault) => Array.from({ length: timesOf(fault, options) }, () => fault))
  const order = shuffled(orderly, random)
  const atEnd: string[] = []
  const look = await firstLook(ground.site)
  try {
    const load = await startLoad({ site: ground.site, client: ground.client, journal })
    for (const fault of order) {
      if (stopping.signal.aborted) break
      const record = records.get(fault) ?? emptyRecord()
      const known = record.faults.length
      await setTimeout(random.between(100, 1200))
      try {
        await hurtOnce(fault, ground, random, { journal, look, record })
      } catch (error) {
        record.faults.push(error instanceof Error ? error.message : String(error))
        break
      }
      for (const one of record.faults.slice(known)) progress.bar.note(`${fault.name}: ${one}`)
      const last = record.recoveredMs.at(-1)
      progress.bar.at(
        ++progress.done,
        `${fault.name}: back after ${((last ?? Number.NaN) / 1000).toFixed(1)} s, ${journal.keys.length} keys, ` +
          `${look.tree.size()} entries${record.faults.length > 0 ? `, ${record.faults.length} FAULTS` : ''}`,
      )
    }
    await load.stop()
    atEnd.push(...(await lastLook(ground, journal, look)))
  } catch (error) {
    atEnd.push(error instanceof Error ? error.message : String(error))
  } finally {
    await journal.close()
    await ground.close()
  }
  sums.asked += journal.counts.asked
  sums.acknowledged += journal.counts.acknowledged
  sums.keys += journal.keys.length
  sums.entries += look.tree.size()
  sums.checkpoints += journal.checkpoints.length
  const rows = ward.faults.map((fault) => rowOf(fault, records.get(fault) ?? emptyRecord(), null))
  const isWell = atEnd.length === 0 && rows.every(({ faults }) => faults.length === 0)
  if (isWell) await rm(ground.site.outside, { recursive: true, force: true })
  else process.stderr.write(`\nkept: ${ground.site.outside}\n`)
  return rows.map((row, n) =>
    n === 0 ? { ...row, faults: [...row.faults, ...atEnd.map((one) => `at the end: ${one}`)] } : row,
  )
}

interface Record {
  times: number
  readonly happened: { [what: string]: number }
  readonly recoveredMs: number[]
  readonly faults: string[]
}

function emptyRecord(): Record {
  return { times: 0, happened: {}, recoveredMs: [], faults: [] }
}

async function hurtOnce(
  fault: Fault,
  { site }: Ground,
  random: Random,
  { journal, look, record }: { readonly journal: Journal; readonly look: Look; readonly record: Record },
): Promise<void> {
  const { what, recoveredMs, faults = [] } = await fault.once({ site, random, journal })
  record.times++
  record.happened[what] = (record.happened[what] ?? 0) + 1
  record.faults.push(...faults)
  if (recoveredMs === null) {
    record.faults.push('it did not come back by itself')
    throw new Error(`${fault.name}: it did not come back by itself`)
  }
  record.recoveredMs.push(recoveredMs)
  record.faults.push(...(await lookAgain(site, journal, look)))
  const touched = [...journal.things.values()].filter(({ isTouched }) => isTouched)
  record.faults.push(...(await compareThings(site, touched.slice(-lookedAt))))
}

async function lastLook({ site }: Ground, journal: Journal, look: Look): Promise<readonly string[]> {
  const faults = [...(await lookAgain(site, journal, look))]
  faults.push(...(await compareThings(site, [...journal.things.values()])))
  faults.push(...(await lookAgain(site, journal, look)))
  faults.push(...(await verifyExported(site, journal, look)))
  const { left } = await leftAfterADay(site)
  if (left.length > 0) faults.push(`left over for ever: ${left.join(' ')}`)
  return faults
}

function rowOf({ name, title }: Fault, record: Record, skipped: string | null): FaultRow {
  return { fault: name, title, ...record, skipped }
}

function shuffled<T>(values: readonly T[], random: Random): readonly T[] {
  const left = [...values]
  const order: T[] = []
  while (left.length > 0) order.push(...left.splice(random.between(0, left.length - 1), 1))
  return order
}

process.exitCode = await main(process.argv.slice(2))
