// Labels: OpenTDF attribute values. `https://<namespace>/attr/<name>/value/<value>`, compared in lower case.

/** One attribute value name in canonical (lower) case. */
export type LabelFqn = string & { readonly __label: unique symbol }

export interface Label {
  readonly fqn: LabelFqn
  readonly namespace: string
  readonly name: string
  readonly value: string
}

const fqnShape = /^https:\/\/([a-z0-9.-]{1,253})\/attr\/([a-z0-9_-]{1,128})\/value\/([a-z0-9_.%-]{1,253})$/

/** Parse an attribute value name. Returns null when it is not one of at most 700 characters. ATTACKER: anybody can write a TDF. */
export function parseLabel(text: unknown): Label | null {
  if (typeof text !== 'string' || text.length > 700) return null
  const fqn = text.toLowerCase()
  const match = fqnShape.exec(fqn)
  const [, namespace, name, value] = match ?? []
  if (namespace === undefined || name === undefined || value === undefined) return null
  return { fqn: fqn as LabelFqn, namespace, name, value }
}
