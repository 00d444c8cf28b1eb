// What to type at the host for a backup, with whatever is known filled in: who does it, where the backup is, what a drill opens. A sample has
// a folder in the place of a configuration.

import type { Backups } from './backups.ts'

const real = {
  program: 'sudo -u sallyport sallyport',
  place: '--config /etc/sallyport/sallyport.yaml',
  key: '/media/backup/key',
  makeKey: `head -c 32 /dev/urandom | sudo -u sallyport sh -c 'umask 077; cat > /media/backup/key'`,
}
const sample = {
  program: 'npm run -s sallyport --',
  place: '--data data/sample',
  key: 'data/backup.key',
  makeKey: `(umask 077; head -c 32 /dev/urandom > data/backup.key)`,
}

/** Ids and a path; null for what is not known, which stands there as something to fill in. */
interface Known {
  readonly officer: string | null
  readonly opener: string | null
  readonly canary: string | null
}

/** The first of all: a key for backups, one backup, and its drill. */
export function firstBackupCommands(known: Known, isSample: boolean): string {
  const { create, drill } = commandsFor(known, isSample)
  const path = isSample ? 'data/first.backup' : '/backup/first'
  return [(isSample ? sample : real).makeKey, create(path), drill(path)].join('\n')
}

/** Another one, and what is done with the newest; `officer`: id of whoever looks, null where they may make none. */
export function backupCommands({ backups }: Backups, officer: string | null, isSample: boolean): string {
  const drilled = backups.find((one) => one.drill !== null)?.drill ?? null
  const known = { officer, opener: drilled?.opener ?? null, canary: drilled?.canary ?? null }
  const { create, verify, drill } = commandsFor(known, isSample)
  const newest = backups[0]?.path ?? '<the backup>'
  return [
    '# Make one',
    create('<a name that is free>'),
    '# Read it again, and have that on record',
    verify(newest),
    '# Restore a copy and open a file from it',
    drill(newest),
  ].join('\n')
}

function commandsFor({ officer, opener, canary }: Known, isSample: boolean) {
  const { program, place, key } = isSample ? sample : real
  const by = `--officer ${officer ?? '<id of an administrator or officer>'}`
  const line = (verb: string, path: string, ...rest: readonly string[]) =>
    [
      `${program} backup ${verb} ${quoted(path)} ${place}`,
      `  --key-file ${key} ${by}`,
      ...rest.map((one) => `  ${one}`),
    ].join(' \\\n')
  return {
    create: (path: string) => line('create', path, '--all-objects'),
    verify: (path: string) => line('verify', path),
    drill: (path: string) =>
      line(
        'drill',
        path,
        `--opener ${opener ?? '<id of somebody who may open it>'}`,
        `--canary ${canary ?? '<id of a protected file that is not controlled>'} --original <the file as it was>`,
      ),
  }
}

/** As a shell takes it for one word; what is to be filled in stays as it is. */
function quoted(path: string): string {
  return path.startsWith('<') || /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
