// The options of `backup`: which verb takes which, and how their texts are read.

import { readFileSync } from 'node:fs'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { parseId, Problem, type Id } from '@sallyport/protocol'
import { parseVerifyKey, type VerifyKey } from '@sallyport/protocol/ledger'
import type { BackupSecret } from '../backup/index.ts'
import { sha256 } from '../ledger/index.ts'
import type { Terminal } from './verb.ts'

const backupUsage = `sallyport backup create <file> (--config <file> | --data <folder>) <secret> --officer <person id>
                        [--all-objects] [--canary <file id>]...
sallyport backup verify <file> <secret> [--key <line>]... [--outside <checkpoint>]
                        [(--config <file> | --data <folder>) --officer <person id>]
sallyport backup restore <file> (--config <file> | --to <folder>) <secret> [--key <line>]...
                         [--outside <checkpoint> [--accept-older]]
sallyport backup drill <file> (--config <file> | --data <folder>) <secret> --officer <person id>
                       --opener <person id> --canary <file id> --original <file> [--country <code>] [--acknowledge]

Back up an enclave into one encrypted file while its gate runs, read a backup whole, restore one into what is empty, or try
all of it: a drill restores a copy, has a client open the canary from it, and records that in the ledger (docs/backup.md).
Which there are and what is due: sallyport backup list, from anywhere. A verification is put on record where the enclave is named.

  --config <file>           the configuration of a real enclave
  --data <folder>           the folder of a sample enclave
  --to <folder>             the empty folder that a sample is restored to
  <secret>                  --passphrase-file <file> (its first line) or --key-file <file> (32 bytes)
  --officer <person id>     the administrator or officer in whose name it is done. The host proves nobody: the entry says so
  --all-objects             take all sealed files along; otherwise only their index
  --canary <file id>        a file whose sealed content is taken along, and with which a drill tries the copy
  --original <file>         what was protected as the canary, to compare with what the copy opens
  --opener <person id>      who opens the canary in the copy: somebody who may
  --country <code>          where this host is, when the configuration has no place for its own address
  --acknowledge             the opener has read what binds whoever opens the canary
  --key <line>              a key of the ledger that must have signed, known from elsewhere
  --outside <checkpoint>    the latest checkpoint that was kept outside
  --accept-older            restore although the checkpoint outside has more entries: they are lost
  --json                    write the outcome as JSON

Example: sallyport backup create /backup/monday --config sallyport.yaml --key-file /media/key --officer 0197... --all-objects
`

const options = {
  'passphrase-file': { type: 'string' },
  'key-file': { type: 'string' },
  config: { type: 'string' },
  data: { type: 'string' },
  to: { type: 'string' },
  officer: { type: 'string' },
  opener: { type: 'string' },
  canary: { type: 'string', multiple: true },
  original: { type: 'string' },
  country: { type: 'string' },
  key: { type: 'string', multiple: true },
  outside: { type: 'string' },
  'all-objects': { type: 'boolean' },
  'accept-older': { type: 'boolean' },
  acknowledge: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

type Name = keyof typeof options
type Flag = 'all-objects' | 'accept-older' | 'acknowledge' | 'json' | 'help'

const taken: Readonly<Record<string, readonly Name[]>> = {
  create: ['config', 'data', 'officer', 'all-objects', 'canary'],
  verify: ['config', 'data', 'officer', 'key', 'outside'],
  restore: ['config', 'to', 'key', 'outside', 'accept-older'],
  drill: ['config', 'data', 'officer', 'opener', 'canary', 'original', 'country', 'acknowledge'],
}

export interface BackupOptions {
  readonly verb: string
  readonly path: string
  readonly secret: BackupSecret
  readonly values: Omit<{ readonly [K in Name]?: string }, Flag | 'key' | 'canary'> & {
    readonly key?: readonly string[]
    readonly canary?: readonly string[]
  }
  readonly isOn: (name: Flag) => boolean
}

/** Read the options of a verb, or answer with an exit code: 0 for help, 2 for wrong use. */
export function readBackupOptions(argv: readonly string[], { out, err }: Terminal): BackupOptions | number {
  const wrong = (text: string): number => {
    err(`${text}\n\n${backupUsage}`)
    return 2
  }
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    const [verb = '', path, ...more] = positionals
    if (values.help === true) {
      out(backupUsage)
      return 0
    }
    const names = Object.hasOwn(taken, verb) ? taken[verb] : undefined
    if (names === undefined) return wrong('want create, verify, restore or drill')
    if (path === undefined || more.length > 0) return wrong('want one backup')
    const always: readonly string[] = ['passphrase-file', 'key-file', 'json', ...names]
    const stray = Object.keys(values).find((name) => !always.includes(name))
    if (stray !== undefined) return wrong(`backup ${verb} takes no --${stray}`)
    const { 'passphrase-file': passphraseFile, 'key-file': keyFile } = values
    if ((passphraseFile === undefined) === (keyFile === undefined)) return wrong('want --passphrase-file or --key-file')
    const secret: BackupSecret =
      keyFile === undefined
        ? { kind: 'passphrase', passphrase: firstLine(passphraseFile ?? '') }
        : { kind: 'key-file', path: keyFile }
    return { verb, path, secret, values, isOn: (name) => values[name] === true }
  } catch (error) {
    if (error instanceof Problem) {
      err(`${error.message}\n`)
      return 1
    }
    return wrong(error instanceof Error ? error.message : String(error))
  }
}

function firstLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? ''
  } catch (cause) {
    throw new Problem('unavailable', `cannot read ${path}: it cannot be read, want a file with a passphrase`, { cause })
  }
}

export function parsePerson(text: string, option: string): Id<'person'> {
  const id = parseId<'person'>(text)
  if (id === null) throw new Problem('invalid-request', `cannot read ${option}: it is no id, want the id of a person`)
  return id
}

export function parseFile(text: string): Id<'file'> {
  const id = parseId<'file'>(text)
  if (id === null) throw new Problem('invalid-request', 'cannot read --canary: it is no id, want the id of a file')
  return id
}

export function parseKeys(lines: readonly string[] = []): readonly VerifyKey[] {
  return lines.map((line) => {
    const key = parseVerifyKey(sha256, line)
    if (key !== null) return key
    throw new Problem('invalid-request', 'cannot read --key: it is no key of a ledger, want a line `name+hash+key`')
  })
}

export function wrongUse(want: string, { err }: Terminal): number {
  err(`want ${want}\n\n${backupUsage}`)
  return 2
}
