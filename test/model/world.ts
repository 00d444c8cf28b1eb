// Processes of one enclave over one database and one disk: what they do, who asks them, and what must hold whatever comes in
// between. The code of the ledger and of the decision point is the product's own; what stands around it is the model.

import { fromBase64, Problem, type Id } from '@sallyport/protocol'
import { verifyInclusion, type Receipt } from '@sallyport/protocol/ledger'
import { newId, silentLogger, type Clock, type Database, type Randomness } from '../../server/src/base/index.ts'
import { foundLedger, openLedger, sha256, type Ledger, type LedgerOptions } from '../../server/src/ledger/index.ts'

import { testCheckpointSigner, testDraft, testEd25519 } from '../../server/src/ledger/testing.ts'
import { makeDecisionPoint, narrowAccess, spendPermit, type DecisionPoint } from '../../server/src/policy/index.ts'
import { ModelDatabase, type Broken } from './database.ts'
import { Disk, mount, pathOf, type Choose } from './disk.ts'
import { Said } from './said.ts'
import { Schedule } from './schedule.ts'
import { keepVerdicts } from './signatures.ts'
import { changeText, copyOf, emptyTables, policyDigest, type Ground, type Tables } from './statements.ts'

keepVerdicts()

export const processes = 2
const origin = 'ledger.example.com/model'
const checkpointName = 'checkpoint'
export const people = [1, 2].map((n) => `018f0000-0000-7000-8000-00000000000${n}` as Id<'person'>)
const signer = testCheckpointSigner(origin)
const receiptSigner = testEd25519(origin)

/** What somebody has a process do. */
export type Task =
  | {
      readonly kind: 'open a file' | 'end' | 'end and restore' | 'restore'
      readonly process: number
      readonly person: number
    }
  | { readonly kind: 'append' | 'append again' | 'sequence' | 'publish' | 'look up'; readonly process: number }

/** A ledger from which runs begin. */
export interface Beginning {
  readonly tables: Tables
  readonly note: string
}

export class Violation extends Error {}

interface Gate {
  readonly ledger: Ledger
  readonly decisions: DecisionPoint
  readonly database: Database
}

export class World {
  readonly schedule = new Schedule()
  readonly database: ModelDatabase
  readonly disk: Disk
  readonly #random: Randomness
  readonly #gates: (Gate | null)[] = []
  #nowMs = Date.UTC(2026, 0, 1)
  readonly said: Said
  #violation: Violation | null = null
  #tasks = 0

