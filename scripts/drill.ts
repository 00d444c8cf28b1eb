// `sallyport backup`, and above all `drill`: the gate's part restores and serves a copy, the client's part opens the canary from it. They meet
// here, as the whole command line does.

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Problem, type Id } from '@sallyport/protocol'
import { call, connect, download, requestShare, type Connection, type Refused } from '../client/src/index.ts'
import { openFile } from '../client/src/tdf/index.ts'
import { openLogger } from '../server/src/base/index.ts'
import {
  backup,
  drillBackup,
  parseFile,
  parsePerson,
  placeOf,
  readBackupOptions,
  toldRefusals,
  version,
  watched,
  wrongUse,
  type DrillCopy,
  type Terminal,
} from '../server/src/main/index.ts'

const noCanary = `--canary <file id> and --original <file>.
An enclave that has no canary yet: protect a small file that is not controlled, and keep it:
  sallyport file protect canary.txt --vault <vault>
Its id is in the table. Back up with --canary <file id>, or --all-objects`

/** Run a verb of `backup`: `argv` without that word. Yields the exit code. */
export async function runBackup(argv: readonly string[], terminal: Terminal): Promise<number> {
  const options = readBackupOptions(argv, terminal)
  if (typeof options === 'number') return options
  if (options.verb !== 'drill') return await backup(argv, terminal)
  const { path, secret, values, isOn } = options
  return await toldRefusals(async () => {
    const place = await placeOf(values, terminal.env)
    if (place === null) return wrongUse('--config or --data', terminal)
    const { officer, opener, original, canary: [canary, ...more] = [] } = values
    if (officer === undefined || opener === undefined) return wrongUse('--officer and --opener', terminal)
    if (canary === undefined || original === undefined || more.length > 0) return wrongUse(noCanary, terminal)
    const fileId = parseFile(canary)
    const wanted = await digestOf(original)
    const passed = await watched(terminal, async (progress, signal) =>
      drillBackup(
        {
          place,
          path,
          secret,
          officer: parsePerson(officer, '--officer'),
          opener: parsePerson(opener, '--opener'),
          canary: fileId,
          country: values.country ?? null,
          version: await version(),
          log: openLogger({ level: 'error' }),
          progress,
        },
        async (copy) => {
          signal.throwIfAborted()
          await openCanary(copy, fileId, wanted, isOn('acknowledge'))
          signal.throwIfAborted()
        },
      ),
    )
    const { digest, takenAt, ledgerSize, seconds, entryId } = passed
    terminal.out(
      isOn('json')
        ? `${JSON.stringify({ passed: true, canary, ...passed })}\n`
        : `Passed after ${seconds} s: the backup of ${takenAt} was restored with a ledger of ${ledgerSize} entries, and the ` +
            `canary opened from it is what was protected.\nDigest ${digest}, entry ${entryId}.\n`,
    )
    return 0
  }, terminal)
}

/** Open the canary from the copy as its client does, and compare it with what was protected. Throws Problem. */
async function openCanary(copy: DrillCopy, fileId: Id<'file'>, wanted: string, isAcknowledged: boolean): Promise<void> {
  const clock = { now: () => Date.now(), sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)) }
  const { url, ca, credential, originalUrl } = copy
  const connection = connect({ url, ca, credential, clock })
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-drill-'))
  try {
    const [source, target] = [join(folder, 'sealed.tdf'), join(folder, 'content')]
    await fetchSealed(connection, fileId, source)
    // The file names the gate that it was protected at; the copy stands in for that one.
    const standIn: Connection = { ...connection, origin: new URL(originalUrl).origin }
    await openFile({
      source,
      target,
      async release(request) {
        const answer = await requestShare(standIn, request, isAcknowledged)
        if (answer.outcome === 'released') return answer.share
        const bound = answer.unacknowledged.map(({ fqn, text }) => text ?? fqn)
        if (bound.length === 0) throw refused(answer)
        throw new Problem(
          'refused',
          `cannot open the canary: who opens it is bound by "${bound.join('", "')}", want --acknowledge`,
        )
      },
    })
    if ((await digestOf(target)) === wanted) return
    throw new Problem(
      'invalid-file',
      'cannot pass: the canary opened, but is another file than --original, want the same',
    )
  } finally {
    await connection.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function fetchSealed(connection: Connection, fileId: Id<'file'>, path: string): Promise<void> {
  const file = await call(connection, 'file', { params: { fileId } })
  if (file.outcome === 'refused') throw refused(file)
  const sink = createWriteStream(path, { flags: 'wx', mode: 0o600 })
  const fetched = await download(connection, 'fetchFile', { params: { fileId }, sink })
  if (fetched.outcome === 'refused') throw refused(fetched)
  if ((await digestOf(path)) === file.value.sha256) return
  throw new Problem('invalid-file', 'cannot open the canary: the copy sent other bytes than were stored, want the same')
}

function refused({ reasons, detail }: Refused): Problem {
  const why = reasons.map(({ text }) => text).join(' ') || detail || 'refused by decision'
  return new Problem('refused', `cannot open the canary: ${why}`)
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash).catch((cause: unknown) => {
    throw new Problem('not-found', `cannot read ${path}: it cannot be read, want a file`, { cause })
  })
  return hash.digest('hex')
}
