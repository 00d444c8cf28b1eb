// What speaks against a policy set, told as a short story: who asks for what, from where, which policies let it through, and why that
// must not be. The same for both methods: what they found is put to the compiled policies, made as plain as it can be, and told.

import { actions, type Action } from '@sallyport/protocol'
import type { Attributes } from '../attributes.ts'
import {
  entity,
  EntityUid,
  storeOfTwo,
  type CedarAnswer,
  type CedarRecord,
  type CompiledPolicies,
} from '../cedar/index.ts'
import {
  actionType,
  claims,
  principalName,
  releasing,
  requestShape,
  resourceOf,
  type Claim,
  type ClaimId,
  type Refutation,
  type Shape,
} from './statement.ts'

/** What speaks against a policy set, for a person to read. */
export interface Counterexample {
  readonly claim: ClaimId
  /** `request`: the compiled policies permit this request. `unsettled`: no such request was found, and no proof that there is none. */
  readonly kind: 'request' | 'unsettled'
  readonly action: string
  readonly story: string
  /** What of the request matters, as Cedar text: `principal.rostered` is `true`. */
  readonly because: readonly { readonly path: string; readonly value: string }[]
  readonly permittedBy: readonly string[]
  readonly inError: readonly string[]
}

/** Tell what a method found. */
export function tellStory(refutation: Refutation, compiled: CompiledPolicies): Counterexample {
  const claim = claims.find((one) => one.id === refutation.claim)
  if (claim === undefined) throw new Error(`there is no claim ${refutation.claim}`)
  const { action, request } = refutation
  if (request === null || !happens(claim, action, request, compiled)) {
    const state = request === null ? refutation.state : 'the request that was found is not permitted when it is tried'
    return {
      claim: claim.id,
      kind: 'unsettled',
      action,
      story: `It could not be shown that nobody may be permitted ${claim.never}. Where it stopped, the action was ${actions[action].title} (${action}): ${state}.`,
      because: [],
      permittedBy: [],
      inError: [],
    }
  }
  const plain = simplified(claim, action, request, compiled)
  const answer = ask(action, plain.attributes, null, compiled)
  const read = pathsThatMatter(claim, action, plain, compiled)
  return {
    claim: claim.id,
    kind: 'request',
    action,
    story: story(claim, action, plain, answer, read, compiled),
    because: read.map((path) => ({ path, value: JSON.stringify(at(plain.attributes, path)) })),
    permittedBy: answer.determining,
    inError: answer.errors.map((one) => one.policyId),
  }
}

type Request = NonNullable<Refutation['request']>

function ask(
  action: Action,
  { principal, resource, context }: Attributes,
  device: string | null,
  compiled: CompiledPolicies,
): CedarAnswer {
  const [principalUid, resourceUid] = [
    new EntityUid(principalName.type, principalName.id),
    new EntityUid(resourceOf(action).type, resource.id),
  ]
  return compiled.evaluate({
    principal: principalUid,
    action: new EntityUid(actionType, action),
    resource: resourceUid,
    context: device === null ? context : { ...context, device },
    entities: storeOfTwo(
      entity(principalUid, principal as unknown as CedarRecord),
      entity(resourceUid, resource as unknown as CedarRecord),
    ),
  })
}

/** Whether a request does what must never be, by the compiled policies. */
export function happens(
  claim: Claim,
  action: Action,
  { attributes, otherDevice }: Request,
  compiled: CompiledPolicies,
): boolean {
  const isMeant = claim.regions.some((region) =>
    Object.entries(region).every(([path, value]) => at(attributes, path) === value),
  )
  if (!isMeant) return false
  const { decision, errors } = ask(action, attributes, null, compiled)
  if (decision !== 'allow') return false
  if (claim.outcome === 'in-error') return errors.length > 0
  if (claim.outcome === 'permitted') return true
  return otherDevice !== null && ask(action, attributes, otherDevice, compiled).decision !== 'allow'
}

const plainest: readonly (readonly [string, unknown])[] = [
  ['principal.roles', []],
  ['principal.programs', []],
  ['resource.programs', []],
  ['context.coverage.territories', []],
  ['principal.actsForForeignEmployer', false],
  ['resource.labelled', true],
  ['resource.labelsKnown', true],
  ['resource.dissemEmpty', true],
  ['resource.noForeign', false],
  ['context.human', true],
  ['context.obligationsFulfillable', true],
  ['context.place.country', 'US'],
  ['context.device', 'unknown'],
  ['context.door', 'api'],
  ['context.coverage.live', false],
  ['resource.id', '018f0000-0000-7000-8000-000000000001'],
]

