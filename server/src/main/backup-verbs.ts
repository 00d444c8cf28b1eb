// `backup`: create, verify and restore, at the host of the gate, beside the gate that may run there.

import { Problem } from '@sallyport/protocol'
import {
  createBackup,
  recordVerified,
  verifyBackup,
  type BackupVerdict,
  type PartFacts,
  type Progress,
} from '../backup/index.ts'
import { openLogger } from '../base/index.ts'
import { parseFile, parseKeys, parsePerson, readBackupOptions, wrongUse, type BackupOptions } from './backup-options.ts'
import { backupParts, openPlace, permitAtHost, placeOf, restoreTo, type Place } from './backup-place.ts'
import { openEnclave } from './open-enclave.ts'
import { told, version, type Terminal } from './verb.ts'

/** Run `backup create`, `verify` or `restore`; a drill needs a client too, and begins where both meet. */
export async function backup(argv: readonly string[], terminal: Terminal): Promise<number> {
  const options = readBackupOptions(argv, terminal)
  if (typeof options === 'number') return options
  return await toldRefusals(async () => {
    if (options.verb === 'create') return await create(options, terminal)
    if (options.verb === 'verify') return await verify(options, terminal)
    if (options.verb === 'restore') return await restore(options, terminal)
    return wrongUse('a client for a drill', terminal)
  }, terminal)
}

/** As `told`, and a refusal by decision ends with 3, as it does for clients. */
export async function toldRefusals(work: () => Promise<number>, terminal: Terminal): Promise<number> {
  return await told(async () => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'refused') throw error
      terminal.err(`${error.message}\n`)
      return 3
    }
  }, terminal)
}

async function create({ path, secret, values, isOn }: BackupOptions, terminal: Terminal): Promise<number> {
  const place = await placeOf(values, terminal.env)
  if (place === null) return wrongUse('--config or --data', terminal)
  if (values.officer === undefined) return wrongUse('--officer', terminal)
  const officer = parsePerson(values.officer, '--officer')
  const always = (values.canary ?? []).map(parseFile)
  const ground = await openPlace(place, openLogger({ level: 'warn' }))
  try {
    const enclave = await openEnclave(ground)
    const parts = backupParts(ground, enclave, place.isSample, await version())
    const permit = await permitAtHost(enclave, officer)
    const objects = isOn('all-objects') ? 'all' : 'index'
    const made = await watched(terminal, (progress) =>
      createBackup(permit, parts, { path, secret, objects, always, progress }),
    )
    // Where no gate runs, nobody else puts the entry into the tree.
    await enclave.ledger.sequenceOnce()
    const { bytes, digest, entryId, manifest } = made
    const { size } = manifest.ledger
    const facts = { path, bytes, digest, entryId, ledgerSize: size, objects: manifest.objects, parts: [...made.parts] }
    tell(terminal, isOn('json'), facts, () => [
      tableOf(made.parts),
      `Backed up ${manifest.enclave.name} to ${path}: ${sizeText(bytes)}, ledger of ${size} entries, ` +
        `${manifest.objects.included} of ${manifest.objects.stored} sealed files.\nDigest ${digest}, entry ${entryId}.\n`,
      ground.seal.secret.kind === 'token' ? notInBackup : '',
    ])
    return 0
  } finally {
    await ground.close()
  }
}

async function verify({ path, secret, values, isOn }: BackupOptions, terminal: Terminal): Promise<number> {
  const options = { pinnedKeys: parseKeys(values.key), ...outsideOf(values) }
  const place = await placeOf(values, terminal.env)
  const { officer } = values
  if ((place === null) !== (officer === undefined))
    return wrongUse('--officer with --config or --data, or neither', terminal)
  const verdict = await watched(terminal, (progress) => verifyBackup(path, secret, { ...options, progress }))
  const entryId = place === null || verdict.fault !== null ? null : await putOnRecord(place, officer ?? '', verdict)
  const { fault, digest, manifest, outside, token } = verdict
  tell(terminal, isOn('json'), { ...verdict, entryId }, () => [
    tableOf(verdict.parts),
    fault === null
      ? `${path} is whole: ${manifest?.enclave.name ?? ''}, ${manifest?.createdAt ?? ''}, ledger of ` +
        `${manifest?.ledger.size ?? 0} entries.\nDigest ${digest ?? ''}.\n`
      : `${path} is not whole: ${fault.text}${fault.where === null ? '' : ` (${fault.where})`} [${fault.code}].\n`,
    outside === null ? '' : behindText(outside.behind),
    entryId === null ? '' : `Entry ${entryId}.\n`,
    token === null ? '' : `Made on token ${token.label} (serial number ${token.serial}). ${notInBackup}`,
  ])
  return fault === null ? 0 : 1
}

