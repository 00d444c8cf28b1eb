// The reasons that no policy's annotations hold, and how a policy's reason is told to one person: one set of words for the
// refusal and for its explanation afterwards.

import type { Reason } from '@sallyport/protocol'
import type { Gathered } from './attributes.ts'

export const noPolicy: Reason = {
  code: 'no-policy',
  text: 'This enclave has no policy set in force, so nothing is permitted.',
  fix: 'An administrator puts a policy set in force.',
  ask: 'administrator',
}

export const guarded: Reason = {
  code: 'guard',
  text: 'Only a U.S. person, or a foreign person whom a live authorization covers, may do this.',
  fix: 'An export control officer registers an authorization that covers you, or verifies your status.',
  ask: 'officer',
}

export const deleted: Reason = {
  code: 'file-deleted',
  text: 'This file was deleted here, and its key is not released again.',
  fix: 'Ask an export control officer who asked for its deletion, and what took its place.',
  ask: 'officer',
}

/** A marking leaves out whoever is not on its list; null for one that is not told. */
export function closed(marking: string | null): Reason {
  return {
    code: 'marking-closed',
    text: `This is marked ${marking ?? 'for a few'}, and no distribution list of it names you.`,
    fix: 'An export control officer puts it and you on a distribution list, or its marking right.',
    ask: 'officer',
  }
}

/** Codes of what the guard in code says after the policies. */
export const guardCodes: ReadonlySet<string> = new Set([guarded.code, deleted.code, closed(null).code])

export const unexplained: Reason = {
  code: 'no-permit',
  text: 'No policy permits this for your role.',
  fix: 'Ask for a role that may do it.',
  ask: 'officer',
}

/** Reasons by code that are not a policy's. */
export const fixedReasons: ReadonlyMap<string, Reason> = new Map(
  [noPolicy, guarded, deleted, closed(null), unexplained].map((one) => [one.code, one]),
)

/** Of a refusal that a proviso to be acknowledged is the whole matter of: what changes it, and that nobody has to be asked. */
export const toAcknowledge = { fix: 'Read the proviso and acknowledge it: sallyport file provisos.', ask: '' } as const

// The nearest miss of coverage says more than the policy's own words, and a status that is the matter says it all.
export function tellReasons(reasons: readonly Reason[], { coverage, attributes }: Gathered): readonly Reason[] {
  const { status } = attributes.principal
  if (status !== 'foreign-person')
    return reasons.length > 1 ? reasons.filter((one) => one.code !== 'no-coverage') : reasons
  if (coverage.live) return reasons
  const fix = coverage.gap === 'acknowledgment' ? toAcknowledge : {}
  return reasons.map((one) => (one.code === 'no-coverage' ? { ...one, text: coverage.text, ...fix } : one))
}
