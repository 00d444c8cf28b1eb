// Receipts of what was done on this machine, checked and kept beside the profile, so that whoever did it can hold the ledger to
// it later: one file each, by the id of the entry that every verb prints.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseId, Problem } from '@sallyport/protocol'
import { parseReceipt, type Receipt } from '@sallyport/protocol/ledger'
import { checkReceipt } from '../session/index.ts'
import type { Context } from './context.ts'

/**
 * Check the receipt of an acknowledged act and keep it; of an act at the gate of another profile, beside that one. Throws Problem
 * `conflict` for one that the pinned key did not sign.
 */
export async function keepReceipt(
  context: Context,
  value: unknown,
  profileName: string = context.profileName,
): Promise<void> {
  await checkReceipt((await context.profileNamed(profileName)).pinned, value)
  const receipt = parseReceipt(value)
  if (receipt === null) return
  try {
    await mkdir(folderOf(context, profileName), { recursive: true, mode: 0o700 })
    await writeFile(pathOf(context, profileName, receipt.entryId), `${JSON.stringify(receipt)}\n`, { mode: 0o600 })
  } catch (error) {
    // What was asked for is done, and the receipt was true.
    const state = error instanceof Error ? error.message : String(error)
    context.print.note(`The receipt of entry ${receipt.entryId} could not be kept: ${state}`, 'yellow')
  }
}

/**
 * Find the receipt that somebody names: the id of an entry whose receipt was kept here, or a file with a receipt in it, alone or
 * in an answer as --json writes it. Throws Problem where there is none.
 */
export async function findReceipt(context: Context, wanted: string): Promise<Receipt> {
  const id = parseId<'entry'>(wanted)
  const path =
    id === null ? resolve(context.environment.workingFolder, wanted) : pathOf(context, context.profileName, id)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const state = id === null ? 'it cannot be read' : 'no receipt of that entry was kept on this machine'
    throw new Problem('not-found', `cannot find receipt ${wanted}: ${state}, want the file of a receipt`, { cause })
  })
  const found = receiptIn(text)
  if (found !== null) return found
  throw new Problem('invalid-file', `cannot use ${wanted}: there is no receipt in it, want one as --json writes it`)
}

function receiptIn(text: string): Receipt | null {
  try {
    const value: unknown = JSON.parse(text)
    const isAnswer = typeof value === 'object' && value !== null && 'receipt' in value
    return parseReceipt(isAnswer ? value.receipt : value)
  } catch {
    return null
  }
}

function folderOf({ folder }: Context, profileName: string): string {
  return join(folder, 'receipts', profileName)
}

function pathOf(context: Context, profileName: string, entryId: string): string {
  return join(folderOf(context, profileName), `${entryId}.json`)
}
