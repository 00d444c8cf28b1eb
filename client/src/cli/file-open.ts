// sallyport file open: ask the gate for the key, or every gate of a split one for its share, write the content where the person said, and nowhere else.

import { randomBytes } from 'node:crypto'
import { link, lstat, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { Told } from '../gate/index.ts'
import { inspectFile, openFile, type Opened } from '../tdf/index.ts'
import { askGates, type OfGate, type Wording } from './ask-for-shares.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { chooseOut, isThere, makeFolderOf } from './out-path.ts'
import { localName } from './printable.ts'
import { bytes } from './printer.ts'
import { showRefusal } from './refusal.ts'
import { obtainSealed, type SealedSource } from './sealed-source.ts'
import { findGates } from './split-gates.ts'

interface OpenChoices {
  readonly out?: string
  readonly force?: true
  readonly acknowledge?: true
  readonly also?: string
}

export async function openSealedFile(
  context: Context,
  [wanted = '']: readonly string[],
  options: OpenChoices,
): Promise<Exit> {
  const source = await obtainSealed(context, wanted)
  if (source.outcome === 'refused') return context.refused(source, `open ${wanted}`)
  const shown = source.value.file?.name ?? wanted
  const target = await chooseTarget(context, source.value, options)
  const opened = await open(context, source.value.path, target, options)
  if ('refusals' in opened) return tellRefusals(context, opened.refusals, shown)
  const { contentBytes, policy, decisionIds, obligations, gates } = opened
  context.print.result({ path: target, contentBytes, fileId: policy.uuid, gates, decisionIds, obligations }, (out) => {
    out.line(`Opened ${shown} to ${target} (${bytes(contentBytes)}).`, 'green')
  })
  return 0
}

/** Tell every refusal with its gate; the last one is the answer. */
function tellRefusals({ print }: Context, refusals: readonly OfGate[], shown: string): Exit {
  for (const [index, { refusal, gate }] of refusals.entries()) {
    const to = index === refusals.length - 1 ? print : { ...print, result: () => undefined }
    showRefusal(to, refusal, `open ${shown}${gate === null ? '' : ` at ${gate}`}`)
  }
  return 3
}

/** INVARIANT: a name from outside chooses no folder; it becomes one plain file name in the folder that the person chose. */
async function chooseTarget({ environment }: Context, source: SealedSource, options: OpenChoices): Promise<string> {
  const target = await chooseOut(environment.workingFolder, options.out, () => contentName(source))
  if (options.force !== true && (await lstat(target).catch(() => null)) !== null) throw isThere(target)
  return target
}

function contentName({ path, file }: SealedSource): string {
  if (file !== null) return localName(file.name)
  const name = basename(path)
  if (/.\.tdf$/i.test(name)) return localName(name.slice(0, -4))
  throw new Problem('invalid-request', `cannot name the content of ${name}: it does not end in .tdf, want --out <path>`)
}

const wording: Wording = {
  question: 'Do you acknowledge this and open the file?',
  nextStep: 'Read the condition, and open the file again with --acknowledge.',
}

interface OpenedHere extends Opened {
  readonly decisionIds: readonly string[]
  readonly obligations: readonly Told[]
  readonly gates: readonly string[]
}

async function open(
  context: Context,
  source: string,
  target: string,
  options: OpenChoices,
): Promise<OpenedHere | { readonly refusals: readonly OfGate[] }> {
  const { splits } = await inspectFile(source)
  const gates = await findGates(context, splits, options.also)
  const answers = askGates(context, gates, options.acknowledge === true, wording)
  const isForced = options.force === true
  const staged = isForced ? target : join(dirname(target), `.sallyport-${randomBytes(8).toString('hex')}.open`)
  try {
    const opened = await context.print.progress('Opening', (progress) =>
      openFile({
        source,
        target: staged,
        onProgress: ({ doneBytes, totalBytes }) => progress(doneBytes, totalBytes),
        release: answers.release,
        // Only with all shares: a refusal leaves no folder behind.
        prepare: () => makeFolderOf(target),
      }),
    )
    if (!isForced) await claim(staged, target)
    const { decisionIds, obligations, gates: asked } = answers
    return { ...opened, decisionIds, obligations: [...obligations.values()], gates: [...asked] }
  } catch (error) {
    const { refusals } = answers
    if (error instanceof Problem && error.code === 'refused' && refusals.length > 0) return { refusals }
    throw error
  }
}

/** Give the content its name unless the name was taken meanwhile: a link never replaces. */
async function claim(staged: string, target: string): Promise<void> {
  try {
    await link(staged, target)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EEXIST' || (await lstat(target).catch(() => null)) !== null) {
      await rm(staged, { force: true })
      throw isThere(target)
    }
    // A file system without links.
    await rename(staged, target)
    return
  }
  await rm(staged, { force: true })
}
