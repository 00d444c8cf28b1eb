// Making a packet: one permit, one checkpoint, everything gathered and signed, the making recorded, and only then handed out.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { Problem, toBase64, toHex, utf8 } from '@sallyport/protocol'
import { formatVerifyKey, type Receipt } from '@sallyport/protocol/ledger'
import {
  archiveEnd,
  archiveHeader,
  archiveLength,
  filterText,
  maxArchiveBytes,
  packetMade,
  type PacketStatement,
} from '@sallyport/protocol/packet'
import type { Clock, Database } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import { mustStillStand, spendPermit, type Permit } from '../policy/index.ts'
import { gather, packetLimits, tooLarge } from './gather.ts'
import { writeReport } from './report/report.ts'
import { openSummary } from './report/summary.ts'
import { openSpool, partOf, type Spool, type Spooled } from './spool.ts'
import { statementOf, surroundings } from './statement.ts'
import { readMe } from './read-me.ts'
import { openCovering, readStampsFor } from './timestamps.ts'
import { selectionOf, type PacketQuestion } from './selection.ts'
import type { PacketTurns } from './turns.ts'

export type { PacketQuestion }

export interface EvidenceDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'origin' | 'evidence' | 'appendIn' | 'acknowledge' | 'entry'>
  readonly clock: Clock
  readonly turns: PacketTurns
  /** Host part of the enclave's labels. */
  readonly namespace: string
  /** Where parts rest until the packet is sent. Others cannot read it. */
  readonly folder: string
  /** PEM of the roots of the authority whose timestamps packets carry; null where none is configured. */
  readonly timestampRoots: string | null
  readonly limits?: typeof packetLimits
}

export interface MadePacket {
  /** The caller reads it to its end or destroys it. */
  readonly stream: Readable
  readonly bytes: number
}

/**
 * Make an evidence packet, up to the last checkpoint. Throws Problem `refused` for a permit that does not fit and for a reader
 * who lost status or role meanwhile, `invalid-request` for a question that is none, `too-many-requests`, `too-large`, and
 * `unavailable` where the ledger is damaged or a policy set that an entry names is not kept.
 */
export async function makePacket(
  deps: EvidenceDependencies,
  permit: Permit<'ledger.read'>,
  question: PacketQuestion,
): Promise<MadePacket> {
  spendPermit(permit, 'ledger.read', 'enclave')
  const turn = deps.turns.begin(permit.actor)
  const spools: Spool[] = []
  const end = async (): Promise<void> => {
    turn.end()
    for (const spool of spools.splice(0)) await spool.discard()
  }
  try {
    const { evidence } = deps.ledger
    const head = await evidence.head()
    const limits = deps.limits ?? packetLimits
    const selection = await selectionOf(deps, question, head.size)
    if (selection.filter === null && selection.end - selection.first > limits.entries) throw tooLarge(limits)
    const atEnd = (spool: Spool): void => void spools.push(spool)
    const summary = openSummary()
    const covering = openCovering(await evidence.stampedSizes(head.size))
    const see: typeof summary.see = (index, entry) => {
      summary.see(index, entry)
      covering.see(index)
    }
    const collected = await gather({ evidence, folder: deps.folder, turn, see, atEnd, limits }, selection, head.size)
    const around = await surroundings(deps, permit, question, collected.mentioned)
    const stamps = await readStampsFor(evidence, covering.chosen(), head, deps.timestampRoots)
    const statement = statementOf({
      question: around.question,
      selection: { ...selection, entries: collected.count },
      size: head.size,
      ledger: {
        origin: head.origin,
        checkpoint: head.note,
        keys: evidence.keys.map(formatVerifyKey),
        receiptKey: formatVerifyKey(evidence.receiptKey),
      },
      around,
      timestamps: stamps.listed,
      sealed: collected.sealed,
      madeAtMs: deps.clock.now(),
    })
    const report = await openSpool(deps.folder, 'report.pdf')
    atEnd(report)
    const told = summary.tell(statement.names)
    for await (const piece of await writeReport({ statement, size: head.size, stamped: stamps.stamped, ...told }))
      await report.write(piece)
    const all = [
      partOf('README.txt', readMe(statement)),
      await report.finish(),
      partOf('verify.html', await readPage()),
      collected.entries,
      collected.proofs,
      ...around.parts,
      ...stamps.parts,
    ]
    const signed = await sealed(deps, permit, { ...statement, parts: all.map(listed) }, head.size)
    const whole = [...signed, ...all]
    const bytes = archiveLength(whole)
    if (bytes > maxArchiveBytes) throw tooLarge(limits)
    const stream = Readable.from(archive(whole), { objectMode: false })
    stream.once('close', () => void end().catch(() => {}))
    return { stream, bytes }
  } catch (error) {
    await end()
    throw error
  }
}

/** The page on which anybody checks a packet in a browser. It is the same in every packet of a version. */
async function readPage(): Promise<Uint8Array> {
  return await readFile(new URL(import.meta.resolve('@sallyport/protocol/packet/verify.html')))
}

/** Sign the statement, record that the packet was made, and write the parts that stand first. */
async function sealed(
  deps: EvidenceDependencies,
  permit: Permit<'ledger.read'>,
  statement: PacketStatement,
  size: number,
): Promise<readonly Spooled[]> {
  const text = `${JSON.stringify(statement, null, 2)}\n`
  const digest = createHash('sha256').update(text).digest()
  const note = await deps.ledger.evidence.signPacket(digest)
  const appended = await record(deps, permit, statement, { digest, size })
  const [receipt] = await deps.ledger.acknowledge([appended])
  const entry = await deps.ledger.entry(appended.id)
  if (receipt === undefined || entry === null) {
    throw new Problem('unavailable', 'cannot make packet: its entry is not there, want it recorded')
  }
  return [
    partOf('packet.json', text),
    partOf('signature.txt', note),
    partOf('receipt.json', receiptText(receipt, entry.bytes)),
  ]
}

/** INVARIANT: no byte of a packet leaves before the entry that names its reader, its question and its digest is durable. */
async function record(
  { database, ledger }: EvidenceDependencies,
  permit: Permit<'ledger.read'>,
  { question, selection }: PacketStatement,
  { digest, size }: { readonly digest: Uint8Array; readonly size: number },
): Promise<Appended> {
  const { kind, id, from, to, purpose } = question
  const { first, end, filter, entries } = selection
  return await database.transaction(async (tx) => {
    // A packet takes longer than a permit lives.
    await mustStillStand(tx, permit.actor, ['officer', 'auditor'])
    const [appended] = await ledger.appendIn(tx, [
      {
        kind: packetMade,
        actor: permit.actor,
        about: id === null || kind === 'period' || kind === 'program' ? null : { kind, id },
        body: {
          decision: permit.entryId,
          question: { kind, id, from, to, purpose },
          first,
          end,
          size,
          entries,
          filterSha256: toHex(
            createHash('sha256')
              .update(utf8(filterText(filter)))
              .digest(),
          ),
          packetSha256: toHex(digest),
        },
      },
    ])
    if (appended === undefined) throw new Problem('unavailable', 'cannot record packet: no entry, want one')
    return appended
  })
}

function receiptText(receipt: Receipt, entry: Uint8Array): string {
  return `${JSON.stringify({ receipt, entry: toBase64(entry) }, null, 2)}\n`
}

function listed({ name, bytes, sha256 }: Spooled): PacketStatement['parts'][number] {
  return { name, bytes, sha256 }
}

async function* archive(parts: readonly Spooled[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    yield archiveHeader(part)
    yield* part.read()
  }
  yield archiveEnd(parts)
}
