// sallyport file open: ask the gate for the key, write the content where the person said, and nowhere else.

import { randomBytes } from 'node:crypto'
import { link, lstat, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { requestShare, type Refused, type Released, type Told, type Withheld } from '../gate/index.ts'
import { openFile, type Opened, type ReleaseRequest } from '../tdf/index.ts'
import { confirm } from './confirm.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { chooseOut, isThere, makeFolderOf } from './out-path.ts'
import { localName } from './printable.ts'
import { bytes } from './printer.ts'
import { obtainSealed, type SealedSource } from './sealed-source.ts'

interface OpenChoices {
  readonly out?: string
  readonly force?: true
  readonly acknowledge?: true
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
  if ('outcome' in opened) return context.refused(opened, `open ${shown}`)
  const { contentBytes, policy, decisionIds, obligations } = opened
  context.print.result({ path: target, contentBytes, fileId: policy.uuid, decisionIds, obligations }, (out) => {
    out.line(`Opened ${shown} to ${target} (${bytes(contentBytes)}).`, 'green')
  })
  return 0
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

type OpenedHere = Opened & { readonly decisionIds: readonly string[]; readonly obligations: readonly Told[] }

async function open(
  context: Context,
  source: string,
  target: string,
  options: OpenChoices,
): Promise<OpenedHere | Refused> {
  const refusals: Refused[] = []
  const decisionIds: string[] = []
  const obligations = new Map<string, Told>()
  const ask = await askerOf(context, options.acknowledge === true)
  const isForced = options.force === true
  const staged = isForced ? target : join(dirname(target), `.sallyport-${randomBytes(8).toString('hex')}.open`)
  try {
    const opened = await context.print.progress('Opening', (progress) =>
      openFile({
        source,
        target: staged,
        onProgress: ({ doneBytes, totalBytes }) => progress(doneBytes, totalBytes),
        async release(request) {
          const answer = await ask(request)
          if (answer.outcome === 'released') {
            if (answer.decisionId !== null) decisionIds.push(answer.decisionId)
            for (const told of answer.obligations) obligations.set(`${told.fqn} ${told.text}`, told)
            // Only now: a refusal leaves no folder behind.
            await makeFolderOf(target)
            return answer.share
          }
          refusals.push(withNextStep(answer))
          throw new Problem('refused', 'cannot open file: the gate refused its key, want a permit')
        },
      }),
    )
    if (!isForced) await claim(staged, target)
    return { ...opened, decisionIds, obligations: [...obligations.values()] }
  } catch (error) {
    const refusal = refusals.at(-1)
    if (error instanceof Problem && error.code === 'refused' && refusal !== undefined) return refusal
    throw error
  }
}

/** Say what a person can do about a condition that nobody acknowledged; the gate knows of programs only. */
function withNextStep(refusal: Withheld): Refused {
  if (refusal.unacknowledged.length === 0) return refusal
  const fix = 'Read the condition, and open the file again with --acknowledge.'
  return { ...refusal, reasons: refusal.reasons.map((reason) => ({ ...reason, fix, ask: '' })) }
}

type Ask = (request: ReleaseRequest) => Promise<Released | Withheld>

/**
 * Make the question for a share. INVARIANT: a person reads what binds them before any content is written, and the gate is
 * told that they acknowledge it only after they read it, or were ready to beforehand (`--acknowledge`).
 */
async function askerOf(context: Context, isReady: boolean): Promise<Ask> {
  const connection = await context.connect()
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
    let answer = await requestShare(connection, request, isReady)
    if (answer.outcome === 'refused' && answer.unacknowledged.length > 0 && !isReady) {
      tell(answer.unacknowledged)
      if (environment.isTty.stdin && (await confirm(context, 'Do you acknowledge this and open the file?', false))) {
        answer = await requestShare(connection, request, true)
      }
    }
    if (answer.outcome === 'released') tell(answer.obligations)
    return answer
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
