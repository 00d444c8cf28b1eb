// The account that PostgreSQL runs under. It refuses to run as root, so that root hands it to another account, and then
// everything it touches has to be in places which that account can reach.

import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { Problem } from '@sallyport/protocol'

/** `switched` says that we are root and the account is another one. */
export interface ServerAccount {
  readonly uid: number
  readonly gid: number
  readonly switched: boolean
}

/** Choose the account: the owner of the cluster if there is one, else ourselves, or for root `postgres` or `nobody`. */
export async function chooseAccount(cluster: string): Promise<ServerAccount> {
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const owner = await stat(cluster).catch(() => null)
  if (own.uid !== 0) {
    if (owner === null || owner.uid === own.uid) return { ...own, switched: false }
    throw new Problem(
      'unavailable',
      `cannot start the embedded database: its files belong to user ${owner.uid} and this is user ${own.uid}, want the same user or root`,
    )
  }
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, switched: true }
  for (const name of ['postgres', 'nobody']) {
    const account = await lookUp(name)
    if (account !== null) return account
  }
  throw new Problem(
    'unavailable',
    'cannot start the embedded database: it does not run as root and there is no user postgres or nobody, want another user',
  )
}

/** Whether the account can pass through `path` and every folder above it. `path` has no symbolic links. */
export async function canEnter(path: string, account: ServerAccount): Promise<boolean> {
  if (!account.switched) return true
  for (let folder = path; ; folder = dirname(folder)) {
    if (!allows(await stat(folder), account, 1)) return false
    if (folder === dirname(folder)) return true
  }
}

/** Whether the account has the rights `bits` (4 read, 2 write, 1 execute) by the file's own mode. */
export function allows(
  file: { mode: number; uid: number; gid: number },
  account: ServerAccount,
  bits: number,
): boolean {
  if (!account.switched) return true
  const shift = file.uid === account.uid ? 6 : file.gid === account.gid ? 3 : 0
  return ((file.mode >> shift) & bits) === bits
}

async function lookUp(name: string): Promise<ServerAccount | null> {
  const number = async (flag: string) => Number((await promisify(execFile)('id', [flag, name])).stdout.trim())
  try {
    const [uid, gid] = await Promise.all([number('-u'), number('-g')])
    return Number.isSafeInteger(uid) && uid !== 0 ? { uid, gid, switched: true } : null
  } catch {
    return null
  }
}
