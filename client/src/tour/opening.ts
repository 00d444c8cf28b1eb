// Opening a file as one of the people, and being refused: the two things that happen again and again on the tour.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as z from 'zod'
import { answered, isThere, refused, type Cast, type Refusal } from './cast.ts'
import { Otherwise } from './story.ts'

const openedShape = z.object({
  contentBytes: z.number(),
  decisionIds: z.array(z.string()).min(1),
  obligations: z.array(z.object({ text: z.string().nullable() })),
})

export interface OpenedAs {
  readonly contentBytes: number
  readonly decisionId: string
  readonly obligations: readonly string[]
}

/**
 * Open what `wanted` names as a person and compare it with the original. The content is removed afterwards. Throws Otherwise
 * unless it opened and every byte is equal.
 */
export async function openAs(
  cast: Cast,
  person: string,
  wanted: string,
  original: string,
  ...flags: readonly string[]
): Promise<OpenedAs> {
  const target = join(await cast.folderOf(person), basename(original))
  const opened = answered(
    await cast.run(person, 'file', 'open', wanted, '-o', basename(original), ...flags),
    openedShape,
  )
  try {
    const isEqual = (await sha256Of(target)) === (await sha256Of(original))
    if (!isEqual) throw new Otherwise('it opened, and its bytes are not those that were protected')
  } finally {
    await rm(target, { force: true })
  }
  const obligations = opened.obligations.map(({ text }) => text ?? '')
  return { contentBytes: opened.contentBytes, decisionId: opened.decisionIds[0] ?? '', obligations }
}

export interface Expected {
  /** Codes of the reasons, in any order and no others. */
  readonly codes: readonly string[]
  /** What the words must say; a code may stand for several of them. */
  readonly words?: RegExp
}

/**
 * Try to open what `wanted` names and be refused for exactly these reasons. Throws Otherwise when it opened, was refused for
 * others, or left anything behind.
 */
export async function refusedAs(
  cast: Cast,
  person: string,
  wanted: string,
  { codes, words }: Expected,
): Promise<Refusal> {
  const name = 'opened'
  const refusal = refused(await cast.run(person, 'file', 'open', wanted, '-o', name))
  if (await isThere(join(await cast.folderOf(person), name))) throw new Otherwise('refused, but a file was written')
  const given = refusal.reasons.map(({ code }) => code).sort()
  if (given.join() !== [...codes].sort().join()) {
    throw new Otherwise(`refused for ${given.join(', ') || 'no reason given'}`)
  }
  const text = wordsOf(refusal)
  if (words !== undefined && !words.test(text)) throw new Otherwise(`refused in other words: ${text}`)
  return refusal
}

export function wordsOf({ reasons }: Refusal): string {
  return reasons.map(({ text }) => text).join(' ')
}

/** Bring a sealed file to somebody, as mail would. Yields its name in their folder. */
export async function send(cast: Cast, person: string, sealed: string): Promise<string> {
  const name = basename(sealed)
  const path = join(await cast.folderOf(person), name)
  if (!(await isThere(path))) await copyFile(sealed, path)
  return name
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}
