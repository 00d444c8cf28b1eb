// sallyport file protect: every file is reserved, sealed on this machine, and uploaded; one that fails stops no other.

import { createReadStream } from 'node:fs'
import { lstat, readdir, rm, stat } from 'node:fs/promises'
import { basename, join, relative, resolve, sep } from 'node:path'
import { parseId, parseLabel, Problem, type Reason } from '@sallyport/protocol'
import { fileName } from '@sallyport/protocol/api'
import { call, upload, type Connection, type Outcome, type Refused } from '../gate/index.ts'
import { checkReceipt, type Pinned } from '../session/index.ts'
import { sealFile } from '../tdf/index.ts'
import { forProfile } from './advice.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { findVault } from './find.ts'
import { bytes } from './printer.ts'
import { showRefusal } from './refusal.ts'
import { privateFolder } from './sealed-source.ts'
import { meetSecondGate, type SecondGate } from './split-gates.ts'

interface Source {
  readonly path: string
  /** Name inside the vault. */
  readonly name: string
  /** Why it cannot be protected, known before anything is tried. */
  readonly fault: string | null
}

interface Target {
  readonly connection: Connection
  readonly pinned: Pinned
  readonly vaultId: string
  /** The gate that keys are split with; null where this gate releases them alone. */
  readonly second: SecondGate | null
  /** For sealed files that are not uploaded yet. */
  readonly folder: string
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

export async function protectFiles(
  context: Context,
  paths: readonly string[],
  options: { vault: string; also?: string },
): Promise<Exit> {
  const { print, environment } = context
  const connection = await context.connect()
  const vault = await findVault(connection, options.vault)
  if (vault.outcome === 'refused') return context.refused(vault, 'list vaults')
  const sources = (await Promise.all(paths.map((path) => sourcesOf(environment.workingFolder, path)))).flat()
  const { pinned } = await context.profile()
  const { id: vaultId, labels } = vault.value
  const names = labels.map(({ fqn }) => fqn)
  const second = options.also === undefined ? null : await meetSecondGate(context, options.also, names)
  const target: Target = { connection, pinned, vaultId, second, folder: await privateFolder(context) }
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
  { print, profileName }: Context,
  target: Target,
  source: Source,
  title: string,
): Promise<{ row: Row; refusal: Refused | null }> {
  const { path, name, fault } = source
  const blank = { path, name, id: null, sealedBytes: null, entryId: null, decisionId: null, reasons: [] }
  const sealed = join(target.folder, 'sealed.tdf')
  try {
    if (fault !== null) throw new Problem('invalid-request', fault)
    const outcome = await protect(target, source, sealed, (what, work) => print.progress(`${what} ${title}`, work))
    if (outcome.outcome === 'refused') {
      const detail = outcome.reasons[0]?.text ?? outcome.detail ?? 'refused by decision'
      const { decisionId, reasons } = outcome
      return { row: { ...blank, state: 'refused', detail, decisionId, reasons }, refusal: outcome }
    }
    return { row: { ...blank, state: 'protected', detail: '', ...outcome.value }, refusal: null }
  } catch (error) {
    const detail = forProfile(error instanceof Error ? error.message : String(error), profileName)
    return { row: { ...blank, state: 'failed', detail }, refusal: null }
  } finally {
    await rm(sealed, { force: true })
  }
}

type Watch = <T>(
  what: string,
  work: (progress: (done: number, total: number | null) => void) => Promise<T>,
) => Promise<T>

async function protect(
  { connection, pinned, vaultId, second }: Target,
  { path, name }: Source,
  sealed: string,
  watch: Watch,
): Promise<Outcome<Pick<Row, 'id' | 'sealedBytes' | 'entryId'>>> {
  const reserved = await call(connection, 'reserveFile', { body: { vaultId, name } })
  if (reserved.outcome === 'refused') return reserved
  const { file, key, alsoWrapTo } = reserved.value
  if (second !== null && !alsoWrapTo.includes(second.origin)) {
    throw new Problem(
      'conflict',
      `cannot split the file with ${second.origin}: ${connection.origin} takes no such files, want it in files.alsoWrapTo there`,
    )
  }
  const uuid = parseId<'policy'>(file.id)
  const labels = file.labels.map(({ fqn }) => parseLabel(fqn)?.fqn)
  if (uuid === null || labels.length === 0 || labels.some((label) => label === undefined)) {
    throw new Problem('internal', 'cannot seal the file: the gate named no labels that can be read, want at least one')
  }
  const policy = { uuid, labels: labels.filter((label) => label !== undefined) }
  const { sealedBytes } = await watch('Sealing', (progress) =>
    sealFile({
      source: path,
      target: sealed,
      policy,
      kas: key,
      also: second === null ? [] : [second.key],
      onProgress: ({ doneBytes, totalBytes }) => progress(doneBytes, totalBytes),
    }),
  )
  const stored = await watch('Uploading', (progress) =>
    upload(connection, { fileId: file.id, size: sealedBytes, content: () => createReadStream(sealed), progress }),
  )
  if (stored.outcome === 'refused') return stored
  await checkReceipt(pinned, stored.value.receipt)
  return { outcome: 'answered', value: { id: file.id, sealedBytes, entryId: stored.value.receipt.entryId } }
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
    if (entry.isDirectory()) continue
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
