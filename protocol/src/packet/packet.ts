// What a packet says of itself: `packet.json`, the text that is signed over it, and the names of its parts.

import * as z from 'zod'
import { toBase64, utf8 } from '../bytes.ts'
import { canonicalJson } from '../canonical-json.ts'
import { formatVerifyKey, type Sha256, type VerifyKey } from '../ledger/index.ts'

export const packetFormat = 'sallyport evidence packet v1'

/** What stands first in every packet, in this order; what `packet.json` lists follows. */
export const leadingParts = ['packet.json', 'signature.txt', 'receipt.json'] as const
export const entriesPart = 'entries.jsonl'
export const proofsPart = 'proofs.jsonl'

/** The roots of the authority for timestamps, as it stands in every packet that has timestamps. PEM. */
export const timestampRootsPart = 'timestamps/authority.pem'
/** More timestamps than these are not in a packet: of what has more, every so many-th, and the last. */
export const maxTimestamps = 200

/** Kind of the ledger entry that records that a packet was made. */
export const packetMade = 'packet.made'

/** `period`: every entry between two positions. The others: entries that name the thing. */
export const questionKinds = ['period', 'person', 'file', 'program', 'authorization'] as const
export type QuestionKind = (typeof questionKinds)[number]

const text = (max: number) => z.string().max(max)
const id = text(200)
const moment = z.iso.datetime({ precision: 3 })
const place = z.int().min(0)
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const partName = text(200)
const names = z.record(text(200), text(1000))

const question = z.strictObject({
  kind: z.enum(questionKinds),
  /** Null for a period. */
  id: id.nullable(),
  /** What the gate calls it now. */
  name: text(1000).nullable(),
  /** Inclusive; null from the first entry on. */
  from: moment.nullable(),
  /** Exclusive; null up to the checkpoint. */
  to: moment.nullable(),
  purpose: text(1000).nullable(),
  askedBy: z.strictObject({ id, name: text(1000) }),
  /** The entry that records the decision under which it was asked. */
  decisionId: id,
})

const selection = z.strictObject({
  /** Positions that were looked at: from `first` up to and without `end`. */
  first: place,
  end: place,
  /**
   * Entries whose bytes hold one of these texts. Null: every entry between the positions, and with them the one just before and
   * the one just after, where there is one, to show where the period begins and ends.
   */
  filter: z.strictObject({ anyOf: z.array(text(400).min(1)).min(1).max(64) }).nullable(),
  /** How many entries are in the packet, the two at the edges among them. */
  entries: place,
  edges: z.strictObject({ before: z.boolean(), after: z.boolean() }),
})
export type Selection = z.infer<typeof selection>

export const packetStatement = z.strictObject({
  format: z.literal(packetFormat),
  madeAt: moment,
  question,
  selection,
  /** In words, for whoever reads this file alone. */
  completeness: z.strictObject({ proven: text(2000), stated: text(2000) }),
  ledger: z.strictObject({
    origin: z.string().regex(/^[^\s+]{1,300}$/u),
    /** The signed note that every proof leads to. */
    checkpoint: text(64 * 1024),
    keys: z.array(text(2000)).min(1).max(8),
    receiptKey: text(2000),
  }),
  /** What the gate calls what the entries name by id, at the time the packet was made. Not in the ledger. */
  names: z.strictObject({ people: names, files: names, authorizations: names }),
  /** How many entries keep a part sealed under a person's own key. None is opened here. */
  sealedEntries: place,
  /** Every policy set that an entry names. The digest is SHA-256 of the schema, a zero byte and the policies. */
  policies: z.array(z.strictObject({ digest, schema: partName, policies: partName })).max(500),
  /** The dated list of 22 CFR 126.1. `isWhole`: the part has this digest, as the ledger names it; otherwise it lists the rows. */
  legalData: z.strictObject({ digest, asOf: z.iso.date(), part: partName, isWhole: z.boolean() }).nullable(),
  /**
   * Timestamps of an authority (RFC 3161), by size of the checkpoint that each is of. `roots`: the certificates that it is trusted by
   * at the gate. `proof`: that the checkpoint is a beginning of the one above. Null where there is none; older packets do not say.
   */
  timestamps: z
    .strictObject({
      roots: partName,
      of: z
        .array(
          z.strictObject({
            size: place.min(1),
            checkpoint: partName,
            answer: partName,
            proof: z.array(z.string().length(44)).max(64),
          }),
        )
        .min(1)
        .max(maxTimestamps),
    })
    .nullable()
    .default(null),
  parts: z.array(z.strictObject({ name: partName, bytes: place, sha256: digest })).max(1990),
})
export type PacketStatement = z.infer<typeof packetStatement>

/** Longest `packet.json` that is read. */
export const maxStatementBytes = 32 * 1024 * 1024

/**
 * Write the text that the ledger's keys sign for a packet. Its first line has spaces in it, so that it cannot be taken for a
 * checkpoint, and it is none of the texts of receipts.
 */
export function packetText(origin: string, statementSha256: Uint8Array): string {
  return `${packetFormat}\n${origin}\n${toBase64(statementSha256)}\n`
}

/** Hash keys into the fingerprint that people compare: SHA-256 over their lines, sorted, each with a newline. 32 bytes. */
export function keysFingerprint(sha256: Sha256, keys: readonly VerifyKey[]): Uint8Array {
  const lines = keys.map(formatVerifyKey).sort()
  return sha256(utf8(lines.map((line) => `${line}\n`).join('')))
}

/** Write a filter as the text whose SHA-256 the entry of the packet holds. */
export function filterText(filter: Selection['filter']): string {
  return canonicalJson(filter)
}

/** Tell whether an entry is one that a filter chooses. */
export function isChosen(entryText: string, filter: Selection['filter']): boolean {
  return filter === null || filter.anyOf.some((wanted) => entryText.includes(wanted))
}

/** Say in plain words what a packet proves by itself, and what rests on the word of whoever made it. */
export function completenessOf(
  { first, end, filter, edges }: Selection,
  size: number,
): PacketStatement['completeness'] {
  const range = first === end ? 'no position' : `positions ${first} to ${end - 1}`
  const each = 'Each entry is in the ledger at its position, as it was recorded, under the signed checkpoint.'
  if (filter === null) {
    const before = edges.before ? ' The entry just before is of an earlier time than the period.' : ''
    const ending = end === size ? ' The checkpoint ends there.' : ''
    const edge = before + (edges.after ? ' The entry just after is of a later time.' : ending)
    return {
      proven: `${each} Nothing is left out between them: every entry at ${range} is here.${edge}`,
      stated:
        'That no entry further away carries a time of the period is stated by the gate, in a text signed with the keys of the ' +
        'ledger. Names of people, files and authorizations are what the gate calls them, not part of the ledger.',
    }
  }
  return {
    proven: `${each} Each of them holds one of the texts of the filter.`,
    stated:
      `That no other entry at ${range} holds one of these texts is stated by the gate, in a text signed with the keys of the ledger ` +
      'and recorded in it. Whoever has an export of the whole ledger can prove it: the filter is given exactly. Names of people, ' +
      'files and authorizations are what the gate calls them, not part of the ledger.',
  }
}
