// What would change if a policy set were in force, told class by class.

import type { policyEffectAnswer } from '@sallyport/protocol/api'
import type * as z from 'zod'
import type { Out } from './printer.ts'

type Effect = z.infer<typeof policyEffectAnswer>

/** Tell an effect: one paragraph for each class of people and things that gains or loses something. */
export function tellEffect(out: Out, effect: Effect): void {
  const everybody = effect.people.reduce((sum, one) => sum + one.members.length, 0)
  const everything = effect.things.reduce((sum, one) => sum + one.members.length, 0)
  out.line(`Asked for ${everybody} people, and ${everything} files and vaults, all of them.`, 'dim')
  if (effect.changes.length === 0) return out.line('Nobody gains or loses anything.', 'green')
  for (const change of effect.changes) {
    const [people, thing] = [effect.people[change.people], effect.things[change.things]]
    if (people === undefined || thing === undefined) continue
    const isGain = change.change === 'gains'
    out.line(
      `${named(people.members)} ${people.members.length === 1 ? change.change : change.change.slice(0, -1)} ${change.actions.join(', ')}`,
      isGain ? 'green' : 'red',
    )
    out.pairs([
      ['who', [people.status, ...people.roles, ...people.programs].join(', ')],
      [
        'what',
        thing.members.length === 0
          ? `the ${thing.kind}`
          : `${named(thing.members)} (${thing.kind}${thing.labels.length === 0 ? '' : `: ${thing.labels.map(short).join(', ')}`})`,
      ],
      ['where', change.situations.join('; ')],
      [isGain ? 'permitted by' : 'because', change.because.map((one) => `${one.text} (${one.code})`).join(' ')],
    ])
  }
}

const mostNamed = 8

function named(members: readonly { readonly id: string; readonly name: string }[]): string {
  const names = members.slice(0, mostNamed).map(({ id, name }) => (name === '' ? id : name))
  const rest = members.length - names.length
  return `${names.join(', ')}${rest > 0 ? ` and ${rest} more (--json names all)` : ''}`
}

function short(label: string): string {
  return label.replace(/^https?:\/\/[^/]*\/attr\/([^/]*)\/value\//, '$1/')
}
