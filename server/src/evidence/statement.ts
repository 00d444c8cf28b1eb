// What goes into a packet beside the entries: names for the ids in them, the policies that they name, the legal data in force.

import { createHash } from 'node:crypto'
import { Problem, type Id } from '@sallyport/protocol'
import { completenessOf, packetFormat, type PacketStatement, type Selection } from '@sallyport/protocol/packet'
import { legalDataInForce, numbersOf } from '../authorizations/index.ts'
import type { Database } from '../base/index.ts'
import { namesOfFiles } from '../files/index.ts'
import { storedPolicySet, type Permit } from '../policy/index.ts'
import { displayNames } from '../roster/index.ts'
import type { Mentioned } from './gather.ts'
import type { PacketQuestion } from './selection.ts'
import { partOf, type Spooled } from './spool.ts'

export interface Surroundings {
  readonly question: PacketStatement['question']
  readonly names: PacketStatement['names']
  readonly policies: PacketStatement['policies']
  readonly legalData: PacketStatement['legalData']
  readonly parts: readonly Spooled[]
}

/** Names beyond these are left out; the entries have the ids. */
const maxNames = 20_000

/** Read what belongs to the entries of a packet. Throws Problem `unavailable` where a policy set is not kept, or not as it was. */
export async function surroundings(
  { database }: { readonly database: Database },
  permit: Permit<'ledger.read'>,
  question: PacketQuestion,
  mentioned: Mentioned,
): Promise<Surroundings> {
  const asked = await askedOf(database, permit, question)
  const { people, files, authorizations } = mentioned
  const [named, titled, numbered] = [
    await displayNames(database, [...people].slice(0, maxNames)),
    await namesOfFiles(database, [...files].slice(0, maxNames)),
    await numbersOf(database, [...authorizations].slice(0, maxNames)),
  ]
  const policies = await policyParts(database, [...mentioned.policies].sort())
  const legal = await legalDataInForce(database)
  const legalPart = legal === null ? null : partOf('legal/legal-data.json', legal.text)
  return {
    question: asked,
    names: {
      people: record(named, (name) => name),
      files: record(titled, ({ name, vault }) => `${vault}/${name}`),
      authorizations: record(numbered, (number) => number),
    },
    policies: policies.sets,
    legalData:
      legal === null || legalPart === null
        ? null
        : { digest: legal.digest, asOf: legal.asOf, part: legalPart.name, isWhole: legal.isWhole },
    parts: [...policies.parts, ...(legalPart === null ? [] : [legalPart])],
  }
}

export interface StatementMatter {
  readonly question: PacketStatement['question']
  readonly selection: Selection
  readonly size: number
  readonly ledger: PacketStatement['ledger']
  readonly around: Surroundings
  readonly timestamps: PacketStatement['timestamps']
  readonly sealed: number
  readonly madeAtMs: number
}

/** Write a statement that lists no parts yet. */
export function statementOf(matter: StatementMatter): PacketStatement {
  const { question, selection, size, ledger, around, timestamps, sealed, madeAtMs } = matter
  return {
    format: packetFormat,
    madeAt: new Date(madeAtMs).toISOString(),
    question,
    selection,
    completeness: completenessOf(selection, size),
    ledger,
    names: around.names,
    sealedEntries: sealed,
    policies: around.policies,
    legalData: around.legalData,
    timestamps,
    parts: [],
  }
}

async function askedOf(
  database: Database,
  { actor, entryId }: Permit<'ledger.read'>,
  { kind, id, fromMs, toMs, purpose }: PacketQuestion,
): Promise<PacketStatement['question']> {
  const person = kind === 'person' ? (id as Id<'person'>) : null
  const people = await displayNames(database, person === null ? [actor] : [actor, person])
  return {
    kind,
    id,
    name: person === null ? await nameOf(database, kind, id) : (people.get(person) ?? null),
    from: isoOf(fromMs),
    to: isoOf(toMs),
    purpose,
    askedBy: { id: actor, name: people.get(actor) ?? '' },
    decisionId: entryId,
  }
}

async function nameOf(database: Database, kind: PacketQuestion['kind'], id: string | null): Promise<string | null> {
  if (kind === 'file') {
    const fileId = id as Id<'file'>
    return (await namesOfFiles(database, [fileId])).get(fileId)?.name ?? null
  }
  if (kind === 'authorization') {
    const authorizationId = id as Id<'authorization'>
    return (await numbersOf(database, [authorizationId])).get(authorizationId) ?? null
  }
  return id
}

async function policyParts(
  database: Database,
  digests: readonly string[],
): Promise<{ readonly sets: PacketStatement['policies']; readonly parts: readonly Spooled[] }> {
  const sets: PacketStatement['policies'] = []
  const parts: Spooled[] = []
  for (const digest of digests) {
    const stored = await storedPolicySet(database, digest)
    const { schemaText = '', policyText = '' } = stored ?? {}
    const hashed = createHash('sha256').update(schemaText).update('\0').update(policyText).digest('hex')
    if (hashed !== digest) {
      throw new Problem(
        'unavailable',
        `cannot make packet: the policies ${digest} are not kept, want those that decided`,
      )
    }
    const [schema, policies] = [`policies/${digest}.cedarschema`, `policies/${digest}.cedar`]
    sets.push({ digest, schema, policies })
    parts.push(partOf(schema, schemaText), partOf(policies, policyText))
  }
  return { sets, parts }
}

function record<K extends string, V>(map: ReadonlyMap<K, V>, text: (value: V) => string): Record<string, string> {
  return Object.fromEntries([...map].map(([key, value]) => [key, text(value)] as const).sort())
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
