// sallyport file open: ask the gate for the key, or every gate of a split one for its share, write the content where the person said, and nowhere else.

import { randomBytes } from 'node:crypto'
import { link, lstat, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { requestShare, type Refused, type Released, type Told, type Withheld } from '../gate/index.ts'
import { inspectFile, openFile, type Opened, type ReleaseRequest } from '../tdf/index.ts'
import { loginAs } from './advice.ts'
import { confirm } from './confirm.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { chooseOut, isThere, makeFolderOf } from './out-path.ts'
import { localName } from './printable.ts'
import { bytes } from './printer.ts'
import { showRefusal } from './refusal.ts'
import { obtainSealed, type SealedSource } from './sealed-source.ts'
import { findGates, unknownGate, type KnownGate, type KnownGates } from './split-gates.ts'

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

/** A refusal, and the gate that it came from where there is more than one. */
interface OfGate {
  readonly refusal: Refused
  readonly gate: string | null
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
  const refusals: OfGate[] = []
  const asked = new Set<string>()
  const decisionIds: string[] = []
  const obligations = new Map<string, Told>()
  const ask = askerOf(context, gates, options.acknowledge === true)
  const isForced = options.force === true
  const staged = isForced ? target : join(dirname(target), `.sallyport-${randomBytes(8).toString('hex')}.open`)
  try {
    const opened = await context.print.progress('Opening', (progress) =>
      openFile({
        source,
        target: staged,
        onProgress: ({ doneBytes, totalBytes }) => progress(doneBytes, totalBytes),
        async release(request) {
          const { gate, answer } = await ask(request)
          if (answer.outcome === 'released') {
            asked.add(gate)
            if (answer.decisionId !== null) decisionIds.push(answer.decisionId)
            for (const told of answer.obligations) obligations.set(`${told.fqn} ${told.text}`, told)
            return answer.share
          }
          refusals.push({ refusal: withNextStep(answer), gate: gates.size > 1 ? gate : null })
          throw new Problem('refused', 'cannot open file: the gate refused its key, want a permit')
        },
        // Only with all shares: a refusal leaves no folder behind.
        prepare: () => makeFolderOf(target),
      }),
    )
    if (!isForced) await claim(staged, target)
    return { ...opened, decisionIds, obligations: [...obligations.values()], gates: [...asked] }
  } catch (error) {
    if (error instanceof Problem && error.code === 'refused' && refusals.length > 0) return { refusals }
    throw error
  }
}

/** Say what a person can do about a condition that nobody acknowledged; the gate knows of programs only. */
function withNextStep(refusal: Withheld): Refused {
  if (refusal.unacknowledged.length === 0) return refusal
  const fix = 'Read the condition, and open the file again with --acknowledge.'
  return { ...refusal, reasons: refusal.reasons.map((reason) => ({ ...reason, fix, ask: '' })) }
}

interface Asked {
  readonly gate: string
  readonly answer: Released | Withheld
}
type Ask = (request: ReleaseRequest) => Promise<Asked>

/**
 * Make the question for a share. INVARIANT: a person reads what binds them before any content is written, and the gate is
 * told that they acknowledge it only after they read it, or were ready to beforehand (`--acknowledge`).
 */
function askerOf(context: Context, gates: KnownGates, isReady: boolean): Ask {
  const { print, environment } = context
  const told = new Set<string>()
  const tell = (all: readonly Told[]): void => {
    for (const { fqn, text } of all) {
      const words = text ?? `${fqn}; ask an export control officer for its words`
      if (!told.has(words)) print.note(`You are bound by: ${words}`, 'yellow')
      told.add(words)
    }
  }
  return async (request) => {
    const gate = URL.parse(request.keyAccess.url)?.origin ?? 'of no address'
    const known = gates.get(gate)
    if (known === undefined) throw unknownGate(gate, [...gates.keys()].join(' or '))
    let answer = await askGate(context, known, request, isReady)
    if (answer.outcome === 'refused' && answer.unacknowledged.length > 0 && !isReady) {
      tell(answer.unacknowledged)
      if (environment.isTty.stdin && (await confirm(context, 'Do you acknowledge this and open the file?', false))) {
        answer = await askGate(context, known, request, true)
      }
    }
    if (answer.outcome === 'released') tell(answer.obligations)
    return { gate, answer }
  }
}

/** Ask one gate; what goes wrong at another gate than the profile's own is told with its name and its profile. */
async function askGate(
  { profileName }: Context,
  known: KnownGate,
  request: ReleaseRequest,
  isAcknowledged: boolean,
): Promise<Released | Withheld> {
  try {
    return await requestShare(known.connection, request, isAcknowledged)
  } catch (error) {
    if (known.profileName === profileName || !(error instanceof Problem)) throw error
    const { code, details, message } = error
    const worded = message.replaceAll('`sallyport login`', `\`${loginAs(known.profileName)}\``)
    const { origin } = known.connection
    const asked = worded.includes(origin) ? '' : ` (asked ${origin})`
    throw new Problem(code, `${worded}${asked}`, { cause: error, details })
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
