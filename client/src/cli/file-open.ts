// sallyport file open: ask the gate for the key, or every gate of a split one for its share, write the content where the person said, and nowhere else.

import { basename } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { Refused, Told } from '../gate/index.ts'
import { inspectFile, openResumably, removePartial, type Opened } from '../tdf/index.ts'
import { beAlone } from './alone.ts'
import { askGates, type OfGate, type Wording } from './ask-for-shares.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { fetchResumably } from './fetch-resumably.ts'
import { chooseOut, claim, isThere, makeFolderOf } from './out-path.ts'
import { isThereAt, partialPlaces, removeFinished, type PartialPlaces } from './partial-places.ts'
import { localName } from './printable.ts'
import { bytes } from './printer.ts'
import { showRefusal } from './refusal.ts'
import { findSealed, type FoundSealed } from './sealed-source.ts'
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
  const found = await findSealed(context, wanted)
  if (found.outcome === 'refused') return context.refused(found, `open ${wanted}`)
  const shown = found.value.file?.name ?? wanted
  // INVARIANT: a name from outside chooses no folder; it becomes one plain file name in the folder that the person chose.
  const target = await chooseOut(context.environment.workingFolder, options.out, () => contentName(found.value))
  const alone = await beAlone(context, 'open', target)
  try {
    const opened = await openTo(context, found.value, await partialPlaces(alone, target), options)
    if ('refusals' in opened) return tellRefusals(context, opened.refusals, shown)
    const { contentBytes, policy, decisionIds, obligations, gates } = opened
    context.print.result(
      { path: target, contentBytes, fileId: policy.uuid, gates, decisionIds, obligations },
      (out) => {
        out.line(`Opened ${shown} to ${target} (${bytes(contentBytes)}).`, 'green')
      },
    )
    return 0
  } finally {
    await alone.release()
  }
}

/**
 * Open to a target through its partial files. After a kill the sealed file is fetched on and the content is written on; whatever
 * lies there is used only as far as it proves to be what it should be.
 */
async function openTo(
  context: Context,
  found: FoundSealed,
  places: PartialPlaces,
  options: OpenChoices,
): Promise<OpenedHere | RefusedHere> {
  const isForced = options.force === true
  await removeFinished(places)
  if (!isForced && (await isThereAt(places.target))) throw isThere(places.target)
  if (await isThereAt(places.opening))
    context.print.note(`Going on with ${basename(places.target)}, which was cut off.`, 'dim')
  if (found.file !== null) {
    const fetched = await fetchResumably(context, found.connection, found.file, places.sealed)
    if (fetched.outcome === 'refused') {
      await removePartial(places.opening)
      return { refusals: [{ refusal: fetched, gate: null }] }
    }
  }
  try {
    const opened = await open(context, found.path ?? places.sealed, places, options)
    if ('refusals' in opened) {
      // Who only has to acknowledge a condition goes on with what was fetched.
      if (!opened.refusals.every(({ refusal }) => isCurable(refusal))) await removePartial(places.sealed)
      return opened
    }
    await claim(places.opening, places.target, isForced)
    await removePartial(places.sealed)
    return opened
  } catch (error) {
    // A gate that comes back, or a new sign-in, goes on with what was fetched; nothing else does.
    const isPassing = error instanceof Problem && (error.code === 'unavailable' || error.code === 'not-signed-in')
    if (!isPassing) await removePartial(places.sealed)
    throw error
  }
}

function isCurable({ reasons }: Refused): boolean {
  return reasons.length > 0 && reasons.every(({ code }) => code === 'obligation-not-fulfillable')
}

/** Tell every refusal with its gate; the last one is the answer. */
function tellRefusals({ print }: Context, refusals: readonly OfGate[], shown: string): Exit {
  for (const [index, { refusal, gate }] of refusals.entries()) {
    const to = index === refusals.length - 1 ? print : { ...print, result: () => undefined }
    showRefusal(to, refusal, `open ${shown}${gate === null ? '' : ` at ${gate}`}`)
  }
  return 3
}

function contentName(found: FoundSealed): string {
  if (found.file !== null) return localName(found.file.name)
  const name = basename(found.path)
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

interface RefusedHere {
  readonly refusals: readonly OfGate[]
}

async function open(
  context: Context,
  source: string,
  { target, opening }: PartialPlaces,
  options: OpenChoices,
): Promise<OpenedHere | RefusedHere> {
  const { splits } = await inspectFile(source)
  const gates = await findGates(context, splits, options.also)
  const answers = askGates(context, gates, options.acknowledge === true, wording)
  try {
    const opened = await context.print.progress('Opening', (progress) =>
      openResumably({
        source,
        partial: opening,
        onProgress: ({ doneBytes, totalBytes }) => progress(doneBytes, totalBytes),
        release: answers.release,
        // Only with all shares: a refusal leaves no folder behind.
        prepare: () => makeFolderOf(target),
      }),
    )
    const { decisionIds, obligations, gates: asked } = answers
    return { ...opened, decisionIds, obligations: [...obligations.values()], gates: [...asked] }
  } catch (error) {
    const { refusals } = answers
    if (error instanceof Problem && error.code === 'refused' && refusals.length > 0) return { refusals }
    throw error
  }
}
