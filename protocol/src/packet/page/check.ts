// The whole check, from the outside in.

import { crc32, readPart, readParts, type Part } from './archive.ts'
import { fromBase64, isEqual, jsonOf, NotAPacket, sha256, textOf, toHex, utf8, type Bytes } from './bytes.ts'
import { checkEntries, type ShownEntry } from './entries.ts'
import { Report } from './report.ts'
import { fingerprintOf, parseKey, parseNote, signedBy, verifies, type Key, type Note } from './signatures.ts'
import { readStatement, type Statement } from './statement.ts'
import { checkTimestamps, type Times } from './timestamps.ts'
import { Inclusion, leafHash } from './tree.ts'

export interface Result {
  readonly report: Report
  readonly statement: Statement | null
  readonly keys: readonly Key[]
  readonly fingerprint: string
  readonly size: number
  readonly entries: readonly ShownEntry[]
  readonly times: Times | null
}

/** Largest part that a page holds in memory. */
const maxPart = 512 * 1024 * 1024

export async function checkPacket(file: Blob, progress: (part: number) => Promise<void>): Promise<Result> {
  const report = new Report(progress)
  let [statement, keys, fingerprint, size]: [Statement | null, readonly Key[], string, number] = [null, [], '', 0]
  let entries: readonly ShownEntry[] = []
  let times: Times | null = null
  try {
    const parts = await readParts(file)
    const packet = await opened(file, parts)
    statement = packet.statement
    keys = await keysOf(statement)
    fingerprint = await fingerprintOf(keys)
    await checkSignature(packet, keys, report)
    const digests = await checkParts(file, parts, statement, report)
    const checkpoint = await checkCheckpoint(statement, keys, report)
    const content = async (name: string): Promise<Bytes | null> => {
      const part = parts.find((one) => one.name === name)
      return part === undefined || part.size > maxPart ? null : await readPart(file, part)
    }
    const [lines, proofs] = [await content('entries.jsonl'), await content('proofs.jsonl')]
    if (lines === null || proofs === null) throw new NotAPacket('There are no entries or no proofs in it.')
    if (checkpoint !== null) {
      size = checkpoint.size
      const checked = await checkEntries(lines, proofs, statement, checkpoint, report)
      entries = checked.shown
      await checkPolicies(statement, checked.policies, content, report)
      await checkReceipt(packet, statement, checkpoint.size, report)
      times = await checkTimestamps(statement, keys, checkpoint, content, report)
    }
    checkLegalData(statement, digests, report)
  } catch (error) {
    if (!(error instanceof NotAPacket)) throw error
    report.fault('archive', error.message)
  }
  return { report, statement, keys, fingerprint, size, entries, times }
}

interface Opened {
  readonly statement: Statement
  readonly statementBytes: Bytes
  readonly note: Note | null
  readonly receipt: Bytes
}

async function opened(file: Blob, parts: readonly Part[]): Promise<Opened> {
  const [statementPart, signaturePart, receiptPart] = parts
  if (
    statementPart?.name !== 'packet.json' ||
    signaturePart?.name !== 'signature.txt' ||
    receiptPart?.name !== 'receipt.json' ||
    Math.max(statementPart.size, signaturePart.size, receiptPart.size) > 32 * 1024 * 1024
  ) {
    throw new NotAPacket('The file does not begin as an evidence packet.')
  }
  const statementBytes = await readPart(file, statementPart)
  const statement = readStatement(jsonOf(statementBytes))
  if (statement === null) throw new NotAPacket('packet.json is not written as one.')
  const note = parseNote(textOf(await readPart(file, signaturePart)) ?? '')
  return { statement, statementBytes, note, receipt: await readPart(file, receiptPart) }
}

async function keysOf({ ledger }: Statement): Promise<readonly Key[]> {
  const keys = await Promise.all(ledger.keys.map(parseKey))
  if (keys.length === 0 || keys.some((key) => key?.name !== ledger.origin)) {
    throw new NotAPacket('The keys that the packet names are not keys of its ledger.')
  }
  return keys.filter((key) => key !== null)
}

async function checkSignature({ note, statement, statementBytes }: Opened, keys: readonly Key[], report: Report) {
  const digest = btoa(String.fromCharCode(...(await sha256(statementBytes))))
  const wanted = `sallyport evidence packet v1\n${statement.ledger.origin}\n${digest}\n`
  if (note?.text !== wanted) {
    report.fault('signature', 'packet.json is not what was signed.')
    return
  }
  await checkNote(note, keys, 'signature', 'packet.json', report)
}

async function checkNote(
  note: Note,
  keys: readonly Key[],
  step: 'signature' | 'checkpoint',
  what: string,
  report: Report,
) {
  for (const key of keys) {
    const state = await signedBy(note, key)
    if (state === 'unchecked') {
      report.leave(
        step,
        `This browser does not know ${key.kind}, so that this one of ${keys.length} signatures of ${what} was not checked.`,
      )
    } else if (state !== 'good') {
      report.fault(step, `The ${key.kind} signature of ${what} is ${state === 'missing' ? 'not there' : 'not good'}.`)
    }
  }
}

