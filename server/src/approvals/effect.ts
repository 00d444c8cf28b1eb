// What a request would do to who can do what, over everybody and everything, shown before it is approved. An approval names the effect that
// was shown; where it has become another since, it is refused.

import { Problem, type Id } from '@sallyport/protocol'
import {
  effectOfPolicySet,
  mapAccess,
  nameAccessEffect,
  namePolicyEffect,
  type AccessMap,
  type Change,
  type EffectNamed,
  type Permit,
  type PolicyEffect,
  type SoundPolicySet,
} from '../policy/index.ts'
import type { ApprovalsDependencies } from './kinds.ts'
import { requestById } from './store.ts'

/** How the effect of a request is told. */
export type EffectQuestion =
  | { readonly of: 'access'; readonly change: Change }
  | { readonly of: 'policies'; readonly read: () => Promise<SoundPolicySet> }

export type ShownEffect =
  | { readonly of: 'access'; readonly named: EffectNamed; readonly map: AccessMap }
  | { readonly of: 'policies'; readonly named: EffectNamed; readonly effect: PolicyEffect }

/** What a request would change of who can do what; null where that is not asked of it, or where it can have no effect any more. */
export async function effectQuestion(deps: ApprovalsDependencies, id: Id<'approval'>): Promise<EffectQuestion | null> {
  const request = await requestById(deps.database, id)
  if (request === null) throw new Problem('not-found', 'cannot show request: there is none of that id')
  if (request.state !== 'pending') return null
  return (await deps.kinds.get(request.kind)?.effect?.(request.change)) ?? null
}

/** Answer it. Throws Problem as `mapAccess` and `effectOfPolicySet` do. */
export async function answerEffect(
  { search }: Pick<ApprovalsDependencies, 'search'>,
  permit: Permit<'decision.search'>,
  question: EffectQuestion,
): Promise<ShownEffect> {
  if (search === undefined)
    throw new Problem('internal', 'cannot tell the effect: nothing to look with, want what main joins')
  if (question.of === 'access') {
    const map = await mapAccess(permit, question.change, search)
    return { of: 'access', named: nameAccessEffect(map), map }
  }
  const effect = await effectOfPolicySet(permit, question.read, search)
  return { of: 'policies', named: namePolicyEffect(effect), effect }
}

/**
 * See to it that an approval names the effect that its request has at this moment. Yields its digest, null where the request has none to
 * name. Throws Problem `conflict` with the effect as it is now where it names none or another.
 */
export async function mustNameEffect(
  deps: ApprovalsDependencies,
  {
    id,
    named,
    permit,
  }: {
    readonly id: Id<'approval'>
    readonly named: string | null
    readonly permit: Permit<'decision.search'> | null
  },
): Promise<string | null> {
  const question = await effectQuestion(deps, id)
  if (question === null) return null
  // Before it is answered: whoever asked for no look has not seen it.
  if (permit === null) throw new Problem('conflict', 'cannot approve: it names no effect, want that which is shown')
  const { digest, gains, loses } = (await answerEffect(deps, permit, question)).named
  if (digest === named) return digest
  const state = named === null ? 'it names no effect' : 'its effect has changed since it was shown'
  throw new Problem(
    'conflict',
    `cannot approve: ${state}, want the effect as it is now: ${gains} gained, ${loses} lost`,
    {
      details: { effect: digest, gains, loses },
    },
  )
}

/** The effect that an approval names, and the permit under which it is looked at again; both null where none was shown. */
export interface EffectNaming {
  readonly named: string | null
  readonly permit: Permit<'decision.search'> | null
}
