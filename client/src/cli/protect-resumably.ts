// Protecting a large file so that it can be killed at any moment: the same command goes on where the last one was cut off, with
// a key that the gate releases anew by an ordinary decision.

import { stat } from 'node:fs/promises'
import { Problem } from '@sallyport/protocol'
import { splitsOf } from '@sallyport/protocol/tdf'
import { call, type Outcome } from '../gate/index.ts'
import { beginSealing, goOnSealing, type SealingDraft } from '../tdf/index.ts'
import { askGates } from './ask-for-shares.ts'
import { sha256Of } from './as-stored.ts'
import type { Context } from './context.ts'
import { reserve, store, type Protected, type Source, type Target, type Watch } from './protecting.ts'
import { findGates } from './split-gates.ts'
import { holdUnfinished, type Journal, type Unfinished } from './unfinished.ts'

interface Work {
  readonly context: Context
  readonly target: Target
  readonly source: Source
  readonly watch: Watch
  readonly unfinished: Unfinished
}

/**
 * Protect a file, or go on with it. What is done stays when it fails, unless going on with it would fail as well. Throws as
 * `protectFile` does; Problem `conflict` while another command is at work on the file, or when what was begun cannot be gone
 * on with; `invalid-file` when its journal is damaged.
 */
export async function protectResumably(
  context: Context,
  target: Target,
  source: Source,
  watch: Watch,
): Promise<Outcome<Protected>> {
  const unfinished = await holdUnfinished(context, source.path)
  try {
    const work = { context, target, source, watch, unfinished }
    const journal = target.isRestart ? null : await unfinished.read()
    return journal === null ? await begin(work) : await goOn(work, journal)
  } finally {
    await unfinished.release()
  }
}

async function begin(work: Work): Promise<Outcome<Protected>> {
  const { target, source, watch, unfinished } = work
  const reserved = await reserve(target, source)
  if (reserved.outcome === 'refused') return reserved
  const { fileId, policy, key, also } = reserved.value
  await unfinished.forget()
  const journalOf = (draft: SealingDraft): Journal => ({
    gate: target.connection.origin,
    vaultId: target.vaultId,
    name: source.name,
    splitWith: target.second?.origin ?? null,
    fileId,
    partial: unfinished.partial,
    draft,
    sealed: null,
    isStored: false,
  })
  let isKept = false
  const kept = Promise.withResolvers<Journal>()
  try {
    const { sealedBytes } = await watch('Sealing', (progress) =>
      beginSealing({
        source: source.path,
        partial: unfinished.partial,
        policy,
        kas: key,
        also,
        onProgress: ({ doneBytes, totalBytes }) => progress(doneBytes, totalBytes),
        async keep(draft) {
          await unfinished.write(journalOf(draft))
          isKept = true
          kept.resolve(journalOf(draft))
        },
      }),
    )
    return await finish(work, await kept.promise, sealedBytes)
  } catch (error) {
    // A source that changed meanwhile is gone on with by nobody.
    if (error instanceof Problem && error.code === 'conflict') await unfinished.forget()
    else if (isKept) tellLeft(work)
    throw error
  }
}

