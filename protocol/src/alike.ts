// What is told once although it happened several times: equal things that are close in time.

/** Equal things within so long of the newest of them are one. */
export const alikeWithinMs = 600_000

/**
 * Put things together that have one key and are within `alikeWithinMs` of the newest of them. `things` newest first; so are the
 * groups, by their newest, and what is in each. `atMsOf` in milliseconds since the Unix epoch.
 */
export function alikeTogether<T>(
  things: readonly T[],
  { keyOf, atMsOf }: { readonly keyOf: (thing: T) => string; readonly atMsOf: (thing: T) => number },
): readonly (readonly [T, ...T[]])[] {
  const groups: [T, ...T[]][] = []
  const newest = new Map<string, [T, ...T[]]>()
  for (const thing of things) {
    const key = keyOf(thing)
    const group = newest.get(key)
    if (group !== undefined && atMsOf(group[0]) - atMsOf(thing) <= alikeWithinMs) {
      group.push(thing)
      continue
    }
    const begun: [T, ...T[]] = [thing]
    groups.push(begun)
    newest.set(key, begun)
  }
  return groups
}
