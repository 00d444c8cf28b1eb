// The work of an enclave while it is hurt: keys are asked for, people are added, verified by two others, assigned and ended, files are
// sealed, stored, fetched and deleted, and the ledger is read. Whoever gets no answer goes on with something new.

import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import * as api from '@sallyport/protocol/api'
import { sealedFor, type FileToOpen } from '../test/gate.ts'
import { act, lost, made, moving, sha256Of, Unacknowledged, type Actor } from './acts.ts'
import { mayBe, type Thing } from './journal.ts'

const keyClients = 4
const personClients = 2
const fileClients = 2
const looseFiles = 16
/** People and files that were ended lately, which are asked for again and again. */
const remembered = 8

interface Opener {
  readonly personId: string
  readonly subject: string
}
interface Openable extends Pick<FileToOpen, 'fileId' | 'body' | 'share'> {
  readonly isEnded?: true
  /** By what the gate's clock was ahead when the request was signed; it is good for an hour of that time. */
  readonly aheadMs: number
}

interface Scene {
  readonly actor: Actor
  readonly signal: AbortSignal
  readonly vaultId: string
  readonly openers: (Opener & { readonly isEnded?: true })[]
  readonly files: Openable[]
}

export interface Load {
  /** Let everybody finish what they are at. */
  readonly stop: () => Promise<void>
}

/** Begin to work, by a client that may go another way to the gate than the site's own. */
export async function startLoad(actor: Actor): Promise<Load> {
  const stopping = new AbortController()
  const { vaults } = await actor.client.done(api.vaults, 'ada', 'GET', '/vaults')
  const vaultId = vaults.find(({ name }) => name === 'falcon')?.id ?? ''
  const people = await actor.client.done(api.people, 'grace', 'GET', '/people')
  const opener = (subject: string, name: string) => ({
    subject,
    personId: people.people.find((one) => one.name === name)?.id ?? '',
  })
  const scene: Scene = {
    actor,
    signal: stopping.signal,
    vaultId,
    openers: [opener('ada', 'Ada Whitfield'), opener('tomas', 'Tomás Rivera')],
    files: await Promise.all(Array.from({ length: looseFiles }, () => looseFile(actor))),
  }
  const run = Date.now().toString(36)
  const workers = [
    ...Array.from({ length: keyClients }, (_, n) => again(scene, 0, (round) => openOne(scene, n + round))),
    ...Array.from({ length: personClients }, (_, n) => again(scene, 20, (life) => live(scene, `${run}-${n}-${life}`))),
    ...Array.from({ length: fileClients }, (_, n) =>
      again(scene, 100, (round) => protect(scene, `${run}-${n}-${round}`)),
    ),
    again(scene, 100, () => readLedger(scene)),
  ]
  return {
    async stop() {
      stopping.abort()
      await Promise.all(workers)
    },
  }
}

async function again({ signal, actor }: Scene, pauseMs: number, work: (round: number) => Promise<void>): Promise<void> {
  for (let round = 0; !signal.aborted; round++) {
    try {
      await work(round)
      if (pauseMs > 0) await setTimeout(pauseMs)
    } catch (error) {
      if (!(error instanceof Unacknowledged)) actor.journal.wonder(`the load: ${String(error)}`)
      await setTimeout(50)
    }
  }
}

// ---- Keys

/** A file that is registered nowhere, to be opened by whoever may see its labels. */
async function looseFile({ site }: Actor): Promise<Openable> {
  const aheadMs = site.aheadMs()
  return { ...(await site.client.fileToOpen()), aheadMs }
}

