// One interleaving: tasks, the order in which their steps come, and what fails in between; then everything comes back, all of it
// gets into the tree, and whatever was ever said is held against what is there.

import fc from 'fast-check'
import type { Broken } from './database.ts'
import type { Choose } from './disk.ts'
import type { How } from './schedule.ts'
import type { Ground } from './statements.ts'
import { emptyBeginning, processes, Violation, World, type Beginning, type Task } from './world.ts'

/** A step that comes next, or a fault instead of it. */
export interface Pick {
  /** Which of those that are ready; which process, for one that is killed. */
  readonly which: number
  readonly how: How | 'kill' | 'cut'
  /** So many steps in a row of what was picked. */
  readonly run: number
  readonly ms: number
}

export interface Play {
  /** Entries in the tree before: few, or up to the edge of a tile. */
  readonly beginning: number
  readonly ground: Ground
  readonly tasks: readonly Task[]
  readonly picks: readonly Pick[]
  readonly isCutAtTheEnd: boolean
  readonly seed: number
}

const sizes = [0, 1, 254]
const mostSteps = 10_000

const plain = { noNullPrototype: true } as const
const process = fc.nat({ max: processes - 1 })
const onPerson = (kind: Extract<Task, { person: number }>['kind']) =>
  fc.record({ kind: fc.constant(kind), process, person: fc.nat({ max: 1 }) }, plain)
const task: fc.Arbitrary<Task> = fc.oneof(
  { weight: 5, arbitrary: onPerson('open a file') },
  { weight: 4, arbitrary: onPerson('end') },
  { weight: 1, arbitrary: onPerson('restore') },
  { weight: 1, arbitrary: onPerson('end and restore') },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sequence' as const), process }, plain) },
  {
    weight: 4,
    arbitrary: fc.record(
      { kind: fc.constantFrom(...(['append', 'append again', 'publish', 'look up'] as const)), process },
      plain,
    ),
  },
)
const pick: fc.Arbitrary<Pick> = fc.record(
  {
    which: fc.nat({ max: 30 }),
    how: fc.oneof(
      { weight: 60, arbitrary: fc.constant<Pick['how']>('done') },
      { weight: 4, arbitrary: fc.constantFrom<Pick['how']>('lost', 'answer-lost', 'kill', 'cut') },
    ),
    run: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) }),
    ms: fc.oneof({ weight: 40, arbitrary: fc.nat({ max: 2 }) }, { weight: 1, arbitrary: fc.constant(6000) }),
  },
  plain,
)

export const plays: fc.Arbitrary<Play> = fc.record(
  {
    beginning: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 2) }),
    ground: fc.constantFrom<Ground>(
      { isTurnTaken: true, isIndexKey: true },
      { isTurnTaken: false, isIndexKey: true },
      { isTurnTaken: false, isIndexKey: false },
    ),
    tasks: fc.array(task, { minLength: 1, maxLength: 12, size: 'max' }),
    picks: fc.array(pick, { maxLength: 90, size: 'max' }),
    isCutAtTheEnd: fc.boolean(),
    seed: fc.nat(),
  },
  plain,
)

const beginnings = new Map<number, Promise<Beginning>>()

/** What a run begins with. */
export function beginningOf(n: number): Promise<Beginning> {
  const entries = sizes[n] ?? 0
  const made = beginnings.get(entries) ?? makeBeginning(entries)
  beginnings.set(entries, made)
  return made
}

async function makeBeginning(entries: number): Promise<Beginning> {
  const world = new World(emptyBeginning(), { isTurnTaken: true, isIndexKey: true }, {}, 1)
  const begun = world.begin(entries)
  const over = { is: false }
  void begun.finally(() => (over.is = true))
  for (let steps = 0; !over.is && steps < mostSteps; steps++) {
    const [first] = world.schedule.ready
    if (first === undefined) await world.schedule.settle()
    else await world.schedule.take(first, 'done')
  }
  return await begun
}

/** How many entries there are when a play begins. */
export function beginsAt({ beginning }: Play): number {
  return sizes[beginning] ?? 0
}

/** Start a process over what a play began with, beside the checkpoint file that it left. Throws Violation when it refuses. */
export async function startAfter(what: Play, played: World): Promise<void> {
  const { tables } = await beginningOf(what.beginning)
  const world = new World({ tables, note: played.checkpointFile() }, what.ground, {}, what.seed)
  world.offerStart(0)
  await finish(world, [])
}

/** Play one interleaving. Throws Violation, with the story of it, for whatever does not hold. Returns the world as it is then. */
export async function play(what: Play, broken: Broken = {}): Promise<World> {
  const world = new World(await beginningOf(what.beginning), what.ground, broken, what.seed)
  try {
    await playIn(world, what)
    return world
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    throw new Violation(`${error.message}\n${world.schedule.story.join('\n')}`)
  }
}

async function playIn(world: World, { tasks, picks, isCutAtTheEnd, seed }: Play): Promise<void> {
  const waiting = [...tasks]
  const choose = chooser(seed)
  for (let process = 0; process < processes; process++) world.offerStart(process)
  for (const one of picks) await takePick(world, waiting, one, choose)
  await finish(world, waiting)
  if (isCutAtTheEnd) world.cutPower(choose)
  await finish(world, waiting)
  // What is pending is taken in by whoever is there, a step at a time.
  for (let rounds = 0; rounds < 3; rounds++) await finish(world, [{ kind: 'sequence', process: rounds % processes }])
  world.said.hold()
  world.refuseViolated()
}

async function takePick(world: World, waiting: Task[], { which, how, run, ms }: Pick, choose: Choose): Promise<void> {
  world.passes(ms)
  if (how === 'kill') world.kill(which % processes)
  else if (how === 'cut') world.cutPower(choose)
  else {
    const process = await takeOne(world, waiting, which, how)
    if (process !== null) await goOn(world, process, run - 1)
  }
  world.refuseViolated()
}

/** So many more steps of one process, each that which it came to last. */
async function goOn({ schedule }: World, process: number, steps: number): Promise<void> {
  for (let taken = 0; taken < steps; taken++) {
    const next = schedule.ready.findLast((step) => step.process === process)
    if (next === undefined) return
    await schedule.take(next, 'done')
  }
}

/** Take one of all that could come next: a step that is ready, or the begin of a task whose process serves. */
async function takeOne(world: World, waiting: Task[], which: number, how: How): Promise<number | null> {
  const { ready } = world.schedule
  const tasks = waiting.filter((one) => world.isServing(one.process))
  const count = ready.length + tasks.length
  if (count === 0) return null
  const step = ready[which % count]
  if (step !== undefined) {
    await world.schedule.take(step, how)
    return step.process
  }
  const task = tasks[(which % count) - ready.length]
  if (task === undefined) return null
  waiting.splice(waiting.indexOf(task), 1)
  world.begins(task)
  await world.schedule.settle()
  return task.process
}

/** Nothing fails any more: all that was begun comes to its end, in turn. */
async function finish(world: World, waiting: Task[]): Promise<void> {
  for (let steps = 0; steps < mostSteps; steps++) {
    world.passes(1)
    if ((await takeOne(world, waiting, 0, 'done')) === null) return
    world.refuseViolated()
  }
  throw new Violation('it does not come to an end')
}

function chooser(seed: number): Choose {
  let state = seed
  return (possibilities) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * possibilities)
  }
}
