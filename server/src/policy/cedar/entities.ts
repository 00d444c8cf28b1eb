// Entities: attributes, tags and ancestors by name. The transitive closure of parents is computed once, when a store is
// built, so that `in` is one look-up.

import { Problem } from '@sallyport/protocol'
import { isSameEntity, type CedarRecord, type EntityUid } from './values.ts'

export interface CedarEntity {
  readonly uid: EntityUid
  readonly attrs: CedarRecord
  readonly tags: CedarRecord
  /** Keys of all entities that this one is in, itself not among them. */
  readonly ancestors: ReadonlySet<string>
}

/** The entities of a request. */
export interface EntityStore {
  readonly all: readonly CedarEntity[]
  find(uid: EntityUid): CedarEntity | undefined
}

const noAttributes: CedarRecord = Object.freeze({})
const noAncestors: ReadonlySet<string> = new Set()

/**
 * Make one entity whose ancestors are known: all of them, not only parents. Attributes are taken as they are and not
 * checked: Longs must be safe integers or bigints beyond.
 */
export function entity(
  uid: EntityUid,
  attrs: CedarRecord = noAttributes,
  { tags = noAttributes, ancestors }: { tags?: CedarRecord; ancestors?: readonly EntityUid[] } = {},
): CedarEntity {
  const keys = ancestors === undefined ? noAncestors : new Set(ancestors.map((one) => one.key))
  return { uid, attrs, tags, ancestors: keys }
}

/** Make a store of entities whose ancestors are complete. A later entity of the same name replaces an earlier one. */
export function entityStore(entities: readonly CedarEntity[]): EntityStore {
  const byKey = new Map(entities.map((one) => [one.uid.key, one]))
  return { all: [...byKey.values()], find: (uid) => byKey.get(uid.key) }
}

/** Make a store of two. No key is made for it, which would take as long as a dozen policies. */
export function storeOfTwo(first: CedarEntity, second: CedarEntity): EntityStore {
  return {
    all: [first, second],
    find: (uid) => (isSameEntity(uid, second.uid) ? second : isSameEntity(uid, first.uid) ? first : undefined),
  }
}

/** An entity as it is written: with its direct parents. */
export interface WrittenEntity {
  readonly uid: EntityUid
  readonly attrs: CedarRecord
  readonly tags: CedarRecord
  readonly parents: readonly EntityUid[]
}

/** Make a store of entities from their direct parents. Throws Problem `invalid-request` on a repetition or a cycle. */
export function closeEntities(written: readonly WrittenEntity[]): EntityStore {
  const byKey = new Map(written.map((one) => [one.uid.key, one]))
  if (byKey.size !== written.length) {
    throw new Problem('invalid-request', 'cannot read entities: one is there twice, want each once')
  }
  const closed = new Map<string, ReadonlySet<string>>()
  const open = new Set<string>()
  const close = (key: string): ReadonlySet<string> => {
    const known = closed.get(key)
    if (known !== undefined) return known
    if (open.has(key)) throw new Problem('invalid-request', 'cannot read entities: parents form a cycle, want none')
    open.add(key)
    const ancestors = new Set<string>()
    for (const parent of byKey.get(key)?.parents ?? []) {
      ancestors.add(parent.key)
      for (const above of close(parent.key)) ancestors.add(above)
    }
    open.delete(key)
    closed.set(key, ancestors)
    return ancestors
  }
  return entityStore(
    written.map(({ uid, attrs, tags }) => Object.freeze({ uid, attrs, tags, ancestors: close(uid.key) })),
  )
}
