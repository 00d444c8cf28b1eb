// The entries against their proofs: each as it was recorded, at its position, and the positions those that the packet says.

import { fromBase64, hashesOf, isEqual, jsonOf, textOf, type Bytes } from './bytes.ts'
import type { Report } from './report.ts'
import type { Statement } from './statement.ts'
import { Inclusion, leafHash } from './tree.ts'

/** An entry of the packet, for the table. */
export interface ShownEntry {
  readonly index: number
  readonly isProven: boolean
  readonly text: string
}

export interface Checked {
  readonly shown: readonly ShownEntry[]
  readonly policies: ReadonlySet<string>
}

interface Proof {
  readonly index: number
  readonly leaf: Bytes
  readonly path: readonly Bytes[]
}

const newline = 10

export async function checkEntries(
  entries: Bytes,
  proofs: Bytes,
  statement: Statement,
  checkpoint: { readonly size: number; readonly root: Bytes },
  report: Report,
): Promise<Checked> {
  const lines = linesOf(entries)
  const proofList = linesOf(proofs)?.map(proofOf) ?? null
  const shown: ShownEntry[] = []
  const policies = new Set<string>()
  if (lines === null || proofList === null || proofList.some((proof) => proof === null)) {
    report.fault('entries', 'The entries or their proofs are not written as lines.')
    return { shown, policies }
  }
  const inclusion = new Inclusion(checkpoint.size, checkpoint.root)
  const order = new Positions(statement, checkpoint.size, report)
  const leaves = proofList as readonly Proof[]
  let [at, sealed] = [0, 0]
  for (let n = 0; n < leaves.length; n++) {
    const proof = leaves[n]
    if (proof === undefined) break
    const line = lines[at]
    const fit = await fits(proof, leaves[n + 1], line, lines[at + 1])
    if (fit !== 'is') report.fault('entries', faultText(fit, proof.index), proof.index)
    if (fit === 'inserted') {
      at++
      n--
      continue
    }
    order.see(proof.index)
    const isProven = await inclusion.holds(proof.index, proof.leaf, proof.path)
    if (!isProven) {
      const text = `The proof of entry ${proof.index} does not lead to the checkpoint: it is of another entry or another ledger.`
      report.fault('entries', text, proof.index)
    }
    const text = fit === 'missing' || line === undefined ? '' : (textOf(line) ?? '')
    if (fit === 'is') {
      look(text, proof.index, statement, policies, report)
      order.seeTime(text, proof.index)
      if (/"sealed[A-Za-z]*":"/.test(text)) sealed++
    }
    shown.push({ index: proof.index, isProven: isProven && fit === 'is', text })
    if (fit !== 'missing') at++
    if (n % 500 === 0) await report.progress(n / leaves.length)
  }
  if (at < lines.length) report.fault('entries', 'There are more entries than proofs: something was inserted.')
  order.end()
  if (sealed !== statement.sealedEntries)
    report.fault('entries', `${sealed} entries keep something sealed, which is not as stated.`)
  return { shown, policies }
}

type Fit = 'is' | 'altered' | 'missing' | 'inserted' | 'swapped'

async function fits(
  proof: Proof,
  next: Proof | undefined,
  line: Bytes | undefined,
  after: Bytes | undefined,
): Promise<Fit> {
  if (line === undefined) return 'missing'
  const hash = await leafHash(line)
  if (isEqual(hash, proof.leaf)) return 'is'
  const isNext = isEqual(hash, next?.leaf)
  const isAfter = after !== undefined && isEqual(await leafHash(after), proof.leaf)
  if (isNext) return isAfter ? 'swapped' : 'missing'
  return isAfter ? 'inserted' : 'altered'
}

function faultText(fit: Exclude<Fit, 'is'>, index: number): string {
  const texts = {
    altered: `Entry ${index} was altered, or its proof is of another entry.`,
    missing: `Entry ${index} is missing.`,
    inserted: `Something was inserted before entry ${index}.`,
    swapped: `Entry ${index} and the one after it were swapped.`,
  }
  return texts[fit]
}

function look(text: string, index: number, statement: Statement, policies: Set<string>, report: Report): void {
  const { filter } = statement.selection
  if (filter !== null && !filter.some((wanted) => text.includes(wanted))) {
    report.fault('selection', `Entry ${index} holds none of the texts of the filter.`, index)
  }
  const digest = policyOf(text)
  if (digest !== null) policies.add(digest)
}

function policyOf(text: string): string | null {
  try {
    const entry = JSON.parse(text) as { kind?: unknown; body?: { policy?: { digest?: unknown } } }
    const digest = entry.body?.policy?.digest
    return typeof entry.kind === 'string' && entry.kind.startsWith('decision.') && typeof digest === 'string'
      ? digest
      : null
  } catch {
    return null
  }
}

class Positions {
  readonly #statement: Statement
  readonly #size: number
  readonly #report: Report
  #last = -1
  #count = 0
  #next: number | null

  constructor(statement: Statement, size: number, report: Report) {
    this.#statement = statement
    this.#size = size
    this.#report = report
    const { first, end, filter, edges } = statement.selection
    this.#next = filter === null ? first - (edges.before ? 1 : 0) : null
    if (first > end || end > size) this.#fault('The positions are outside of the checkpoint.')
    if (filter === null && (edges.before !== first > 0 || edges.after !== end < size)) {
      this.#fault('The entry just before or just after the period is left out.')
    }
  }

  see(index: number): void {
    const { first, end, filter } = this.#statement.selection
    const reach = filter === null ? 1 : 0
    this.#count++
    if (index <= this.#last) return this.#fault(`Entry ${index} does not follow entry ${this.#last}.`, index)
    this.#last = index
    if (index < first - reach || index >= end + reach || index >= this.#size) {
      this.#fault(`Entry ${index} is outside of the positions that were asked for.`, index)
    }
    if (this.#next === null) return
    if (index > this.#next) this.#fault(`Entry ${this.#next} is missing.`, this.#next)
    this.#next = index + 1
  }

  seeTime(text: string, index: number): void {
    const { question, selection } = this.#statement
    if (selection.filter !== null) return
    const at = /"at":"([^"]+)"/.exec(text)?.[1] ?? ''
    const isEarly = index < selection.first && question.from !== null && at >= question.from
    const isLate = index >= selection.end && question.to !== null && at < question.to
    if (isEarly || isLate) this.#fault(`Entry ${index} is at the edge of the period and is of it.`, index)
  }

  end(): void {
    const { end, edges, entries } = this.#statement.selection
    if (this.#next !== null && this.#next < end + (edges.after ? 1 : 0)) {
      this.#fault(`Entry ${this.#next} is missing.`, this.#next)
    }
    if (this.#count !== entries) {
      this.#fault(`There are ${this.#count} entries where the packet says ${entries}.`)
    }
  }

  #fault(text: string, index?: number): void {
    this.#report.fault('selection', text, index)
  }
}

/** Cut bytes into lines; null where the last one has no end. */
function linesOf(bytes: Bytes): readonly Bytes[] | null {
  const lines: Bytes[] = []
  let at = 0
  while (at < bytes.length) {
    const end = bytes.indexOf(newline, at)
    if (end < 0) return null
    lines.push(bytes.subarray(at, end))
    at = end + 1
  }
  return lines
}

function proofOf(line: Bytes): Proof | null {
  const value = jsonOf(line) as { index?: unknown; leaf?: unknown; proof?: unknown } | null
  const leaf = fromBase64(value?.leaf)
  const path = hashesOf(value?.proof)
  const index = value?.index
  if (typeof index !== 'number' || leaf?.length !== 32 || path === null) return null
  return { index, leaf, path }
}
