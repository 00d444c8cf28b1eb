// From a case that the prover could not refute to a request that shows it: attributes as the case assumes them, the rest
// tried out. What comes back was put to the compiled policies and is permitted.

import type { CedarRequest, CompiledPolicies } from './compile.ts'
import { entity, entityStore } from './entities.ts'
import type { Mention, Mentions, Root } from './mentions.ts'
import { operationKey, typeKey, type View } from './symbolic.ts'
import { EntityUid, includes, valueText, type CedarRecord, type CedarValue } from './values.ts'

const maxAttempts = 300

/** Look for a request that fits a case and is permitted; null when none is found. */
export function findRequest(compiled: CompiledPolicies, mentions: Mentions, view: View): CedarRequest | null {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const request = attemptRequest(mentions, view, attempt === 0 ? cautious : chances(attempt))
    if (compiled.evaluateStrictly(request).decision === 'allow') return request
  }
  return null
}

/** Picks a place in a list of that length. */
type Chance = (length: number) => number

const cautious: Chance = () => 0

// The same attempts in every run: a linear congruential sequence.
function chances(seed: number): Chance {
  let state = (seed * 2_654_435_761) >>> 0
  return (length) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * length)
  }
}

function attemptRequest(mentions: Mentions, view: View, chance: Chance): CedarRequest {
  const principal = uidFor('principal', mentions, view, chance)
  const resource = uidFor('resource', mentions, view, chance)
  const known = [principal, resource]
  const attrs = (root: Root) => recordFor(root, [], mentions, view, chance, known)
  return {
    principal,
    resource,
    action: view.action,
    context: attrs('context'),
    entities: entityStore([
      entity(principal, attrs('principal'), { ancestors: groupsOf('principal', mentions, view, chance) }),
      entity(resource, attrs('resource'), { ancestors: groupsOf('resource', mentions, view, chance) }),
    ]),
  }
}

function uidFor(root: 'principal' | 'resource', { types, entities }: Mentions, view: View, chance: Chance): EntityUid {
  const assumed = view.assumed.get(typeKey(root))
  const excluded = assumed?.is === 'other' ? assumed.not : []
  const possible = [...types, 'Anything'].filter((type) => !includes(excluded, type))
  const type =
    assumed?.is === 'value' && typeof assumed.value === 'string'
      ? assumed.value
      : (possible[chance(possible.length)] ?? 'Anything')
  const sameType = entities.filter((one) => one.type === type)
  const demanded = sameType.find((one) => isAssumed(view, operationKey('==', [root, valueText(one)])) === true)
  if (demanded !== undefined) return demanded
  const free = sameType.filter((one) => isAssumed(view, operationKey('==', [root, valueText(one)])) === undefined)
  return [new EntityUid(type, `any ${root}`), ...free][chance(free.length + 1)] ?? new EntityUid(type, `any ${root}`)
}

function groupsOf(root: Root, { entities }: Mentions, view: View, chance: Chance): readonly EntityUid[] {
  return entities.filter((one) => isAssumed(view, operationKey('in', [`<${root}>`, valueText(one)])) ?? chance(3) === 2)
}

function recordFor(
  root: Root,
  names: readonly string[],
  mentions: Mentions,
  view: View,
  chance: Chance,
  known: readonly EntityUid[],
): CedarRecord {
  const fields = [...mentions.attributes.values()].filter(
    (one) =>
      one.root === root && one.names.length === names.length + 1 && names.every((name, at) => one.names[at] === name),
  )
  const entries = fields.flatMap((mention): [string, CedarValue][] => {
    const name = mention.names.at(-1) ?? ''
    const assumed = view.assumed.get(mention.key)
    if (assumed?.is === 'value') return [[name, assumed.value]]
    if (assumed?.is === 'missing' || assumed?.is === 'error') return []
    const isOwner = [...mentions.attributes.values()].some(
      (one) => one.root === root && one.names.length > mention.names.length && one.key.startsWith(`${mention.key}.`),
    )
    if (isOwner) return [[name, recordFor(root, mention.names, mentions, view, chance, known)]]
    if (mention.isSet) return [[name, setFor(mention, view, chance)]]
    const excluded = assumed?.is === 'other' ? assumed.not : []
    const possible = [...mention.candidates, ...anything, ...known].filter((value) => !includes(excluded, value))
    return [[name, possible[chance(possible.length)] ?? 'anything']]
  })
  return Object.fromEntries(entries)
}

const anything: readonly CedarValue[] = ['anything', true, false, 0, [], ['anything']]

function setFor({ key, elements }: Mention, view: View, chance: Chance): readonly CedarValue[] {
  const wanted: CedarValue[] = []
  const unwanted: CedarValue[] = []
  for (const list of elements) {
    const asked = (operator: string, operand: string) => isAssumed(view, operationKey(operator, [`<${key}>`, operand]))
    const [only = ''] = list
    const all =
      asked('containsAll', valueText(list)) ?? (list.length === 1 ? asked('contains', valueText(only)) : undefined)
    const any = asked('containsAny', valueText(list))
    if (all === true) wanted.push(...list)
    else if (any === true && list.length > 0) wanted.push(list[chance(list.length)] ?? only)
    else if (any === false || (all === false && list.length === 1)) unwanted.push(...list)
    else if (chance(2) === 1) wanted.push(...list)
  }
  if (chance(4) === 3) wanted.push('anything')
  return wanted.filter((value, at) => !includes(unwanted, value) && wanted.indexOf(value) === at)
}

function isAssumed(view: View, key: string): boolean | undefined {
  const assumed = view.assumed.get(key)
  return assumed?.is === 'value' && typeof assumed.value === 'boolean' ? assumed.value : undefined
}