async function goOn(work: Work, journal: Journal): Promise<Outcome<Protected>> {
  const { context, target, source, watch } = work
  const { connection } = target
  requireSame(target, source, journal)
  context.print.note(`Going on with ${source.name}, which was cut off.`, 'dim')
  const view = await call(connection, 'file', { params: { fileId: journal.fileId } }).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'not-found')
      throw cannotGoOn(source, 'its reservation is gone at the gate')
    throw error
  })
  if (view.outcome === 'refused') return view
  const { state, sha256, sealedBytes } = view.value
  if (state === 'stored' && sealedBytes !== null) {
    if (journal.isStored || (await sha256Of(journal.partial)) === sha256)
      return await stored(work, journal, sealedBytes)
    throw cannotGoOn(source, 'the gate stored something else under its reservation')
  }
  if (state !== 'reserved') throw cannotGoOn(source, 'it was deleted at the gate')
  if (journal.sealed !== null) {
    await requireUnchanged(source, journal)
    return await finish(work, journal, journal.sealed.bytes)
  }
  const splits = [...splitsOf(journal.draft.keyAccess).values()].map((alternatives) =>
    alternatives.map(({ url }) => ({ origin: URL.parse(url)?.origin ?? null })),
  )
  const answers = askGates(context, await findGates(context, splits, target.also), false, {
    question: 'Do you acknowledge this and go on with the file?',
    nextStep: 'Read the condition, and go on at a terminal, or protect the file from its beginning with --restart.',
  })
  try {
    const sealed = await watch('Going on sealing', (progress) =>
      goOnSealing({
        source: source.path,
        partial: journal.partial,
        draft: journal.draft,
        release: answers.release,
        onProgress: ({ doneBytes, totalBytes }) => progress(doneBytes, totalBytes),
      }),
    )
    return await finish(work, journal, sealed.sealedBytes)
  } catch (error) {
    const refusal = answers.refusals.at(-1)?.refusal
    if (error instanceof Problem && error.code === 'refused' && refusal !== undefined) return refusal
    throw error
  }
}

async function finish(work: Work, journal: Journal, sealedBytes: number): Promise<Outcome<Protected>> {
  const { fileId, partial, sealed } = journal
  const waiting = { fileId, sealed: partial, sealedBytes, sha256: sealed?.sha256 ?? null }
  const done = await store(work.target, waiting, work.watch).catch(async (error: unknown) => {
    await keepWaiting(work, journal, sealedBytes)
    throw error
  })
  if (done.outcome === 'refused') {
    await keepWaiting(work, journal, sealedBytes)
    tellLeft(work)
    return done
  }
  await stored(work, journal, sealedBytes)
  return done
}

/**
 * Write down what was sealed, so that the next run uploads it without asking for a key and without reading it first: a session
 * that ends while a file is checked would otherwise end in the same place each time.
 */
async function keepWaiting({ unfinished }: Work, journal: Journal, bytes: number): Promise<void> {
  if (journal.sealed !== null) return
  await unfinished.write({ ...journal, sealed: { bytes, sha256: await sha256Of(journal.partial) } })
}

function tellLeft({ context, source }: Work): void {
  const { name } = source
  context.print.note(`What is done of ${name} stays: the same command goes on with it, --restart begins it anew.`)
}

/** Say in the journal that nothing is left to do before anything is removed, so that a kill in between is no riddle. */
async function stored(work: Work, journal: Journal, sealedBytes: number): Promise<Outcome<Protected>> {
  await work.unfinished.write({ ...journal, isStored: true })
  await work.unfinished.forget()
  return { outcome: 'answered', value: { id: journal.fileId, sealedBytes, entryId: null } }
}

function requireSame({ connection, vaultId, second }: Target, source: Source, journal: Journal): void {
  const wanted = [
    ['at', journal.gate, connection.origin],
    ['in the vault', journal.vaultId, vaultId],
    ['as', journal.name, source.name],
    ['split with', journal.splitWith ?? 'no gate', second?.origin ?? 'no gate'],
  ] as const
  const other = wanted.find(([, begun, asked]) => begun !== asked)
  if (other === undefined) return
  const [word, begun, asked] = other
  throw cannotGoOn(source, `it was begun ${word} ${begun}, not ${asked}`)
}

/** What waits for its upload is what its source held; if that is another now, nobody wants it protected in its place. */
async function requireUnchanged(source: Source, { draft }: Journal): Promise<void> {
  const { size, mtimeNs } = await stat(source.path, { bigint: true })
  if (Number(size) === draft.sourceBytes && mtimeNs === draft.sourceModifiedNs) return
  throw cannotGoOn(source, 'it changed since it was begun')
}

function cannotGoOn({ name }: Source, state: string): Problem {
  return new Problem(
    'conflict',
    `cannot go on with ${name}: ${state}, want the same as before, or --restart to begin anew`,
  )
}