async function openOne({ actor, openers, files }: Scene, round: number): Promise<void> {
  const opener = openers[round % openers.length]
  const at = Math.floor(round / openers.length) % files.length
  const file = files[at]
  if (opener === undefined || file === undefined) return
  const { journal, client, site } = actor
  if (file.aheadMs !== site.aheadMs()) {
    if (at < looseFiles) files[at] = await looseFile(actor)
    else files.splice(at, 1)
    return
  }
  const what = `open ${file.fileId} as ${opener.subject}`
  const token = await site.token(opener.subject)
  journal.ask(what)
  const isEnded = opener.isEnded === true || file.isEnded === true
  const sentAt = performance.now()
  const answer = await client.open(token, file).catch((error: unknown) => lost(journal, what, error))
  if ('key' in answer) {
    const isRight = Buffer.compare(answer.key, file.share) === 0
    const { decision } = answer
    journal.release({ personId: opener.personId, fileId: file.fileId, decision, isRight, sentAt })
  } else if (/unavailable/i.test(answer.refused)) journal.count('unavailable')
  // Between the end of somebody and the answer that says so, a refusal is as right as a key.
  else if (isEnded || site.wasClockSet() || mayBeEnded(actor, opener) || mayBeEnded(actor, { personId: file.fileId }))
    journal.count('refused')
  else journal.wonder(`${what}: ${answer.status} ${answer.refused}`)
}

function mayBeEnded({ journal }: Actor, { personId }: Pick<Opener, 'personId'>): boolean {
  const thing = journal.things.get(personId)
  return thing !== undefined && mayBe(thing).some((state) => state.startsWith('ended') || state === 'deleted')
}

// ---- People

const falcon = { program: 'falcon', purpose: 'co-development' }
const changes = [
  { change: { change: 'verify-us-person', basis: 'citizen', evidenceRef: 'chaos' }, state: 'us-person' },
  { change: { change: 'grant-role', role: 'engineer' }, state: 'us-person engineer' },
  { change: { change: 'assign', ...falcon }, state: 'us-person engineer falcon' },
]
const working = 'us-person engineer falcon'

/** One person from being added to being ended, everything that widens by two others. */
async function live(scene: Scene, name: string): Promise<void> {
  const { actor, openers } = scene
  const { journal } = actor
  const wanted = { name: `Leaver ${name}`, kind: 'employee' }
  const added = await act(actor, 'add a person', {
    person: 'omar',
    method: 'POST',
    path: '/people',
    shape: api.personAdded,
    body: wanted,
  })
  const { id } = added.person
  const thing = made('person', id, 'unverified')
  journal.keep(thing)
  const subject = `leaver-${name}`
  await act(actor, 'bind an identity', {
    person: 'omar',
    method: 'POST',
    path: `/people/${id}/identities`,
    shape: api.identityChanged,
    body: { subject },
  })
  for (const { change, state } of changes) await moving(thing, state, () => widen(actor, id, change))
  const opener: Opener & { isEnded?: true } = { personId: id, subject }
  openers.push(opener)
  forget(openers, 2)
  await setTimeout(300)
  const path = `/people/${id}/end`
  const body = { kind: 'left', reason: 'chaos' }
  const { receipt } = await moving(thing, `ended${working.slice('us-person'.length)}`, () =>
    act(actor, 'end a person', { person: 'grace', method: 'POST', path, shape: api.personEnded, body }),
  )
  journal.end({ about: 'person', id, entryId: receipt.entryId, acknowledgedAt: performance.now() })
  opener.isEnded = true
}

async function widen(actor: Actor, id: string, change: object): Promise<void> {
  const { version } = await act(actor, 'look at a person', {
    person: 'grace',
    method: 'GET',
    path: `/people/${id}`,
    shape: api.person,
  })
  const { approvalId } = await act(actor, 'propose a change', {
    person: 'grace',
    method: 'POST',
    path: `/people/${id}/proposals`,
    shape: api.proposed,
    body: { change, reason: 'chaos', version },
  })
  for (const officer of ['henry', 'wanda']) await approve(actor, approvalId, officer)
}

async function approve(actor: Actor, approvalId: string, person: string) {
  const path = `/approvals/${approvalId}`
  const { digest } = await act(actor, 'look at a request', { person, method: 'GET', path, shape: api.approvalShown })
  return await act(actor, 'approve', {
    person,
    method: 'POST',
    path: `${path}/approve`,
    shape: api.approvalGiven,
    body: { digest },
  })
}

// ---- Files

