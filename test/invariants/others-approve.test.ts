// I8: nobody gains a status, a role, a program, a rule's exception or an authorization without two other eligible people
// having approved exactly that; it is executed once; ending is immediate. Over generated sequences of requests, approvals,
// endings, days that pass, several acts at one moment and power that is cut at any statement, every act decided by the real
// decision point. The suite plays a few sequences; `npm run sequences` plays as many as SALLYPORT_SEQUENCES says.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Id, Role } from '@sallyport/protocol'
import { openDatabase, openMetrics, silentLogger } from '../../server/src/base/index.ts'
import { openEnclave, type Enclave } from '../../server/src/main/open-enclave.ts'
import { sampleEnclave, type SampleEnclave } from '../../server/src/main/testing.ts'
import { enrol } from '../policy/enrol.ts'
import { certain, cutOff, play, type Step } from './widening/acts.ts'
import { cutDatabase, type CutDatabase } from './widening/power-cut.ts'
import { openRecord, type Record } from './widening/record.ts'
import { perform, type Actor, type Stage } from './widening/stage.ts'
import type { StageSettings } from './widening/stage-process.ts'

const sequences = Number(process.env['SALLYPORT_SEQUENCES'] ?? 48)
/** A seed of its own for each long run; fast-check prints the one that failed. */
const seed = process.env['SALLYPORT_SEQUENCES'] === undefined ? { seed: 120_62 } : {}
const timeout = 120_000 + sequences * 2000

let sample: SampleEnclave
let breaking: CutDatabase
let enclave: Enclave
beforeAll(async () => {
  sample = await sampleEnclave()
  const options = { poolSize: 12, applicationName: 'sallyport-stage', log: silentLogger }
  breaking = cutDatabase(await openDatabase(sample.connection, options), endSession)
  await restart()
})
afterAll(async () => {
  await breaking.close()
  await sample.stop()
})

async function restart(): Promise<void> {
  enclave = await openEnclave({ ...sample.ground, database: breaking, metrics: openMetrics() })
}

async function endSession(sessionId: number | null): Promise<void> {
  await sample.database.query('SELECT pg_terminate_backend($1, 5000)', [sessionId])
  // Until the pool has heard of it.
  await setTimeout(5)
}

let runs = 0

async function assemble(): Promise<readonly Actor[]> {
  const run = ++runs
  const person = (name: string, roles: Role[]) =>
    ({ subject: `${name}-${run}`, status: 'us-person', basis: 'citizen', roles }) as const
  const people = [
    person('ann', ['officer', 'empowered-official']),
    person('bob', ['officer', 'empowered-official']),
    person('cyd', ['officer']),
    person('dee', ['officer']),
    person('eve', ['administrator']),
    person('flo', ['engineer']),
    { ...person('gus', []), status: 'unverified', basis: null } as const,
  ]
  const cast: Actor[] = []
  for (const one of people) cast.push({ name: one.subject, id: await enrol(sample, one) })
  await sample.database.query(
    `UPDATE person SET external_id = display_name, external_id_key = display_name, external_id_look = display_name WHERE id = ANY ($1::uuid[])`,
    [cast.map(({ id }) => id)],
  )
  return cast
}

async function begin(): Promise<{ readonly stage: () => Stage; readonly record: Record }> {
  const cast = await assemble()
  const ids = cast.map(({ id }) => id)
  await sequence()
  return {
    stage: () => ({ enclave, database: sample.database, cast }),
    record: await openRecord(sample.database, enclave.roster.fields, ids),
  }
}

async function sequence(): Promise<void> {
  while ((await enclave.ledger.sequenceOnce()) > 0);
}

/** Let the cast's requests be older than they are, by the clock of the database. */
async function pass(days: number, cast: readonly Actor[], record: Record): Promise<void> {
  if (days === 0) return
  await sample.database.query(
    `UPDATE approval_request SET requested_at = requested_at - $1 * interval '1 day',
                                 expires_at = expires_at - $1 * interval '1 day'
      WHERE state = 'pending' AND requested_by = ANY ($2::uuid[])`,
    [days, cast.map(({ id }) => id)],
  )
  record.passed(days)
}

let cuts = 0

async function takeStep({ stage, record }: Awaited<ReturnType<typeof begin>>, step: Step): Promise<void> {
  await pass(step.days, stage().cast, record)
  breaking.arm(step.cut, step.paceMs)
  const acknowledged = await perform(stage(), step, breaking.isCut)
  const wasCut = breaking.isCut()
  breaking.arm(null)
  if (wasCut) cuts++
  if (step.isRestarted) await restart()
  await record.follow(acknowledged, wasCut)
}

const reached = { gains: 0, refusals: 0, lapsed: 0, outdated: 0, expired: 0, kinds: new Set<string>() }

/** What was read before it was in the tree is what is in the tree. */
async function finish(record: Record): Promise<void> {
  await sequence()
  await record.follow([], false)
  const { kinds, ...tally } = record.tally()
  for (const name of ['gains', 'refusals', 'lapsed', 'outdated', 'expired'] as const) reached[name] += tally[name]
  for (const kind of kinds) reached.kinds.add(kind)
}

test(
  'nobody gains status, role or program without two eligible others, once; ending is at once (I8)',
  async () => {
    await fc.assert(
      fc.asyncProperty(play, async (steps) => {
        const scene = await begin()
        for (const step of steps) await takeStep(scene, step)
        await finish(scene.record)
      }),
      { numRuns: sequences, endOnFailure: true, examples: certain.map((steps) => [steps]), ...seed },
    )
    expect(await enclave.ledger.audit()).toBeNull()
    // The sequences reach what they are about.
    expect(reached.gains).toBeGreaterThan(sequences / 4)
    expect(cuts).toBeGreaterThan(sequences / 12)
    for (const name of ['lapsed', 'outdated', 'expired'] as const) expect([name, reached[name]]).not.toEqual([name, 0])
    const kinds = ['authorization.amend', 'authorization.effect', 'person.change', 'person.import', 'setting.change']
    expect([...reached.kinds].toSorted()).toEqual(kinds)
  },
  timeout,
)

const program = fileURLToPath(new URL('widening/stage-process.ts', import.meta.url))

/** Take a step in a process of its own, to its end or to the kill. */
async function takeStepElsewhere({ stage, record }: Awaited<ReturnType<typeof begin>>, step: Step): Promise<boolean> {
  const { folder, connection } = sample
  const settings: StageSettings = { folder, connection, cast: stage().cast, step }
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')])
  const wasKilled = child.signalCode === 'SIGKILL'
  if (!wasKilled && child.exitCode !== 0) throw new Error('the process ended in another way than by the kill')
  await record.follow(wasKilled ? [] : (JSON.parse(printed) as Id<'entry'>[]), wasKilled)
  return wasKilled
}

test(
  'a process killed between any two steps of an approval leaves all of it or nothing, and it is approved again (I8)',
  async () => {
    let killed = 0
    await fc.assert(
      fc.asyncProperty(cutOff, async (steps) => {
        const scene = await begin()
        for (const step of steps) {
          if (step.cut === null) await takeStep(scene, step)
          else if (await takeStepElsewhere(scene, step)) killed++
        }
        await finish(scene.record)
      }),
      { numRuns: Math.ceil(sequences / 24), endOnFailure: true, ...seed },
    )
    expect(killed).toBeGreaterThan(0)
  },
  timeout,
)
