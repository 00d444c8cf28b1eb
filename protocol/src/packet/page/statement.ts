// packet.json, taken apart by hand. ATTACKER: it is whatever somebody wrote; nothing of it is used before it has its shape.

export interface Statement {
  readonly madeAt: string
  readonly question: {
    readonly kind: string
    readonly id: string | null
    readonly name: string | null
    readonly from: string | null
    readonly to: string | null
    readonly purpose: string | null
    readonly askedBy: { readonly id: string; readonly name: string }
    readonly decisionId: string
  }
  readonly selection: {
    readonly first: number
    readonly end: number
    readonly filter: readonly string[] | null
    readonly entries: number
    readonly edges: { readonly before: boolean; readonly after: boolean }
  }
  readonly ledger: {
    readonly origin: string
    readonly checkpoint: string
    readonly keys: readonly string[]
    readonly receiptKey: string
  }
  readonly names: Readonly<Record<'people' | 'files' | 'authorizations', ReadonlyMap<string, string>>>
  readonly sealedEntries: number
  readonly policies: readonly { readonly digest: string; readonly schema: string; readonly policies: string }[]
  readonly legalData: {
    readonly digest: string
    readonly asOf: string
    readonly part: string
    readonly isWhole: boolean
  } | null
  readonly timestamps: {
    readonly roots: string
    readonly of: readonly {
      readonly size: number
      readonly checkpoint: string
      readonly answer: string
      readonly proof: readonly string[]
    }[]
  } | null
  readonly parts: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[]
}

class WrongShape extends Error {}

/** Read packet.json; null for anything of another shape. */
export function readStatement(value: unknown): Statement | null {
  try {
    return statementOf(recordOf(value))
  } catch (error) {
    if (error instanceof WrongShape) return null
    throw error
  }
}

type Fields = Readonly<Record<string, unknown>>

function statementOf(all: Fields): Statement {
  if (all['format'] !== 'sallyport evidence packet v1') throw new WrongShape()
  const question = recordOf(all['question'])
  const askedBy = recordOf(question['askedBy'])
  const selection = recordOf(all['selection'])
  const edges = recordOf(selection['edges'])
  const ledger = recordOf(all['ledger'])
  const names = recordOf(all['names'])
  const legal = all['legalData'] === null ? null : recordOf(all['legalData'])
  // Older packets have no word of it.
  const stamps = all['timestamps'] === undefined ? null : orNull(all['timestamps'], recordOf)
  const filter = selection['filter'] === null ? null : listOf(recordOf(selection['filter'])['anyOf'], stringOf)
  if (filter?.some((text) => text === '') === true || filter?.length === 0) throw new WrongShape()
  return {
    madeAt: stringOf(all['madeAt']),
    question: {
      kind: stringOf(question['kind']),
      id: orNull(question['id'], stringOf),
      name: orNull(question['name'], stringOf),
      from: orNull(question['from'], momentOf),
      to: orNull(question['to'], momentOf),
      purpose: orNull(question['purpose'], stringOf),
      askedBy: { id: stringOf(askedBy['id']), name: stringOf(askedBy['name']) },
      decisionId: stringOf(question['decisionId']),
    },
    selection: {
      first: countOf(selection['first']),
      end: countOf(selection['end']),
      filter,
      entries: countOf(selection['entries']),
      edges: { before: booleanOf(edges['before']), after: booleanOf(edges['after']) },
    },
    ledger: {
      origin: stringOf(ledger['origin']),
      checkpoint: stringOf(ledger['checkpoint']),
      keys: listOf(ledger['keys'], stringOf),
      receiptKey: stringOf(ledger['receiptKey']),
    },
    names: {
      people: mapOf(names['people']),
      files: mapOf(names['files']),
      authorizations: mapOf(names['authorizations']),
    },
    sealedEntries: countOf(all['sealedEntries']),
    policies: listOf(all['policies'], (one) => {
      const { digest, schema, policies } = recordOf(one)
      return { digest: stringOf(digest), schema: stringOf(schema), policies: stringOf(policies) }
    }),
    legalData:
      legal === null
        ? null
        : {
            digest: stringOf(legal['digest']),
            asOf: stringOf(legal['asOf']),
            part: stringOf(legal['part']),
            isWhole: booleanOf(legal['isWhole']),
          },
    timestamps:
      stamps === null
        ? null
        : {
            roots: stringOf(stamps['roots']),
            of: listOf(stamps['of'], (one) => {
              const { size, checkpoint, answer, proof } = recordOf(one)
              return {
                size: countOf(size),
                checkpoint: stringOf(checkpoint),
                answer: stringOf(answer),
                proof: listOf(proof, stringOf),
              }
            }),
          },
    parts: listOf(all['parts'], (one) => {
      const { name, bytes, sha256 } = recordOf(one)
      return { name: stringOf(name), bytes: countOf(bytes), sha256: stringOf(sha256) }
    }),
  }
}

export function recordOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new WrongShape()
  return value as Fields
}

function stringOf(value: unknown): string {
  if (typeof value !== 'string') throw new WrongShape()
  return value
}

function momentOf(value: unknown): string {
  const text = stringOf(value)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) || Number.isNaN(Date.parse(text))) throw new WrongShape()
  return text
}

function countOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new WrongShape()
  return value
}

function booleanOf(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new WrongShape()
  return value
}

function orNull<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null ? null : read(value)
}

function listOf<T>(value: unknown, read: (value: unknown) => T): readonly T[] {
  if (!Array.isArray(value)) throw new WrongShape()
  return value.map((one: unknown) => read(one))
}

function mapOf(value: unknown): ReadonlyMap<string, string> {
  return new Map(Object.entries(recordOf(value)).map(([key, name]) => [key, stringOf(name)] as const))
}
