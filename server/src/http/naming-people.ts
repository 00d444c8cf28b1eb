// Names of the people whom an answer speaks of.

import type { Id } from '@sallyport/protocol'
import { displayNames } from '../roster/index.ts'
import type { Gate } from './gate.ts'

/** Name people beside a decided answer. */
export async function naming(
  gate: Gate,
  ids: readonly Id<'person'>[],
): Promise<(id: Id<'person'>) => { id: Id<'person'>; name: string }> {
  const names = await displayNames(gate.database, [...new Set(ids)])
  return (id) => ({ id, name: names.get(id) ?? '' })
}
