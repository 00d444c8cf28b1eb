// sallyport ledger timestamps: an authority's timestamps on checkpoints, verified here, and kept as files that OpenSSL takes.

import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fromBase64, Problem, utf8 } from '@sallyport/protocol'
import { verifyCheckpoint } from '@sallyport/protocol/ledger'
import { verifyTimestamp, type TimestampTrouble } from '@sallyport/protocol/timestamp'
import type { Command } from 'commander'
import { call, type AnswerOf, type Connection } from '../gate/index.ts'
import { readTimestampRoots, timestampCrypto } from '../packet/index.ts'
import { pinnedKeys, verifySignature, type Pinned } from '../session/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { isThere } from './out-path.ts'
import { addVerb, type Desk } from './verb.ts'

interface TimestampsOptions extends GeneralOptions {
  readonly ca: string
  readonly out?: string
}

export function addLedgerTimestamps(ledger: Command, desk: Desk): void {
  addVerb<TimestampsOptions>(ledger, desk, {
    usage: 'timestamps',
    summary: "Verify an authority's timestamps on checkpoints against its root, and keep both in a folder",
    example: 'sallyport ledger timestamps --ca tsa-ca.pem --out timestamps',
    required: [
      ['--ca <file>', 'PEM of the roots that the timestamps must come from; by another way than from the gate'],
    ],
    options: [['-o, --out <folder>', 'write N.checkpoint and N.tsr to this new folder, N entries each']],
    run: timestamps,
  })
}

type Page = AnswerOf<'ledgerTimestamps'>
type Listed = Page['timestamps'][number]

interface Checked {
  readonly size: number
  readonly note: string
  readonly answer: Uint8Array
  /** The authority's time, ISO 8601; null where the timestamp is not true. */
  readonly at: string | null
  readonly trouble: TimestampTrouble | 'checkpoint-not-signed' | null
}

async function timestamps(context: Context, _: readonly string[], options: TimestampsOptions): Promise<Exit> {
  const { workingFolder } = context.environment
  const roots = await readTimestampRoots(resolve(workingFolder, options.ca))
  const { pinned } = await context.profile()
  const { isAsked, trouble, lastAt, listed } = await fetchAll(await context.connect())
  const checked: Checked[] = []
  for (const one of listed) checked.push(await check(one, pinned, roots))
  const bad = checked.filter((one) => one.trouble !== null)
  const folder = options.out === undefined || bad.length > 0 ? null : resolve(workingFolder, options.out)
  if (folder !== null) await keep(folder, checked)
  const shown = checked.map(({ size, at, trouble: fault }) => ({ size, at, trouble: fault }))
  const value = { verdict: bad.length > 0 ? 'false' : 'true', isAsked, trouble, lastAt, timestamps: shown, folder }
  context.print.result(value, (out) => {
    for (const { size, at, trouble: fault } of shown) {
      if (fault === null) out.line(`True: the ${size} first entries were there at ${at ?? ''}.`, 'green')
      else out.line(`FALSE: the timestamp on the checkpoint of ${size} entries: ${fault}.`, 'red')
    }
    if (shown.length === 0) out.line('No checkpoint has a timestamp.', 'yellow')
    if (folder !== null) out.line(`Kept ${shown.length} checkpoints with their timestamps in ${folder}.`, 'green')
    if (trouble !== null) out.line(`The gate's last question to the authority came to none: ${trouble}.`, 'yellow')
    else if (!isAsked) out.line('No authority is configured.', 'yellow')
  })
  return bad.length > 0 ? 1 : 0
}

async function fetchAll(connection: Connection): Promise<Omit<Page, 'timestamps' | 'next'> & { listed: Listed[] }> {
  const listed: Listed[] = []
  let after = -1
  for (;;) {
    const answer = await call(connection, 'ledgerTimestamps', after < 0 ? {} : { query: { after: String(after) } })
    // Nothing is decided on this route.
    if (answer.outcome === 'refused') throw new Problem('refused', 'cannot list timestamps: refused, want an answer')
    const { next, timestamps: page, ...standing } = answer.value
    listed.push(...page)
    if (next === null) return { ...standing, listed }
    // A gate that goes round in circles is not followed.
    if (next <= after) throw new Problem('conflict', 'cannot list timestamps: pages do not go on, want larger ones')
    after = next
  }
}

async function check({ size, note, answer }: Listed, pinned: Pinned, roots: readonly Uint8Array[]): Promise<Checked> {
  const der = fromBase64(answer) ?? new Uint8Array(0)
  const parts = { size, note, answer: der, at: null }
  const checkpoint = await verifyCheckpoint(note, pinned.origin, pinnedKeys(pinned), verifySignature)
  if (checkpoint?.size !== size) return { ...parts, trouble: 'checkpoint-not-signed' }
  const verified = verifyTimestamp(der, { bytes: utf8(note), nonce: null, roots, between: null }, timestampCrypto)
  if ('trouble' in verified) return { ...parts, trouble: verified.trouble }
  return { ...parts, at: new Date(verified.timestamp.atMs).toISOString(), trouble: null }
}

async function keep(folder: string, checked: readonly Checked[]): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    if (code === 'EEXIST') throw isThere(folder)
    throw new Problem('not-found', `cannot make folder ${folder}: ${String(code)}, want one above it`, { cause })
  })
  for (const { size, note, answer } of checked) {
    await writeFile(join(folder, `${size}.checkpoint`), note, { flag: 'wx', mode: 0o600 })
    await writeFile(join(folder, `${size}.tsr`), answer, { flag: 'wx', mode: 0o600 })
  }
}
