// Names exactly what an effect is: who gains or loses what. The same for the same people and things however they were grouped, and another as
// soon as anybody gains or loses anything else, so that an approval can name the effect that was looked at.

import { createHash } from 'node:crypto'
import type { AccessMap } from './access.ts'
import type { PolicyEffect } from './effect.ts'

/** What changes for how many: pairs of a person and a thing. */
export interface EffectNamed {
  /** SHA-256, hex. */
  readonly digest: string
  readonly gains: number
  readonly loses: number
}

/** Name the effect of a map with a change: which person gains or loses which file, and under which authorization what is gained. */
export function nameAccessEffect({ people, files, answers, now, would }: AccessMap): EffectNamed {
  const hashes = new Map<string, string>()
  const lines: string[] = []
  const counted = { gains: 0, loses: 0 }
  for (const [p, { members }] of people.entries()) {
    const changed = files.flatMap((_, f) => {
      const [was, is] = [answers[now[p]?.[f] ?? -1], answers[would?.[p]?.[f] ?? -1]]
      if (was === undefined || is === undefined || was.effect === is.effect) return []
      return [{ f, what: is.effect === 'permit' ? `gains ${is.authorization ?? ''}` : 'loses' }]
    })
    if (changed.length === 0) continue
    for (const { f, what } of changed) {
      const pairs = members.length * (files[f]?.members.length ?? 0)
      if (what === 'loses') counted.loses += pairs
      else counted.gains += pairs
    }
    const key = changed.map(({ f, what }) => `${f} ${what}`).join('\n')
    const hash =
      hashes.get(key) ?? hashOf(changed.flatMap(({ f, what }) => files[f]?.members.map((id) => `${id} ${what}`) ?? []))
    hashes.set(key, hash)
    lines.push(...members.map((id) => `${id} ${hash}`))
  }
  return { digest: hashOf(lines), ...counted }
}

/** Name the effect of a policy set: which person gains or loses which action on which thing, in which situations. */
export function namePolicyEffect({ people, things, changes }: PolicyEffect): EffectNamed {
  const lines: string[] = []
  const counted = { gains: 0, loses: 0 }
  for (const [p, rows] of Map.groupBy(changes, (one) => one.people)) {
    const members = people[p]?.members ?? []
    const alike = new Map<string, string[]>()
    for (const [t, told] of Map.groupBy(rows, (one) => one.things)) {
      const thing = things[t]
      if (thing === undefined) continue
      // What policies know by its kind alone counts as one.
      const names = thing.members.length === 0 ? [''] : thing.members
      for (const change of new Set(told.map((one) => one.change))) counted[change] += members.length * names.length
      const what = told.flatMap(({ change, actions, situations }) =>
        actions.flatMap((action) => situations.map((situation) => `${change} ${action} ${situation}`)),
      )
      const signature = hashOf(what)
      alike.set(signature, [...(alike.get(signature) ?? []), ...names.map((id) => `${thing.kind} ${id}`)])
    }
    const hash = hashOf([...alike].map(([signature, ids]) => `${signature} ${hashOf(ids)}`))
    lines.push(...members.map((id) => `${id} ${hash}`))
  }
  return { digest: hashOf(lines), ...counted }
}

function hashOf(lines: readonly string[]): string {
  const hash = createHash('sha256')
  for (const line of [...lines].sort()) hash.update(line).update('\n')
  return hash.digest('hex')
}
