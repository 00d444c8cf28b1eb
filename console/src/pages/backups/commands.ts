// What to type at the host, with whatever the ledger knows filled in: who does it, the newest backup, what the last drill opened.

import type { Backups } from '../../parts/backups.ts'

const real = { program: 'sudo -u sallyport sallyport', place: '--config /etc/sallyport/sallyport.yaml' }
const sample = { program: 'npm run -s sallyport --', place: '--data data/sample' }
const key = '/media/backup/key'

/** `officer`: id of whoever looks; null for nobody of the roster. A sample has a folder in the place of a configuration. */
export function commandsOf({ backups }: Backups, officer: string | null, isSample: boolean): string {
  const { program, place } = isSample ? sample : real
  const by = `--officer ${officer ?? '<id of an administrator or officer>'}`
  const newest = backups[0]?.path ?? '<the backup>'
  const drill = backups.find((one) => one.drill !== null)?.drill ?? null
  const canary = drill?.canary ?? '<id of a protected file that is not controlled>'
  const opener = drill?.opener ?? '<id of somebody who may open it>'
  const line = (verb: string, path: string, ...rest: readonly string[]) =>
    [
      `${program} backup ${verb} ${quoted(path)} ${place}`,
      `  --key-file ${key} ${by}`,
      ...rest.map((one) => `  ${one}`),
    ].join(' \\\n')
  return [
    '# Make one',
    line('create', '<a name that is free>', '--all-objects'),
    '# Read it again, and have that on record',
    line('verify', newest),
    '# Restore a copy and open a file from it',
    line('drill', newest, `--opener ${opener}`, `--canary ${canary} --original <the file as it was>`),
  ].join('\n')
}

/** As a shell takes it for one word; what is to be filled in stays as it is. */
function quoted(path: string): string {
  return path.startsWith('<') || /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
