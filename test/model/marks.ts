// What a run met, so that somebody can tell whether all that is to be met was.

import type { Traced } from './database.ts'
import { nameOf } from './statements.ts'
import type { World } from './world.ts'

const inStory = {
  'a process was killed': 'is killed',
  'the power was cut': 'the power is cut',
  'a commit was lost': 'commit (lost)',
  'the answer to a commit was lost': 'commit (answer-lost)',
  'the checkpoint file could not be written': 'file write (lost)',
  'an ending waited for a permit': 'waits: policy-narrow',
  'a permit waited for an ending': 'waits: ledger-append-while-epoch',
  'a sequencer waited for another': 'waits: ledger-move',
  'a change waited for another': 'waits: subject-change',
  'a key left': 'lets a key go',
  'somebody was refused': 'refuses',
  'a permit had expired': 'cannot use permit: it has expired',
  'a place in the tree was told': 'tells a place',
} as const

const seldomInStory = {
  'an append waited for a sequencer': 'waits: ledger-append\n',
} as const

const inTrace = {
  'the fence stopped a sequencer': (one: Query) => isAsked(one, 'ledger-advance') && rowsOf(one) === 0,
  'the key stopped a sequencer': (one: Traced) => 'outcome' in one && one.outcome !== 'waits' && 'error' in one.outcome,
} as const

const lastLook = 'a decision took its last look while it held the epoch'

/** What some thousand runs meet; the rest takes more. */
export const oftenMet: readonly string[] = [...Object.keys(inStory), ...Object.keys(inTrace)]

type Query = Traced & { readonly kind: 'query' }

export function marksOf(world: World): ReadonlySet<string> {
  const met = new Set<string>()
  const story = world.schedule.story.join('\n')
  for (const [mark, words] of Object.entries({ ...inStory, ...seldomInStory })) if (story.includes(words)) met.add(mark)
  const held = new Set<number>()
  for (const one of world.database.trace) {
    if (inTrace['the key stopped a sequencer'](one)) met.add('the key stopped a sequencer')
    if (one.kind !== 'query') continue
    if (inTrace['the fence stopped a sequencer'](one)) met.add('the fence stopped a sequencer')
    if (isAsked(one, 'policy-hold-epoch')) held.add(one.tx)
    if (isAsked(one, 'policy-snapshot') && held.has(one.tx)) met.add(lastLook)
  }
  return met
}

const isAsked = (one: Query, name: string): boolean => nameOf(one.statement) === name
const rowsOf = ({ outcome }: Query): number => (outcome !== 'waits' && 'rows' in outcome ? outcome.rows.length : -1)
