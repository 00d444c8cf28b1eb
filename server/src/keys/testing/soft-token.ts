// For tests only: tokens of SoftHSM (Debian: softhsm2, opensc), each in a folder of its own, with a configuration that this
// process and those that it starts read from the environment.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { cp, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Pkcs11 from 'pkcs11js'
import type { TokenSecret } from '../index.ts'

const libraries = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/libsofthsm2.so',
]
export const softHsmLibrary = libraries.find((path) => existsSync(path)) ?? ''

/** Why tests with a token cannot run here; null when they can. Nothing is skipped where nothing may be. */
export const lacksToken: string | null = process.env['SALLYPORT_NOTHING_SKIPPED'] === undefined ? whatIsMissing() : null

/** For the end of a title: why its tests are skipped, if they are. */
export function because(lacks: string | null): string {
  return lacks === null ? '' : ` (${lacks})`
}

function whatIsMissing(): string | null {
  if (softHsmLibrary === '' || !isProgram('softhsm2-util')) return 'skipped: needs Debian package softhsm2'
  if (!isProgram('pkcs11-tool')) return 'skipped: needs Debian package opensc'
  const module = join(createRequire(import.meta.url).resolve('pkcs11js'), '../build/Release/pkcs11.node')
  return existsSync(module) ? null : 'skipped: needs `npm run build:pkcs11` (Debian package g++)'
}

export function isProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false })
    return found?.isFile() === true
  })
}

export interface SoftToken {
  readonly folder: string
  readonly pin: string
  readonly secret: TokenSecret
  /** Take the token out, and put it back. */
  readonly unplug: () => Promise<() => Promise<void>>
  /** Erase it: same label, no keys. */
  readonly erase: () => void
  /** Make another token of the same label beside it. */
  readonly second: () => void
  /** Run pkcs11-tool with its user logged in. Yields what it said, on both streams, whatever its exit code. */
  readonly tool: (...argv: readonly string[]) => string
  /** Copy all that the token holds, and put the copy in its place later: what a vendor's backup does. */
  readonly copy: () => Promise<() => Promise<void>>
  readonly stop: () => Promise<void>
}

/** Make a token of its own. From here on, this process sees it and no other. */
export async function makeSoftToken(changes: Partial<TokenSecret> = {}): Promise<SoftToken> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-token-'))
  const tokens = join(folder, 'tokens')
  const pin = 'correct-pin-1'
  const label = 'sallyport-test'
  execFileSync('mkdir', ['-m', '700', tokens])
  const configuration = join(folder, 'softhsm2.conf')
  await writeFile(
    configuration,
    `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = true\n`,
  )
  process.env['SOFTHSM2_CONF'] = configuration
  const pinFile = join(folder, 'pin')
  await writeFile(pinFile, `${pin}\n`, { mode: 0o600 })
  const initialize = (...which: string[]): void => {
    const argv = ['--init-token', ...which, '--label', label, '--pin', pin, '--so-pin', 'officer-pin-1']
    execFileSync('softhsm2-util', argv, { stdio: 'ignore' })
  }
  initialize('--free')
  const secret: TokenSecret = {
    kind: 'token',
    library: softHsmLibrary,
    token: { label },
    pinFile,
    sessions: 2,
    deadlineMs: 5000,
    ...changes,
  }
  return {
    folder,
    pin,
    secret,
    unplug: async () => {
      const [name = ''] = await readdir(tokens)
      const away = join(folder, 'away')
      await rename(join(tokens, name), away)
      return () => rename(away, join(tokens, name))
    },
    copy: async () => {
      const kept = join(folder, 'copy')
      await cp(tokens, kept, { recursive: true })
      return async () => {
        await rm(tokens, { recursive: true })
        await rename(kept, tokens)
      }
    },
    erase: () => initialize('--token', label),
    second: () => initialize('--free'),
    tool: (...argv) => {
      const whole = ['--module', softHsmLibrary, '--token-label', label, '--login', '--pin', pin, ...argv]
      const { stdout, stderr } = spawnSync('pkcs11-tool', whole, { encoding: 'utf8' })
      return `${stdout}${stderr}`
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  }
}

export interface LoggedIn {
  readonly p11: typeof Pkcs11
  readonly library: Pkcs11.PKCS11
  readonly session: Pkcs11.Handle
}

/** Do something as whoever has the PIN. */
export function loggedIn<T>(token: SoftToken, work: (session: LoggedIn) => T): T {
  const p11 = createRequire(import.meta.url)('pkcs11js') as typeof Pkcs11
  const library = new p11.PKCS11()
  library.load(token.secret.library)
  library.C_Initialize()
  try {
    const [slot] = library.C_GetSlotList(true)
    if (slot === undefined) throw new Error('no token')
    const session = library.C_OpenSession(slot, p11.CKF_SERIAL_SESSION | p11.CKF_RW_SESSION)
    library.C_Login(session, p11.CKU_USER, token.pin)
    return work({ p11, library, session })
  } finally {
    library.C_Finalize()
    library.close()
  }
}