/** One file from its reservation to its deletion by two people; every third stays. */
async function protect(scene: Scene, name: string): Promise<void> {
  const { actor, files, vaultId } = scene
  const { journal } = actor
  const body = { vaultId, name: `${name}.bin` }
  const reserved = await act(actor, 'reserve a file', {
    person: 'ada',
    method: 'POST',
    path: '/files',
    shape: api.fileReserved,
    body,
  })
  const { id } = reserved.file
  const size = Number.parseInt(id.slice(-2), 16)
  const aheadMs = actor.site.aheadMs()
  const { container, ...toOpen } = await sealed(aheadMs, reserved, size % 4 === 0 ? 1_500_000 : 2000 + size * 500)
  const thing = made('file', id, 'reserved', sha256Of(container))
  journal.keep(thing)
  const put = { person: 'ada', method: 'PUT', path: `/files/${id}/content` } as const
  await moving(thing, 'stored', () => act(actor, 'store a file', { ...put, shape: api.fileStored, body: container }))
  const file: Openable & { isEnded?: true } = { ...toOpen, aheadMs }
  files.push(file)
  forget(files, looseFiles)
  await fetchBack(actor, thing)
  if (size % 3 === 0) return
  const { approvalId } = await act(actor, 'ask for a deletion', {
    person: 'ada',
    method: 'POST',
    path: `/files/${id}/deletion`,
    shape: api.proposed,
    body: { reason: 'chaos' },
  })
  await setTimeout(300)
  const { receipt } = await moving(thing, 'deleted', () => approve(actor, approvalId, 'henry'))
  journal.end({ about: 'file', id, entryId: receipt.entryId, acknowledgedAt: performance.now() })
  file.isEnded = true
}

/** Fetch what was acknowledged as stored: it is whole, or it is not there, and it is there. */
async function fetchBack({ client, site, journal }: Actor, thing: Thing): Promise<void> {
  const what = `fetch ${thing.id}`
  journal.ask(what)
  const token = await site.token('ada')
  const reply = await client
    .call('GET', `/api/v1/files/${thing.id}/content`, { token })
    .catch((error: unknown) => lost(journal, what, error))
  if (reply.status === 503) journal.count('unavailable')
  else if (reply.status === 401 && site.wasClockSet()) journal.count('refused')
  else if (reply.status !== 200) journal.wonder(`${what}: ${reply.status} ${reply.text}`)
  else if (sha256Of(reply.body) !== thing.sha256) journal.wonder(`${what}: other bytes than were stored`)
}

async function sealed(aheadMs: number, reserved: Parameters<typeof sealedFor>[0], bytes: number) {
  return await sealedFor(reserved, new Uint8Array(randomBytes(bytes)), Date.now() + aheadMs)
}

// ---- The ledger

async function readLedger({ actor }: Scene): Promise<void> {
  const { client, journal, site } = actor
  journal.ask('read the checkpoint')
  const shown = await client
    .call('GET', '/ledger/checkpoint')
    .catch((error: unknown) => lost(journal, 'read the checkpoint', error))
  if (shown.status === 200) journal.see(shown.text)
  else if (shown.status === 503) journal.count('unavailable')
  else journal.wonder(`read the checkpoint: ${shown.status} ${shown.text}`)
  const decision = journal.keys.at(-50)?.decision
  if (decision === null || decision === undefined) return
  const what = 'explain a decision'
  const token = await site.token('paula')
  const told = await client
    .call('GET', `/api/v1/decisions/${decision}`, { token })
    .catch((error: unknown) => lost(journal, what, error))
  if (told.status === 503) journal.count('unavailable')
  else if (told.status === 401 && site.wasClockSet()) journal.count('refused')
  else if (told.status !== 200) journal.wonder(`${what} ${decision}: ${told.status} ${told.text}`)
}

/** Of those who are asked for, the first so many stay, and of the others the newest. */
function forget(from: unknown[], kept: number): void {
  const tooMany = from.length - kept - remembered
  if (tooMany > 0) from.splice(kept, tooMany)
}
