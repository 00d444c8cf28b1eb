// What a real enclave stands on: a configuration that may carry one, the secret that opens its keystore, and the names that
// its ceremony fixed.

import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { Config, Database, Logger } from '../base/index.ts'
import type { KeystoreSecret, TokenSecret } from '../keys/index.ts'
import { readCeremony } from '../policy/index.ts'
import { dataFolder, type DataFolder } from './data-folder.ts'
import { openGround, type Ground, type Names } from './open-enclave.ts'

/**
 * Names that a real enclave has unless its founders file says otherwise: by the host of its public address. Two enclaves can
 * share a namespace, and with it their labels; their ledgers are two.
 */
export function namesOf(publicUrl: string, namespace?: string): Names {
  const host = new URL(publicUrl).hostname
  return { namespace: namespace ?? host, ledgerOrigin: `${host}/ledger` }
}

/** Open the ground of a real enclave. `names` are for a ceremony that is yet to begin; a begun one has its own. */
export async function openRealGround(config: Config, log: Logger, names: Names | null): Promise<Ground> {
  const folder = dataFolder(resolve(config.data))
  const secret = await keystoreSecret(config, folder)
  const known = async (database: Database): Promise<Names> => {
    const record = (await readCeremony(database)) ?? names
    if (record === null) throw new Problem('conflict', nothingHere(config))
    return { namespace: record.namespace, ledgerOrigin: record.ledgerOrigin }
  }
  return await openGround(config, known, () => Promise.resolve(secret), log)
}

export function nothingHere({ data }: Config): string {
  return `cannot serve: there is no enclave in ${data}, want one that was founded (\`sallyport init\`)`
}

/** Throws Problem `invalid-request` for a configuration that no real enclave is served with. */
export function refuseUnfit(config: Config): void {
  if (config.testMode) throw unfit('testMode is on', 'it off')
  if (!config.issuers.some(({ purposes }) => purposes.includes('console')))
    throw unfit('no issuer is believed for people', 'one with purpose console')
  if (!config.issuers.some(({ signIn }) => signIn !== undefined))
    throw unfit('no issuer says how people sign in', 'issuers[].signIn at one')
}

function unfit(state: string, want: string): Problem {
  return new Problem('invalid-request', `cannot use this configuration: ${state}, want ${want}`)
}

/**
 * Read what opens the keystore. Throws Problem `invalid-request` unless exactly one file is named, for its owner alone, and
 * outside of the data folder: a copy of the folder must not be a copy of what opens it. A PIN is not read here.
 */
export async function keystoreSecret(config: Config, folder: DataFolder): Promise<KeystoreSecret> {
  if (config.keys.provider === 'pkcs11') return await tokenSecret(config, folder)
  const { passphraseFile, keyFile } = config.keys
  const path = passphraseFile ?? keyFile
  if (path === undefined) throw secretProblem('none is named', 'keys.passphraseFile or keys.keyFile')
  await refuseShared(path, folder)
  if (passphraseFile === undefined) return { kind: 'key-file', path }
  const [passphrase = ''] = readFileSync(path, 'utf8').split(/\r?\n/, 1)
  if (passphrase.length < 12) throw secretProblem('the passphrase is short', '12 characters or more')
  return { kind: 'passphrase', passphrase }
}

async function tokenSecret({ keys }: Config, folder: DataFolder): Promise<TokenSecret> {
  const { library, pinFile, tokenLabel, tokenSerial, sessions = 2, deadlineMs = 3000 } = keys
  if (library === undefined || pinFile === undefined)
    throw secretProblem('no token is named', 'keys.library and keys.pinFile')
  await refuseShared(pinFile, folder)
  const token = tokenSerial === undefined ? { label: tokenLabel ?? '' } : { serial: tokenSerial }
  return { kind: 'token', library, token, pinFile, sessions, deadlineMs }
}

async function refuseShared(path: string, folder: DataFolder): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found === null) throw secretProblem(`${path} cannot be read`, 'a file that is there')
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    throw secretProblem(`others can read ${path} (mode ${(found.mode & 0o777).toString(8)})`, 'mode 400 or 600')
  if (isInside(await realpath(path), await realpath(folder.root).catch(() => folder.root)))
    throw secretProblem(`${path} lies in the data folder`, 'it elsewhere: whoever copies the folder would have both')
}

function secretProblem(state: string, want: string): Problem {
  return new Problem('invalid-request', `cannot read what opens the keystore: ${state}, want ${want}`)
}

function isInside(path: string, folder: string): boolean {
  const from = relative(folder, path)
  return from === '' || !(from === '..' || from.startsWith(`..${sep}`))
}

/** Names of what lies in the data folder; nothing where there is no folder. */
export async function contentOf({ root }: DataFolder): Promise<readonly string[]> {
  return await readdir(root).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw cause
  })
}

export async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null
}
