// sallyport ledger entries, sallyport ledger entry

import { resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { fromBase64, fromUtf8, Problem } from '@sallyport/protocol'
import { parseEntry } from '@sallyport/protocol/ledger'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findPerson } from './find.ts'
import { openSink } from './out-path.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { addVerb, type Desk } from './verb.ts'

interface EntriesOptions extends GeneralOptions, PageOptions {
  readonly kind?: string
  readonly withoutDecisions?: true
  readonly by?: string
  readonly text?: string
  readonly from?: string
  readonly to?: string
}

interface EntryOptions extends GeneralOptions {
  readonly out?: string
  readonly force?: true
}

export function addLedgerEntries(ledger: Command, desk: Desk): void {
  addVerb<EntriesOptions>(ledger, desk, {
    usage: 'entries',
    summary: 'List entries of the ledger, newest first; looking is on record itself',
    example:
      'sallyport ledger entries --kind decision.deny --from 2026-11-01\n' +
      'sallyport ledger entries --without-decisions --by okafor\n' +
      'sallyport ledger entries --text 01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77',
    options: [
      ['--kind <kind>', 'of this kind alone, such as decision.deny or person.ended'],
      ['--without-decisions', 'what changed or happened, and not what was permitted and refused'],
      ['--by <person>', 'what this person did'],
      ['--text <text>', 'in which this id or code stands; what is personal is sealed there, and not found'],
      ['--from <date>', 'from this day or moment on (ISO 8601; a day begins in UTC)'],
      ['--to <date>', 'up to and without this day or moment'],
      afterOption,
    ],
    run: entries,
  })
  addVerb<EntryOptions>(ledger, desk, {
    usage: 'entry <id>',
    summary: 'Show one entry as it was recorded, or write exactly what was hashed to a file',
    example:
      'sallyport ledger entry 01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77\n' +
      'sallyport ledger entry 01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77 --out entry.json',
    options: [
      ['-o, --out <file>', 'write what was hashed to this file, as `ledger verify --proof --entry` takes it'],
      ['--force', 'replace a file that is there already'],
    ],
    run: entry,
  })
}

async function entries(context: Context, _: readonly string[], options: EntriesOptions): Promise<Exit> {
  const connection = await context.connect()
  const { kind, text, from, to } = options
  const query: Record<string, string> = { ...placeIn(options) }
  for (const [name, value] of Object.entries({ kind, text, from, to })) if (value !== undefined) query[name] = value
  if (options.withoutDecisions === true) query['without'] = 'decisions'
  if (options.by !== undefined) {
    const found = await findPerson(connection, options.by)
    if (found.outcome === 'refused') return context.refused(found, 'find whom you mean')
    query['by'] = found.value.id
  }
  const answer = await call(connection, 'ledgerEntryList', { query })
  if (answer.outcome === 'refused') return context.refused(answer, 'read the ledger')
  const { entries, ledgerSize } = answer.value
  context.print.result(answer.value, (out) => {
    out.table(
      ['number', 'at', 'kind', 'action', 'by', 'about', 'id'],
      entries.map((one) => [
        String(one.index),
        one.at,
        one.kind,
        one.action ?? '',
        one.by === null ? '' : one.by.name || one.by.id,
        one.about === null ? '' : `${one.about.kind} ${one.about.name || one.about.id}`,
        one.id,
      ]),
    )
    out.line(`Of the ${ledgerSize} entries of the last checkpoint.`, 'dim')
  })
  tellNext(context, answer.value)
  return 0
}

async function entry(context: Context, [entryId = '']: readonly string[], options: EntryOptions): Promise<Exit> {
  const answer = await call(await context.connect(), 'ledgerEntry', { params: { entryId } })
  if (answer.outcome === 'refused') return context.refused(answer, 'read the ledger')
  const { index, by, aboutName } = answer.value
  const bytes = fromBase64(answer.value.bytes) ?? new Uint8Array(0)
  const read = parseEntry(bytes)
  if (read === null)
    throw new Problem('conflict', 'cannot read the entry: what came is none, want one as it was recorded')
  if (options.out !== undefined) {
    const path = resolve(context.environment.workingFolder, options.out)
    await finished((await openSink(path, options.force === true)).end(bytes))
    context.print.result({ path, index }, (out) => out.line(`Wrote what was hashed to ${path}.`, 'green'))
    return 0
  }
  context.print.result({ index, entry: JSON.parse(fromUtf8(bytes) ?? '{}') as unknown }, (out) => {
    out.pairs([
      ['number', index === null ? 'waits for the tree' : String(index)],
      ['at', new Date(read.atMs).toISOString()],
      ['kind', read.kind],
      ['by', read.actor === null ? '' : by?.name || read.actor],
      ['about', read.about === null ? '' : `${read.about.kind} ${aboutName || read.about.id}`],
    ])
    out.block(`${JSON.stringify(read.body, null, 2)}\n`)
  })
  return 0
}