  constructor(beginning: Beginning, ground: Ground, broken: Broken, seed: number) {
    const at = { tables: copyOf(beginning.tables), ground, now: () => this.#nowMs }
    this.database = new ModelDatabase(at, this.schedule, broken)
    this.disk = new Disk(this.schedule, broken.isFileSyncSkipped === true)
    if (beginning.note !== '') this.disk.place(checkpointName, beginning.note)
    this.disk.changed = (name, note) => {
      if (name === checkpointName) this.said.checkpoints.add(note)
    }
    this.database.committed = (tx) => this.said.holdPermits(tx)
    this.#random = randomFrom(seed)
    this.said = new Said(
      () => this.tables,
      (what) => this.#isViolated(what),
    )
    mount(this.disk)
  }

  get tables(): Tables {
    return this.database.at.tables
  }

  /** Entries in the tree. */
  size(): number {
    return this.tables.head.committed?.size ?? 0
  }

  checkpointFile(): string {
    return this.disk.read(checkpointName) ?? ''
  }

  passes(ms: number): void {
    this.#nowMs += ms
  }

  // ---- Processes

  /** Offer the start of a process that is not there. It starts again for as long as only its surroundings fail. */
  offerStart(process: number): void {
    this.#gates[process] = null
    void this.schedule.step(process, 'starts', () => {
      this.#serve(process).catch((error: unknown) => {
        const isOfSurroundings =
          error instanceof Problem ? error.details['disagreement'] === undefined : isNoRoom(error)
        if (!isOfSurroundings) this.#isViolated(`it does not start: ${String(error)}`)
        this.offerStart(process)
      })
    })
  }

  async #serve(process: number): Promise<void> {
    this.#gates[process] = await this.#open(process)
    this.schedule.tell(process, 'serves')
  }

  async #open(process: number): Promise<Gate> {
    const options = this.#optionsOf(process)
    const ledger = await openLedger(options)
    const finding = await ledger.audit()
    if (finding !== null) this.#isViolated(`a start finds the ledger altered: ${JSON.stringify(finding)}`)
    const { database, clock, random } = options
    const decisions = makeDecisionPoint({ database, ledger, clock, random, policySet: async () => usPersons, rules })
    return { ledger, decisions, database }
  }

  #optionsOf(process: number): LedgerOptions {
    const signing = (key: typeof receiptSigner, what: string): typeof receiptSigner => ({
      key: key.key,
      sign: (message) => this.schedule.step(process, what, () => key.sign(message)),
    })
    const { ed25519, p256 } = signer
    const clock: Clock = { now: () => this.#nowMs, monotonic: () => this.#nowMs }
    return {
      database: this.database.of(process),
      signer: { ed25519: signing(ed25519, 'signs'), p256: signing(p256, 'signs') },
      receiptSigner: signing(receiptSigner, 'signs a receipt'),
      clock,
      random: this.#random,
      log: silentLogger,
      checkpointFile: pathOf(process, checkpointName),
      origin,
    }
  }

  /** Found a ledger with so many entries, for other runs to begin with. */
  async begin(entries: number): Promise<Beginning> {
    await foundLedger(this.#optionsOf(0))
    const ledger = await openLedger(this.#optionsOf(0))
    await Promise.all(Array.from({ length: entries }, (_, n) => ledger.append(testDraft(n))))
    await ledger.sequenceOnce()
    return { tables: copyOf(this.tables), note: await ledger.checkpoint() }
  }

  isServing(process: number): boolean {
    return (this.#gates[process] ?? null) !== null
  }

  /** A process is killed. What it had said to the database and to the disk stays said. */
  kill(process: number): void {
    this.schedule.tell(process, 'is killed')
    this.schedule.endProcess(process)
    this.database.breakConnections(process)
    this.offerStart(process)
  }

  /** The machine loses its power: all processes and the server end, and so does what was not synced. */
  cutPower(choose: Choose): void {
    this.schedule.tell(null, 'the power is cut')
    for (let process = 0; process < processes; process++) this.schedule.endProcess(process)
    this.database.breakConnections(null)
    this.disk.cutPower(choose)
    for (let process = 0; process < processes; process++) this.offerStart(process)
  }

  // ---- Tasks

  /** Begin a task at a process that serves. */
  begins(task: Task): void {
    const gate = this.#gates[task.process]
    if (gate === null || gate === undefined) return
    const n = this.#tasks++
    this.schedule.tell(task.process, `begins ${n}: ${task.kind}`)
    this.#perform(task, gate, n).catch((error: unknown) => {
      this.schedule.tell(task.process, `ends ${n}: ${error instanceof Error ? error.message : String(error)}`)
      // What could not be asked is asked again by others; what was refused was refused. Anything else is a fault.
      const isKnown = error instanceof Problem && ['unavailable', 'refused', 'conflict'].includes(error.code)
      if (!isKnown || error.details['disagreement'] !== undefined) this.#isViolated(`task ${n}: ${String(error)}`)
    })
  }

  async #perform(task: Task, gate: Gate, n: number): Promise<void> {
    switch (task.kind) {
      case 'open a file':
        return await this.#openFile(task.process, personOf(task.person), gate)
      case 'end':
      case 'restore':
        return await this.#change(task.process, personOf(task.person), task.kind, gate)
      case 'end and restore':
        // So often that a decision that is always overtaken has to look while it holds the epoch.
        for (let again = 0; again < 6; again++) {
          await this.#change(task.process, personOf(task.person), again % 2 === 0 ? 'end' : 'restore', gate)
        }
        return
      case 'append':
        return await this.#append(task.process, newId<'entry'>(this.#clock(), this.#random), gate)
      case 'append again': {
        const id = newId<'entry'>(this.#clock(), this.#random)
        const first = this.#append(task.process, id, gate)
        // A caller that did not learn of the outcome tries once more with the same id.
        return await first.catch(() => this.#append(task.process, id, gate))
      }
      case 'sequence':
        await gate.ledger.sequenceOnce()
        return
      case 'publish': {
        const note = await gate.ledger.checkpoint()
        await this.#answers(task.process, 'tells its checkpoint', () => this.said.checkpoints.add(note))
        return
      }
      case 'look up':
        return await this.#lookUp(task.process, n, gate)
    }
  }

  #clock(): Clock {
    return { now: () => this.#nowMs, monotonic: () => this.#nowMs }
  }

  #answers(process: number, what: string, take: () => unknown): Promise<unknown> {
    return this.schedule.step(process, what, take)
  }

  async #openFile(process: number, person: Id<'person'>, { decisions }: Gate): Promise<void> {
    const file = newId<'file'>(this.#clock(), this.#random)
    const decision = await decisions.decide({
      subject: { kind: 'person', id: person },
      action: 'file.open',
      resource: { kind: 'file', id: file, presented: { labels: [], dissem: [] } },
      place: { name: null, country: null },
      device: 'unknown',
      door: 'model',
      evidence: {},
    })
    const { decisionId, effect } = decision
    if (decision.effect === 'permit') spendPermit(decision.permit, 'file.open', file)
    await this.#answers(process, effect === 'permit' ? 'lets a key go' : 'refuses', () =>
      this.said.answers(decisionId, effect === 'permit' ? 'the key of an entry' : 'the refusal of an entry'),
    )
  }

  async #change(process: number, person: Id<'person'>, kind: 'end' | 'restore', gate: Gate): Promise<void> {
    const { ledger, database } = gate
    const appended = await database.transaction(async (tx) => {
      await tx.query(changeText, [person, kind === 'end' ? 'ended' : 'us-person'])
      if (kind === 'end') await narrowAccess(tx)
      const about = { kind: 'person', id: person }
      return await ledger.appendIn(tx, [
        { kind: kind === 'end' ? 'person.ended' : 'person.restored', actor: null, about, body: {} },
      ])
    })
    await this.#handOver(process, await ledger.acknowledge(appended), 'an acknowledged change')
  }

  async #append(process: number, id: Id<'entry'>, { ledger }: Gate): Promise<void> {
    const { receipt } = await ledger.append(testDraft(0, { id }))
    await this.#handOver(process, [receipt], 'a receipt')
  }

  async #handOver(process: number, receipts: readonly Receipt[], what: string): Promise<void> {
    await this.#answers(process, 'hands a receipt over', () => {
      this.said.receipts.push(...receipts)
      for (const { entryId } of receipts) this.said.answers(entryId, what)
    })
  }

  async #lookUp(process: number, n: number, { ledger }: Gate): Promise<void> {
    const receipt = this.said.receipts[n % Math.max(1, this.said.receipts.length)]
    if (receipt === undefined) return
    const status = await ledger.receiptStatus(receipt)
    if (status.state === 'missing') this.#isViolated(`what receipt ${receipt.entryId} promised is missing`)
    if (status.state !== 'in-tree') return
    const { size, root } = await ledger.head()
    // The head may have been read by somebody else's older words.
    if (size <= status.index) return this.#isViolated(`entry ${status.index} stands outside of the head of ${size}`)
    const proof = await ledger.inclusionProof(status.index, size)
    const leaf = fromBase64(receipt.leafHash) ?? new Uint8Array()
    if (!verifyInclusion(sha256, { leafHash: leaf, index: status.index, size, root, proof })) {
      this.#isViolated(`no proof of what receipt ${receipt.entryId} promised`)
    }
    await this.#answers(process, `tells a place: ${status.index}`, () =>
      this.said.places.set(receipt.entryId, status.index),
    )
  }

  #isViolated(what: string): void {
    this.#violation ??= new Violation(what)
    this.schedule.tell(null, `VIOLATED: ${what}`)
  }

  refuseViolated(): void {
    if (this.#violation !== null) throw this.#violation
  }
}

function isNoRoom(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC'
}

function personOf(n: number): Id<'person'> {
  const person = people[n % people.length]
  if (person === undefined) throw new Error('there are no people')
  return person
}

/** Whoever is a U.S. person may. What else policies say is tried elsewhere. */
const usPersons = {
  digest: policyDigest,
  evaluate: (_: unknown, { principal }: { readonly principal: { readonly usPerson: boolean } }) =>
    ({ effect: principal.usPerson ? 'permit' : 'deny', determining: [], reasons: [] }) as const,
  evaluateRecorded: () => ({ effect: 'deny', determining: [], reasons: [] }) as const,
  reason: () => null,
  policy: () => null,
}

const rules = {
  coverage: () => ({ live: false, gap: 'no-authorization', text: '' }) as const,
  openTies: () => ({ citizenships: [], formerCitizenships: [], permanentResidencies: [] }),
  sealForPerson: () => new Uint8Array(),
}

/** Bytes that are the same for the same seed. */
function randomFrom(seed: number): Randomness {
  let state = (seed | 0) === 0 ? 1 : seed | 0
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 255
    })
}

export function emptyBeginning(): Beginning {
  return { tables: emptyTables(people), note: '' }
}
