// Where an embedded PostgreSQL lives: `postgres` in the data folder, with its cluster, its socket, its log and the lock of
// those who start it. Where the server's account cannot reach the data folder (root's own home, say), `postgres` is a
// link to a folder that it can reach.

import { createHash, randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, realpath, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { takeProcessLock } from './process-lock.ts'
import { canEnter, chooseAccount, type ServerAccount } from './postgres-account.ts'

export interface PostgresHome {
  readonly account: ServerAccount
  /** PGDATA: does not exist before initdb made it whole. */
  readonly cluster: string
  readonly socketDirectory: string
  readonly log: string
  readonly lock: string
  /** Where copies of binaries may go that the account can run. */
  readonly cacheDirectory: string
}

export const port = 5432

// sockaddr_un of the platform, less its closing zero.
const longestSocketPath = process.platform === 'darwin' ? 103 : 107

/** Open the home under `dataDirectory`, making its folders. `reachableDirectory` is for what the account cannot reach. */
export async function openPostgresHome(dataDirectory: string, reachableDirectory: string): Promise<PostgresHome> {
  const isRoot = process.getuid?.() === 0
  await mkdir(dataDirectory, { recursive: true, mode: isRoot ? 0o711 : 0o700 })
  const data = await realpath(dataDirectory)
  const lock = await takeProcessLock(join(data, 'postgres.lock'), 30_000)
  try {
    const home = await settle(data, join(data, 'postgres'), reachableDirectory)
    const account = await chooseAccount(join(home, 'cluster'))
    if (!(await canEnter(home, account))) {
      throw new Problem(
        'unavailable',
        `cannot start the embedded database: user ${account.uid} cannot enter the folder of its files, want every folder above it passable`,
      )
    }
    return {
      account,
      cluster: join(home, 'cluster'),
      socketDirectory: await openSocketDirectory(home, account),
      log: join(home, 'postgres.log'),
      lock: join(home, 'start.lock'),
      cacheDirectory: account.switched ? reachableDirectory : home,
    }
  } finally {
    lock.release()
  }
}

/** INVARIANT: whoever has this data folder has one cluster; the link, not the path's name, says which. */
async function settle(data: string, home: string, reachableDirectory: string): Promise<string> {
  const existing = await lstat(home).catch(() => null)
  if (existing !== null) {
    try {
      return await realpath(home)
    } catch (error) {
      throw new Problem(
        'unavailable',
        `cannot start the embedded database: ${home} leads nowhere, want its folder back`,
        {
          cause: error,
        },
      )
    }
  }
  const account = await chooseAccount(join(home, 'cluster'))
  if (await canEnter(data, account)) {
    await makeFolder(home, account.switched ? 0o711 : 0o700)
    return home
  }
  await mkdir(reachableDirectory, { recursive: true, mode: 0o711 })
  const elsewhere = join(await realpath(reachableDirectory), `postgres-${randomBytes(8).toString('hex')}`)
  await makeFolder(elsewhere, 0o711)
  await symlink(elsewhere, home)
  return elsewhere
}

/** The folder is the guard: only the server's account and root can reach the socket in it. */
async function openSocketDirectory(home: string, account: ServerAccount): Promise<string> {
  const near = join(home, 'socket')
  const isShort = Buffer.byteLength(join(near, `.s.PGSQL.${port}`)) <= longestSocketPath
  const folder = isShort ? near : join(await shortDirectory(), `sallyport-${digest(home)}`)
  try {
    await makeFolder(folder, 0o700)
    if (account.switched) await chown(folder, account.uid, account.gid)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  await refuseStrangeSocketDirectory(folder, account)
  return folder
}

/** ATTACKER: in a shared folder for temporary files, somebody else may have made ours first. */
export async function refuseStrangeSocketDirectory(folder: string, account: ServerAccount): Promise<void> {
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== account.uid || (found.mode & 0o077) !== 0) {
    throw new Problem(
      'unavailable',
      `cannot use the embedded database: ${folder} is not a private folder of user ${account.uid}, want it so`,
    )
  }
}

async function shortDirectory(): Promise<string> {
  if (process.getuid?.() === 0 && (await stat('/run').catch(() => null)) !== null) return '/run'
  return Buffer.byteLength(tmpdir()) < 50 ? tmpdir() : '/tmp'
}

function digest(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16)
}

/** Fails with EEXIST; mkdir alone would take the umask off the mode. */
async function makeFolder(path: string, mode: number): Promise<void> {
  await mkdir(path, { mode })
  await chmod(path, mode)
}