// One attribute after the other as plain as it can be while the same still happens.
function simplified(claim: Claim, action: Action, request: Request, compiled: CompiledPolicies): Request {
  let now = request
  const take = (path: string, value: unknown): boolean => {
    const next = { ...now, attributes: put(now.attributes, path, value) }
    if (!happens(claim, action, next, compiled)) return false
    now = next
    return true
  }
  for (const [path, value] of plainest) {
    if (path === 'resource.id' && resourceOf(action).id !== null) continue
    if (path === 'context.place.country' && at(now.attributes, path) === '') continue
    const before = at(now.attributes, path)
    if (take(path, value) || !Array.isArray(before)) continue
    for (const text of before as string[])
      take(
        path,
        (at(now.attributes, path) as string[]).filter((one) => one !== text),
      )
  }
  return now
}

// What makes a difference: with any other value it would not happen, or the claim speaks of it.
function pathsThatMatter(
  claim: Claim,
  action: Action,
  request: Request,
  compiled: CompiledPolicies,
): readonly string[] {
  return leaves('', requestShape).flatMap(([path, shape]) => {
    if (path === 'resource.kind' || path === 'resource.id') return []
    const others = shape === 'bool' ? [true, false] : shape === 'string' ? ['something else'] : [[], ['something else']]
    const isNeeded = others.some(
      (value) => !happens(claim, action, { ...request, attributes: put(request.attributes, path, value) }, compiled),
    )
    return isNeeded || claim.regions.some((region) => path in region) ? [path] : []
  })
}

function leaves(path: string, shape: Shape): readonly (readonly [string, Exclude<Shape, object>])[] {
  if (typeof shape !== 'object') return [[path, shape]]
  return Object.entries(shape).flatMap(([name, one]) => leaves(path === '' ? name : `${path}.${name}`, one))
}

function at(attributes: Attributes, path: string): unknown {
  return path.split('.').reduce<unknown>((of, name) => (of as Readonly<Record<string, unknown>>)[name], attributes)
}

function put(attributes: Attributes, path: string, value: unknown): Attributes {
  const set = (of: unknown, [name = '', ...rest]: readonly string[]): unknown => ({
    ...(of as object),
    [name]: rest.length === 0 ? value : set((of as Readonly<Record<string, unknown>>)[name], rest),
  })
  return set(attributes, path.split('.')) as Attributes
}

const persons: Readonly<Record<string, string>> = {
  'us-person': 'a U.S. person',
  'foreign-person': 'a foreign person',
  unverified: 'somebody whose status is not verified',
  ended: 'somebody whose status has ended',
  unrostered: 'somebody who is not on the roster',
}

function story(
  claim: Claim,
  action: Action,
  { attributes, otherDevice }: Request,
  answer: CedarAnswer,
  read: readonly string[],
  compiled: CompiledPolicies,
): string {
  const { principal, resource, context } = attributes
  const facts = [
    principal.roles.length > 0 ? `in the role ${list(principal.roles)}` : '',
    read.includes('principal.programs') && principal.programs.length > 0
      ? `assigned to ${list(principal.programs)}`
      : '',
    principal.actsForForeignEmployer ? 'who acts for a foreign employer' : '',
    context.human ? '' : 'through a workload of theirs',
  ].filter((one) => one !== '')
  const who = [persons[principal.status] ?? principal.status, ...facts].join(', ')
  const where = context.place.known ? `in ${context.place.country}` : 'from a place that nobody knows'
  const covered = context.coverage.live
    ? 'A live authorization covers it.'
    : principal.usPerson
      ? ''
      : 'No live authorization covers it.'
  const labels = [
    resource.labelled ? '' : 'without labels',
    resource.labelsKnown ? '' : 'with a label that nobody knows',
    resource.noForeign ? 'marked NOFORN' : '',
    resource.programs.length > 0 ? `of ${list(resource.programs)}` : '',
  ].filter((one) => one !== '')
  const of =
    labels.length > 0 && ['file', 'vault'].includes(resource.kind)
      ? ` The ${resource.kind} is ${labels.join(', ')}.`
      : ''
  const device =
    releasing.includes(action) && otherDevice !== null
      ? ` On the device ${JSON.stringify(otherDevice)} it is refused${byWhom(action, attributes, otherDevice, compiled)}.`
      : ''
  const failed = answer.errors
    .map(({ policyId, message }) => ` ${policyId} cannot be evaluated (${message}), and so does not count.`)
    .join('')
  return `${upper(who)} asks, ${where}${otherDevice === null ? '' : ', on an unknown device'}, to ${actions[action].title} (${action}).${of} ${covered === '' ? '' : `${covered} `}It is permitted by ${list(answer.determining)}, and no policy forbids it.${failed}${device} Nobody may be permitted ${claim.never}.`
}

function byWhom(action: Action, attributes: Attributes, device: string, compiled: CompiledPolicies): string {
  const { determining } = ask(action, attributes, device, compiled)
  return determining.length === 0 ? '' : ` by ${list(determining)}`
}

function list(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
