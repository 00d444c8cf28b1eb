// Which enclave a backup is of, or is restored to: a real one by its configuration, a sample by its folder. And who is said
// to ask for it, at the host itself, where nobody signs in.

import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Problem, type Id, type Reason } from '@sallyport/protocol'
import {
  configurationFacts,
  refuseIncompleteRestore,
  restoreBackup,
  type BackupParts,
  type BackupRestored,
  type BackupSecret,
  type RestoreOptions,
} from '../backup/index.ts'
import {
  loadConfig,
  openDatabase,
  startEmbeddedPostgres,
  systemClock,
  systemRandomness,
  type Config,
  type Environment,
  type Logger,
} from '../base/index.ts'
import { tokenOf, tryTokenKeystore } from '../keys/index.ts'
import type { Permit } from '../policy/index.ts'
import { dataFolder, type DataFolder } from './data-folder.ts'
import { migrations } from './modules.ts'
import { openGround, type Enclave, type Ground } from './open-enclave.ts'
import { contentOf, keystoreSecret, openRealGround } from './real-ground.ts'
import { sampleConfig, sampleNames, sampleSecret } from './sample.ts'

export interface Place {
  readonly config: Config
  readonly isSample: boolean
}

/** The enclave of a configuration file, or the sample of a folder: exactly one of the two is named. */
export async function placeOf(
  { config, data }: { readonly config?: string | undefined; readonly data?: string | undefined },
  env: Environment,
): Promise<Place | null> {
  if ((config === undefined) === (data === undefined)) return null
  if (config !== undefined) return { config: loadConfig({ file: config, env }), isSample: false }
  const folder = resolve(data ?? '')
  return { config: sampleConfig({ data: folder, port: await samplePort(folder), env }), isSample: true }
}

/** The port that a sample was served on last; its address stands in its files. */
async function samplePort(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'sample-gate.json'), 'utf8').catch(() => null)
  if (text === null) return 8443
  return Number(new URL((JSON.parse(text) as { url: string }).url).port) || 443
}

/** Open the ground of an enclave that is there, beside the gate that may run on it. Makes none. */
export async function openPlace({ config, isSample }: Place, log: Logger): Promise<Ground> {
  await refuseIncompleteRestore(resolve(config.data))
  const content = await contentOf(dataFolder(resolve(config.data)))
  if (!content.includes('keystore.json')) {
    throw new Problem(
      'not-found',
      `cannot open the enclave: there is none in ${config.data}, want one that was founded`,
    )
  }
  if (isSample !== content.includes('sample-keystore.key')) {
    const want = isSample ? '--config for a real enclave' : '--data for a sample'
    throw new Problem('invalid-request', `cannot open the enclave: ${config.data} is of the other kind, want ${want}`)
  }
  return isSample ? await openGround(config, sampleNames, sampleSecret, log) : await openRealGround(config, log, null)
}

/** What a backup of an open enclave is taken of. */
export function backupParts(ground: Ground, enclave: Enclave, isSample: boolean, productVersion: string): BackupParts {
  const { database, folder, config, clock, random } = ground
  return {
    database,
    ledger: enclave.ledger,
    signers: enclave.signers,
    objects: enclave.files.objects,
    keystore: folder.keystore,
    ...(isSample ? { files: { 'sample-keystore.key': folder.sampleKey } } : {}),
    configuration: configurationFacts(config),
    productVersion,
    clock,
    random,
  }
}

/**
 * Decide for a person that whoever is at the host names. The host proves nobody: the entry says `host`, and the roster says
 * whether that person could have asked. Throws Problem `refused` with the reasons.
 */
export async function permitAtHost(enclave: Enclave, officer: Id<'person'>): Promise<Permit<'backup.create'>> {
  const decision = await enclave.decisions.decide({
    subject: { kind: 'person', id: officer },
    action: 'backup.create',
    resource: { kind: 'enclave' },
    place: { name: null, country: null },
    device: 'unknown',
    door: 'host',
    evidence: {},
  })
  if (decision.effect === 'permit') return decision.permit
  const reasons: readonly Reason[] = decision.reasons
  throw new Problem('refused', `cannot back up for ${officer}: refused by decision: ${reasons[0]?.text ?? ''}`, {
    details: { decisionId: decision.decisionId, reasons },
  })
}

export interface RestoredHere extends BackupRestored {
  /** Where the embedded database kept its socket; null where the database is elsewhere. */
  readonly socketDirectory: string | null
}

/** Restore into the folder and the database of a configuration: both empty, neither migrated. */
export async function restoreTo(
  { config }: Pick<Place, 'config'>,
  path: string,
  secret: BackupSecret,
  options: RestoreOptions,
  log: Logger,
): Promise<RestoredHere> {
  const folder = dataFolder(resolve(config.data))
  await refuseIncompleteRestore(folder.root)
  // Before a database is started in there.
  const found = (await contentOf(folder)).find((name) => !/^(postgres(\.lock)?|objects)$/.test(name))
  if (found !== undefined) {
    throw new Problem(
      'conflict',
      `cannot restore backup: the data folder has ${found} in it, want an empty database and an empty folder`,
      { details: { state: 'target-not-empty' } },
    )
  }
  await mkdir(folder.root, { recursive: true, mode: 0o700 })
  const embedded =
    config.database === 'embedded' ? await startEmbeddedPostgres({ dataDirectory: folder.postgres, log }) : null
  try {
    const connection = embedded?.connection ?? config.database
    const database = await openDatabase(connection, { poolSize: 4, applicationName: 'sallyport-restore', log })
    try {
      const objects = resolve(config.objects.path ?? folder.objects)
      const target = {
        database,
        migrations,
        folder: { ...folder, objects },
        clock: systemClock,
        random: systemRandomness,
      }
      const requireKeys = (keystore: string) => refuseWithoutKeys(config, folder, keystore)
      const restored = await restoreBackup(path, secret, { ...target, log }, { ...options, requireKeys })
      return { ...restored, socketDirectory: embedded?.connection.socketDirectory ?? null }
    } finally {
      await database.close()
    }
  } finally {
    await embedded?.stop()
  }
}

/** Keys that are in a token are in no backup: what is restored without them would serve nobody. */
async function refuseWithoutKeys(config: Config, folder: DataFolder, keystore: string): Promise<void> {
  const token = tokenOf(keystore)
  const isForToken = config.keys.provider === 'pkcs11'
  if (token === null && !isForToken) return
  if (token === null) throw withoutKeys('they are in it, sealed in a file', 'keys.provider software')
  const name = `token ${token.label} (serial number ${token.serial})`
  const want = `keys.provider pkcs11 with that token, or with one that its vendor's backup was restored to`
  if (!isForToken) throw withoutKeys(`they are in ${name}`, want)
  const secret = await keystoreSecret(config, folder)
  if (secret.kind !== 'token') throw withoutKeys(`they are in ${name}`, want)
  try {
    await tryTokenKeystore(keystore, { secret, random: systemRandomness })
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause
    throw withoutKeys(`they are in ${name}, and ${cause.message.split('\n', 1)[0] ?? ''}`, want, cause)
  }
}

function withoutKeys(state: string, want: string, cause?: unknown): Problem {
  return new Problem('conflict', `cannot restore backup: its keys are not here: ${state}; want ${want}`, {
    cause,
    details: { state: 'keys-not-here' },
  })
}