/** Whoever names the enclave has it on record there that the backup is whole. Takes only one that its ledger keys have signed. */
async function putOnRecord(place: Place, officer: string, verdict: BackupVerdict): Promise<string> {
  const by = parsePerson(officer, '--officer')
  const ground = await openPlace(place, openLogger({ level: 'warn' }))
  try {
    const enclave = await openEnclave(ground)
    const permit = await permitAtHost(enclave, by)
    const entryId = await recordVerified(permit, enclave, verdict)
    // Where no gate runs, nobody else puts the entry into the tree.
    await enclave.ledger.sequenceOnce()
    return entryId
  } finally {
    await ground.close()
  }
}

const notInBackup =
  'ATTENTION: the keys are in a token and not in the backup. To restore it takes that token, or one that holds a copy of its keys.\n'

async function restore({ path, secret, values, isOn }: BackupOptions, terminal: Terminal): Promise<number> {
  const place = await placeOf({ config: values.config, data: values.to }, terminal.env)
  if (place === null) return wrongUse('--config or --to', terminal)
  const rules = { pinnedKeys: parseKeys(values.key), ...outsideOf(values), acceptOlder: isOn('accept-older') }
  const restored = await watched(terminal, (progress) =>
    restoreTo(place, path, secret, { ...rules, progress }, openLogger({ level: 'warn' })),
  )
  const { manifest, digest, missingObjects, outside, entryId } = restored
  const { name } = manifest.enclave
  const facts = { name, digest, entryId, ledgerSize: manifest.ledger.size, missingObjects, outside }
  tell(terminal, isOn('json'), facts, () => [
    `Restored ${name} of ${manifest.createdAt} to ${place.config.data}: ledger of ${manifest.ledger.size} entries.\n`,
    missingObjects === 0 ? '' : `ATTENTION: ${missingObjects} sealed files were not in it: bring their objects back.\n`,
    outside === null ? '' : behindText(outside.behind),
    `Next: sallyport ${place.isSample ? `up --data ${place.config.data}` : `serve --config ${values.config ?? ''}`}\n`,
  ])
  return 0
}

function behindText(behind: number): string {
  if (behind === 0) return 'It holds all that the checkpoint outside knows of.\n'
  return `ATTENTION: the checkpoint outside knows of ${behind} entries that it does not hold.\n`
}

function outsideOf({ outside }: BackupOptions['values']): { readonly outsideCheckpoint?: string } {
  return outside === undefined ? {} : { outsideCheckpoint: outside }
}

function tell({ out }: Terminal, isJson: boolean, facts: object, human: () => readonly string[]): void {
  out(isJson ? `${JSON.stringify(facts)}\n` : human().join(''))
}

function tableOf(parts: readonly PartFacts[]): string {
  const width = Math.max(0, ...parts.map(({ name }) => name.length))
  return parts.map(({ name, bytes }) => `${name.padEnd(width)}  ${sizeText(bytes).padStart(9)}\n`).join('')
}

/**
 * Run work with one line on the terminal, which goes when the work has ended: the part under way and the bytes so far. Told to
 * stop, the work ends at its next step, and clears up after itself as it does when it fails.
 */
export async function watched<T>(
  { err, isTty = false }: Terminal,
  work: (progress: Progress, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const clear = '\r\u001b[2K'
  const stop = new AbortController()
  const abort = (): void => stop.abort(new Problem('unavailable', 'cannot go on: told to stop, want to be let end'))
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, abort)
  try {
    return await work(({ part, bytes }) => {
      stop.signal.throwIfAborted()
      if (isTty) err(`${clear}${part}  ${sizeText(bytes)}`)
    }, stop.signal)
  } finally {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, abort)
    if (isTty) err(clear)
  }
}

function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${units[power] ?? ''}`
}