/** Every part is the one that packet.json names. Returns their digests. */
async function checkParts(file: Blob, parts: readonly Part[], statement: Statement, report: Report) {
  const digests = new Map<string, string>()
  for (const part of parts) {
    if (part.size > maxPart) {
      report.leave('parts', `${part.name} is too large for this page; the command line checks it.`)
      continue
    }
    const bytes = await readPart(file, part)
    digests.set(part.name, toHex(await sha256(bytes)))
    if (crc32(bytes) !== part.crc)
      report.fault('parts', `${part.name} does not have the check sum that the archive names.`)
  }
  const rest = parts.slice(3)
  for (const [at, { name, bytes, sha256: digest }] of statement.parts.entries()) {
    const part = rest[at]
    if (part?.name !== name) {
      report.fault('parts', `${name} is missing, or not in its place.`)
      break
    }
    const found = digests.get(name)
    if (part.size !== bytes || (found !== undefined && found !== digest)) {
      report.fault('parts', `${name} is not the one that was signed.`)
    }
  }
  const extra = rest[statement.parts.length]
  if (extra !== undefined) report.fault('parts', `${extra.name} was added.`)
  return digests
}

async function checkCheckpoint({ ledger }: Statement, keys: readonly Key[], report: Report) {
  const note = parseNote(ledger.checkpoint)
  const [origin, sizeText = '', rootText] = note?.text.split('\n') ?? []
  const root = fromBase64(rootText)
  const size = /^(0|[1-9][0-9]{0,15})$/.test(sizeText) ? Number(sizeText) : Number.NaN
  if (note === null || root?.length !== 32 || !Number.isSafeInteger(size)) {
    report.fault('checkpoint', 'The checkpoint is not written as one.')
    return null
  }
  if (origin !== ledger.origin) report.fault('checkpoint', 'The checkpoint is of another ledger.')
  await checkNote(note, keys, 'checkpoint', 'the checkpoint', report)
  return { size, root }
}

async function checkPolicies(
  { policies }: Statement,
  used: ReadonlySet<string>,
  content: (name: string) => Promise<Bytes | null>,
  report: Report,
) {
  for (const { digest, schema, policies: name } of policies) {
    const [schemaBytes, policyBytes] = [await content(schema), await content(name)]
    const isIt =
      schemaBytes !== null &&
      policyBytes !== null &&
      toHex(await sha256(schemaBytes, Uint8Array.of(0), policyBytes)) === digest
    if (!isIt) report.fault('policies', `The policies ${digest} are not the ones of that digest.`)
  }
  for (const digest of used) {
    if (policies.some((one) => one.digest === digest)) continue
    report.fault('policies', `An entry was decided by the policies ${digest}, which are not here.`)
  }
}

function checkLegalData({ legalData }: Statement, digests: ReadonlyMap<string, string>, report: Report): void {
  if (legalData === null) return
  const found = digests.get(legalData.part)
  if (found === undefined || (legalData.isWhole && found !== legalData.digest)) {
    report.fault('policies', 'The list of 22 CFR 126.1 is not the one that the ledger names.')
  }
}

interface Receipt {
  readonly entryId?: unknown
  readonly at?: unknown
  readonly leafHash?: unknown
  readonly origin?: unknown
  readonly signature?: unknown
  readonly keyId?: unknown
  readonly batch?: {
    readonly size?: unknown
    readonly index?: unknown
    readonly proof?: unknown
    readonly root?: unknown
  }
}

/** The receipt of the entry that records this packet. */
async function checkReceipt(packet: Opened, statement: Statement, size: number, report: Report) {
  const value = jsonOf(packet.receipt) as { receipt?: Receipt; entry?: unknown } | null
  const { receipt } = value ?? {}
  const entry = fromBase64(value?.entry)
  const key = await parseKey(statement.ledger.receiptKey)
  const [leaf, root, signature] = [receipt?.leafHash, receipt?.batch?.root, receipt?.signature].map(fromBase64)
  if (
    receipt === undefined ||
    entry === null ||
    key === null ||
    key.name !== statement.ledger.origin ||
    !leaf ||
    !root ||
    !signature
  ) {
    report.fault('receipt', 'The receipt of the packet is not written as one.')
    return
  }
  const { batch, origin, entryId, at } = receipt
  const matter = await leafHash(utf8(`${String(entryId)}\n${String(at)}\n${String(receipt.leafHash)}\n`))
  const [index, count] = [Number(batch?.index), Number(batch?.size)]
  const path = Array.isArray(batch?.proof) ? batch.proof.map(fromBase64) : [null]
  const isInBatch = path.every((one) => one !== null) && (await new Inclusion(count, root).holds(index, matter, path))
  const text = `sallyport ledger receipt v1\n${String(origin)}\n${count}\n${String(batch?.root)}\n`
  const signed = receipt.keyId === key.id && origin === key.name ? await verifies(key, utf8(text), signature) : 'bad'
  const isOfEntry =
    isEqual(await leafHash(entry), leaf) && isInBatch && (await isMade(entry, receipt, packet, statement, size))
  if (signed === 'bad' || !isOfEntry) {
    report.fault('receipt', 'The receipt is not what the ledger signed for this packet.')
  } else if (signed === 'unchecked') {
    report.leave('receipt', 'This browser does not know Ed25519, so that the signature of the receipt was not checked.')
  }
}

async function isMade(
  bytes: Bytes,
  receipt: Receipt,
  packet: Opened,
  { selection }: Statement,
  size: number,
): Promise<boolean> {
  const entry = jsonOf(bytes) as { id?: unknown; kind?: unknown; body?: Readonly<Record<string, unknown>> } | null
  const { first, end, entries, filter } = selection
  const filterText = filter === null ? 'null' : JSON.stringify({ anyOf: filter })
  const body = entry?.body ?? {}
  return (
    entry?.kind === 'packet.made' &&
    entry.id === receipt.entryId &&
    body['packetSha256'] === toHex(await sha256(packet.statementBytes)) &&
    body['filterSha256'] === toHex(await sha256(utf8(filterText))) &&
    body['first'] === first &&
    body['end'] === end &&
    body['entries'] === entries &&
    body['size'] === size
  )
}
