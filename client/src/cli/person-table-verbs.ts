// sallyport person import and export: people in and out of spreadsheets.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { PeopleImported } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { download, send } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import { confirm } from './confirm.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { bringTo } from './out-path.ts'
import { typed } from './printable.ts'
import { bytes, type Out } from './printer.ts'
import { addVerb, type Desk } from './verb.ts'

interface ImportOptions extends GeneralOptions {
  readonly apply?: true
  readonly reason?: string
  readonly all?: true
  readonly yes?: true
}
interface ExportOptions extends GeneralOptions {
  readonly force?: true
}

/** A gate compares and writes 10,000 people before its answer begins. */
const patience = { answerMs: 600_000 }
/** Rows of a table that are shown without --all. */
const rowsShown = 100

export function addPersonTableVerbs(person: Command, desk: Desk): void {
  addVerb<ImportOptions>(person, desk, {
    usage: 'import <file>',
    summary: 'Show what a table of people (.xlsx or .csv) would change; --apply does exactly that',
    example: 'sallyport person import people.xlsx\nsallyport person import people.xlsx --apply --reason "HR, 1 March"',
    options: [
      ['--apply', 'add and correct at once, and ask two others for what widens; without it nothing is written'],
      ['--reason <text>', 'why, for the record'],
      ['--all', `show all rows, not the first ${rowsShown}`],
      ['--yes', 'do not ask'],
    ],
    run: importPeople,
  })
  addVerb<ExportOptions>(person, desk, {
    usage: 'export <file>',
    summary: 'Write the roster as a table (.xlsx or .csv), without countries; importing it changes nothing',
    example: 'sallyport person export people.xlsx',
    options: [['--force', 'replace the file if it is there']],
    run: exportPeople,
  })
}

async function importPeople(context: Context, [path = '']: readonly string[], options: ImportOptions): Promise<Exit> {
  const content = await readFile(resolve(context.environment.workingFolder, path))
  const connection = await context.connect(patience)
  const compared = await context.print.progress('Comparing', (progress) =>
    send(connection, 'importPeople', { content, progress }),
  )
  if (compared.outcome === 'refused') return context.refused(compared, `import ${path}`)
  const { counts, digest } = compared.value
  const isFaulty = counts.faults > 0
  const isApplying = options.apply === true && !isFaulty
  const limit = options.all === true ? Infinity : rowsShown
  if (!isApplying) {
    context.print.result(compared.value, (out) => {
      showDifference(out, compared.value, limit)
      if (isFaulty) out.line('Nothing was written: put these cells right first.', 'red')
      else if (counts.added + counts.changed > 0) {
        out.line(`Nothing was written. Do exactly this with: sallyport person import ${typed(path)} --apply`)
      }
    })
    return isFaulty ? 1 : 0
  }
  if (!context.isJson) context.print.result(null, (out) => showDifference(out, compared.value, limit))
  const question = `Add ${counts.added} and change ${counts.changed} people now?`
  if (counts.added + counts.changed > 0 && !(await confirm(context, question, options.yes === true))) {
    context.print.note('Nothing was changed.')
    return 1
  }
  const query = { apply: digest, ...(options.reason === undefined ? {} : { reason: options.reason }) }
  const done = await context.print.progress('Importing', (progress) =>
    send(connection, 'importPeople', { query, content, progress }),
  )
  if (done.outcome === 'refused') return context.refused(done, `import ${path}`)
  return await showApplied(context, done.value)
}

async function showApplied(context: Context, imported: PeopleImported): Promise<Exit> {
  const { applied } = imported
  if (applied === null) {
    throw new Problem('internal', 'cannot import: the gate did not apply it, want the same version of gate and client')
  }
  const { added, changed, proposed, approvalId, receipt } = applied
  if (receipt !== null) await keepReceipt(context, receipt)
  context.print.result(imported, (out) => {
    if (receipt === null) {
      out.line('Nothing was to be done.', 'green')
      return
    }
    out.line(`Added ${added} and changed ${changed} people; changes to ${proposed} wait for approval.`, 'green')
    out.pairs([
      ['entry', receipt.entryId],
      ['request', approvalId ?? ''],
    ])
    if (approvalId !== null) out.line(`Two other officers: sallyport approval show ${approvalId}`)
  })
  return 0
}

function showDifference(out: Out, imported: PeopleImported, limit: number): void {
  const { people, faults, similar, missing, areMoreMissing, counts, hiddenSheets } = imported
  const rows = people.flatMap(({ row, name, outcome, differences }) =>
    (outcome === 'waiting' || outcome === 'unchanged' ? [] : differences).map(({ field, from, to, takesApproval }) => [
      String(row),
      name,
      outcome,
      field,
      outcome === 'added' && !takesApproval ? to : `${from || '(empty)'} -> ${to || '(empty)'}`,
      takesApproval ? 'after approval' : 'at once',
    ]),
  )
  some(out, ['row', 'person', 'what', 'field', 'from -> to', 'takes effect'], rows, limit)
  some(
    out,
    ['row', 'could be taken for', 'by', 'who is'],
    similar.map(({ row, name, what, match, other }) => [
      `${row} ${name}`,
      other.text,
      `${match === 'same' ? 'the same' : 'a similar'} ${what}`,
      other.personId ?? `row ${other.row ?? ''}`,
    ]),
    limit,
  )
  some(
    out,
    ['on the roster, not in the file', 'external id', 'id'],
    missing.map(({ name, externalId, personId }) => [name, externalId ?? '', personId]),
    limit,
  )
  some(
    out,
    ['cell', 'what is wrong'],
    faults.map(({ sheet, row, column, text }) => [`${sheet}!${column}${row}`, text]),
    limit,
  )
  if (hiddenSheets.length > 0) out.line(`Not read, because they are hidden: ${hiddenSheets.join(', ')}`, 'yellow')
  out.line(
    `${counts.added} to add, ${counts.changed} to change, ${counts.waiting} waiting for approval, ` +
      `${counts.unchanged} unchanged, ${areMoreMissing ? 'more than ' : ''}${counts.missing} not in the file, ${counts.faults} faults`,
    'bold',
  )
}

function some(out: Out, head: readonly string[], rows: readonly (readonly string[])[], limit: number): void {
  if (rows.length === 0) return
  out.table(head, rows.slice(0, limit))
  if (rows.length > limit) out.line(`and ${rows.length - limit} more rows (--all shows them)`, 'dim')
  out.line('')
}

async function exportPeople(context: Context, [path = '']: readonly string[], options: ExportOptions): Promise<Exit> {
  const format = /\.(xlsx|csv)$/i.exec(path)?.[1]?.toLowerCase()
  if (format === undefined) {
    throw new Problem('invalid-request', `cannot export to ${path}: its name has another ending, want .xlsx or .csv`)
  }
  const target = resolve(context.environment.workingFolder, path)
  const connection = await context.connect(patience)
  const fetched = await bringTo(target, options.force === true, (sink) =>
    context.print.progress('Exporting', (progress) =>
      download(connection, 'exportPeople', { query: { format }, sink, progress }),
    ),
  )
  if (fetched.outcome === 'refused') return context.refused(fetched, 'export the roster')
  context.print.result({ path: target, bytes: fetched.value.bytes }, (out) => {
    out.line(`Exported ${bytes(fetched.value.bytes)} to ${target}.`, 'green')
  })
  return 0
}
