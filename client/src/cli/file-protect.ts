// sallyport file protect: every file is reserved, sealed on this machine, and uploaded; one that fails stops no other.

import { lstat, readdir, stat } from 'node:fs/promises'
import { basename, join, relative, resolve, sep } from 'node:path'
import { Problem, type Reason } from '@sallyport/protocol'
import { fileName } from '@sallyport/protocol/api'
import type { Refused } from '../gate/index.ts'
import { forProfile } from './advice.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { findVault } from './find.ts'
import { keepReceipt } from './keep-receipt.ts'
import { partialName } from './partial-places.ts'
import { bytes } from './printer.ts'
import { protectFile } from './protect-file.ts'
import type { Source, Target, Watch } from './protecting.ts'
import { showRefusal } from './refusal.ts'
import { privateFolder } from './sealed-source.ts'
import { meetSecondGate } from './split-gates.ts'

export interface ProtectOptions {
  readonly vault: string
  readonly also?: string
  readonly restart?: true
  readonly lessThanDocument?: string
}

interface Row {
  readonly path: string
  readonly name: string
  readonly state: 'protected' | 'refused' | 'failed'
  readonly id: string | null
  readonly sealedBytes: number | null
  readonly entryId: string | null
  readonly detail: string
  readonly decisionId: string | null
  readonly reasons: readonly Reason[]
}

export async function protectFiles(context: Context, paths: readonly string[], options: ProtectOptions): Promise<Exit> {
  const { print, environment } = context
  const connection = await context.connect()
  const vault = await findVault(connection, options.vault)
  if (vault.outcome === 'refused') return context.refused(vault, 'list vaults')
  const sources = (await Promise.all(paths.map((path) => sourcesOf(environment.workingFolder, path)))).flat()
  const { id: vaultId, labels } = vault.value
  const names = labels.map(({ fqn }) => fqn)
  const second = options.also === undefined ? null : await meetSecondGate(context, options.also, names)
  const target: Target = {
    connection,
    keep: (receipt) => keepReceipt(context, receipt),
    vaultId,
    labels: names,
    less: options.lessThanDocument,
    tell: (text) => print.note(text, 'yellow'),
    second,
    also: options.also,
    folder: await privateFolder(context),
    isRestart: options.restart === true,
  }
  if (sources.length === 0) {
    const where = paths.join(', ')
    throw new Problem('invalid-request', `cannot protect: there is nothing to protect in ${where}, want a file`)
  }
  const rows: Row[] = []
  const refusals = new Map<string, { refusal: Refused; name: string }>()
  for (const [index, source] of sources.entries()) {
    const title = `${index + 1}/${sources.length} ${source.name}`
    const { row, refusal } = await protectOne(context, target, source, title)
    rows.push(row)
    if (refusal !== null) refusals.set(refusal.reasons.map(({ code }) => code).join(), { refusal, name: source.name })
  }
  print.result({ vault: vault.value.name, splitWith: second?.origin ?? null, files: rows }, (out) => {
    const cells = rows.map((row) => [
      row.name,
      row.state,
      row.sealedBytes === null ? '' : bytes(row.sealedBytes),
      row.id ?? '',
      row.detail,
    ])
    out.table(['file', 'state', 'sealed', 'id', 'why'], cells)
    const isAny = rows.some(({ state }) => state === 'protected')
    if (isAny && second !== null)
      out.line(`They open only with the shares of ${connection.origin} and ${second.origin}.`)
    if (isAny) out.line('The originals stay where they are.', 'dim')
  })
  // The table stands on stdout already; one refusal of each kind is told in full.
  const told = { ...print, result: () => undefined }
  for (const { refusal, name } of refusals.values()) showRefusal(told, refusal, `protect ${name}`)
  return rows.some(({ state }) => state === 'failed') ? 1 : rows.some(({ state }) => state === 'refused') ? 3 : 0
}

async function protectOne(
  context: Context,
  target: Target,
  source: Source,
  title: string,
): Promise<{ row: Row; refusal: Refused | null }> {
  const { path, name, fault } = source
  const blank = { path, name, id: null, sealedBytes: null, entryId: null, decisionId: null, reasons: [] }
  const watch: Watch = (what, work) => context.print.progress(`${what} ${title}`, work)
  try {
    if (fault !== null) throw new Problem('invalid-request', fault)
    const outcome = await protectFile(context, target, source, watch)
    if (outcome.outcome === 'refused') {
      const detail = outcome.reasons[0]?.text ?? outcome.detail ?? 'refused by decision'
      const { decisionId, reasons } = outcome
      return { row: { ...blank, state: 'refused', detail, decisionId, reasons }, refusal: outcome }
    }
    return { row: { ...blank, state: 'protected', detail: '', ...outcome.value }, refusal: null }
  } catch (error) {
    const detail = forProfile(error instanceof Error ? error.message : String(error), context.profileName)
    return { row: { ...blank, state: 'failed', detail }, refusal: null }
  }
}

/** List what a path means: a file is itself, a folder is every file under it by its relative name. Links inside are not followed. */
async function sourcesOf(workingFolder: string, path: string): Promise<Source[]> {
  const start = resolve(workingFolder, path)
  const kind = await stat(start).catch(() => null)
  if (kind === null)
    return [{ path, name: basename(start), fault: `cannot read ${path}: there is no such file, want one` }]
  if (!kind.isDirectory()) return [named(start, basename(start))]
  // As with cp: `folder` keeps its own name, `.` and `folder/.` mean what is inside.
  const prefix = /(^|[/\\])\.{1,2}[/\\]?$/.test(path) ? '' : `${basename(start)}/`
  const entries = await readdir(start, { recursive: true, withFileTypes: true })
  const found: Source[] = []
  for (const entry of entries) {
    // What an earlier command left of a file is none of it.
    if (entry.isDirectory() || partialName.test(entry.name)) continue
    const full = join(entry.parentPath, entry.name)
    found.push(named(full, prefix + relative(start, full).split(sep).join('/')))
  }
  const sources = found.sort((a, b) => (a.name < b.name ? -1 : 1))
  return Promise.all(sources.map(async (source) => ({ ...source, fault: source.fault ?? (await linkFault(source)) })))
}

function named(path: string, name: string): Source {
  const fault = fileName.safeParse(name).success
    ? null
    : 'cannot protect the file: its name has characters or parts that no vault takes, want another name'
  return { path, name, fault }
}

async function linkFault({ path, name }: Source): Promise<string | null> {
  const kind = await lstat(path)
  return kind.isFile() ? null : `cannot protect ${name}: it is a link or a device, want an ordinary file`
}
