// What differs between two policy sets, policy by policy, in the words of the policies themselves.

import type { PolicySource } from '../policy/index.ts'

export interface Differences {
  /** Texts of policies by id: what the new set has and the old one has not. */
  readonly added: Readonly<Record<string, string>>
  readonly removed: Readonly<Record<string, string>>
  /** The text that is new. */
  readonly changed: Readonly<Record<string, string>>
  /** What the policies may speak of differs, as new attributes or actions do. */
  readonly schema: boolean
}

/** Compare two sets, as one replaces the other. Comments between policies do not count. */
export function compareSets(before: PolicySource, after: PolicySource): Differences {
  const [old, fresh] = [policiesOf(before.policyText), policiesOf(after.policyText)]
  const only = (some: ReadonlyMap<string, string>, isWanted: (id: string, text: string) => boolean) =>
    Object.fromEntries([...some].filter(([id, text]) => isWanted(id, text)))
  return {
    added: only(fresh, (id) => !old.has(id)),
    removed: only(old, (id) => !fresh.has(id)),
    changed: only(fresh, (id, text) => old.has(id) && old.get(id) !== text),
    schema: before.schemaText !== after.schemaText,
  }
}

/**
 * Cut a text into its policies, each of which begins with its id where a line begins. ATTACKER: what is written otherwise is part of
 * the one before it, or of a piece without an id, so that no approver is shown less than comes in force.
 */
function policiesOf(text: string): ReadonlyMap<string, string> {
  const pieces = text.split(/^(?=@id\(")/m).map((piece) => {
    const id = /^@id\("([^"]*)"\)/.exec(piece)?.[1] ?? ''
    return [id, piece.replaceAll(/^\/\/.*$/gm, '').trim()] as const
  })
  const policies = new Map<string, string>()
  for (const [id, piece] of pieces) {
    const before = policies.get(id)
    if (piece !== '') policies.set(id, before === undefined ? piece : `${before}\n${piece}`)
  }
  return policies
}
