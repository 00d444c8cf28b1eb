// sallyport authorization import and export: the register in and out of spreadsheets.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { AuthorizationsImported } from '@sallyport/protocol/api'
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
  readonly yes?: true
}
interface ExportOptions extends GeneralOptions {
  readonly force?: true
}

/** A gate compares the whole register before its answer begins. */
const patience = { answerMs: 600_000 }
/** Characters of a member that are shown of what it was and is; `--json` has all of them. */
const shownOfMember = 60

export function addAuthorizationTableVerbs(authorization: Command, desk: Desk): void {
  addVerb<ImportOptions>(authorization, desk, {
    usage: 'import <file>',
    summary: 'Show what a table of authorizations (.xlsx or .csv) would change; --apply does exactly that',
    example:
      'sallyport authorization import register.xlsx\n' +
      'sallyport authorization import register.xlsx --apply --reason "licenses of May"',
    options: [
      [
        '--apply',
        'narrow at once, and ask two others for each that is new or gives more; without it nothing is written',
      ],
      ['--reason <text>', 'why, for the record'],
      ['--yes', 'do not ask'],
    ],
    run: importRegister,
  })
  addVerb<ExportOptions>(authorization, desk, {
    usage: 'export <file>',
    summary: 'Write the register as a table (.xlsx or .csv), without what is ended; importing it changes nothing',
    example: 'sallyport authorization export register.xlsx',
    options: [['--force', 'replace the file if it is there']],
    run: exportRegister,
  })
}

async function importRegister(context: Context, [path = '']: readonly string[], options: ImportOptions): Promise<Exit> {
  const content = await readFile(resolve(context.environment.workingFolder, path))
  const connection = await context.connect(patience)
  const compared = await context.print.progress('Comparing', (progress) =>
    send(connection, 'importAuthorizations', { content, progress }),
  )
  if (compared.outcome === 'refused') return context.refused(compared, `import ${path}`)
  const { counts, digest } = compared.value
  const changes = counts.registered + counts.amended + counts.narrowed
  const isFaulty = counts.faults > 0
  if (options.apply !== true || isFaulty) {
    context.print.result(compared.value, (out) => {
      showDifference(out, compared.value)
      if (isFaulty) out.line('Nothing was written: put these cells right first.', 'red')
      else if (changes > 0) {
        out.line(`Nothing was written. Do exactly this with: sallyport authorization import ${typed(path)} --apply`)
      }
    })
    return isFaulty ? 1 : 0
  }
  if (!context.isJson) context.print.result(null, (out) => showDifference(out, compared.value))
  const question = `Register ${counts.registered}, amend ${counts.amended} and narrow ${counts.narrowed} now?`
  if (changes > 0 && !(await confirm(context, question, options.yes === true))) {
    context.print.note('Nothing was changed.')
    return 1
  }
  const query = { apply: digest, ...(options.reason === undefined ? {} : { reason: options.reason }) }
  const done = await context.print.progress('Importing', (progress) =>
    send(connection, 'importAuthorizations', { query, content, progress }),
  )
  if (done.outcome === 'refused') return context.refused(done, `import ${path}`)
  return await showApplied(context, done.value)
}

async function showApplied(context: Context, imported: AuthorizationsImported): Promise<Exit> {
  const { applied, counts } = imported
  if (applied === null) {
    throw new Problem('internal', 'cannot import: the gate did not apply it, want the same version of gate and client')
  }
  const { approvalIds, receipt } = applied
  if (receipt !== null) await keepReceipt(context, receipt)
  context.print.result(imported, (out) => {
    if (receipt === null) {
      out.line('Nothing was to be done.', 'green')
      return
    }
    out.line(`Narrowed ${counts.narrowed} at once; ${approvalIds.length} requests wait for approval.`, 'green')
    out.pairs([['entry', receipt.entryId]])
    for (const id of approvalIds) out.line(`Two other officers: sallyport approval approve ${id}`)
  })
  return 0
}

function showDifference(out: Out, { rows, faults, missing, counts, hiddenSheets }: AuthorizationsImported): void {
  const short = (text: string) =>
    text.length > shownOfMember ? `${text.slice(0, shownOfMember)}...` : text || '(empty)'
  const lines = rows.flatMap(({ row, number, outcome, title, differences }) =>
    outcome === 'registered'
      ? [[String(row), number, 'new', '', title, 'after approval']]
      : differences.map(({ field, from, to }) => [
          String(row),
          number,
          outcome,
          field,
          `${short(from)} -> ${short(to)}`,
          outcome === 'narrowed' ? 'at once' : 'after approval',
        ]),
  )
  if (lines.length > 0) out.table(['row', 'number', 'what', 'field', 'from -> to', 'takes effect'], lines)
  const odd = rows.flatMap(({ row, number, warnings }) =>
    warnings.map(({ field, text }) => [String(row), number, `${field} ${text}`]),
  )
  if (odd.length > 0) out.table(['row', 'number', 'odd, and may still be so'], odd)
  if (faults.length > 0) {
    out.table(
      ['cell', 'what is wrong'],
      faults.map(({ sheet, row, column, text }) => [`${sheet}!${column}${row}`, text]),
    )
  }
  if (missing.length > 0) out.line(`In the register, not in the file: ${missing.join(', ')}`)
  if (hiddenSheets.length > 0) out.line(`Not read, because they are hidden: ${hiddenSheets.join(', ')}`, 'yellow')
  out.line(
    `${counts.registered} to register, ${counts.amended} to amend, ${counts.narrowed} to narrow, ` +
      `${counts.unchanged} unchanged, ${counts.missing} not in the file, ${counts.faults} faults`,
    'bold',
  )
}

async function exportRegister(context: Context, [path = '']: readonly string[], options: ExportOptions): Promise<Exit> {
  const format = /\.(xlsx|csv)$/i.exec(path)?.[1]?.toLowerCase()
  if (format === undefined) {
    throw new Problem('invalid-request', `cannot export to ${path}: its name has another ending, want .xlsx or .csv`)
  }
  const target = resolve(context.environment.workingFolder, path)
  const connection = await context.connect(patience)
  const fetched = await bringTo(target, options.force === true, (sink) =>
    context.print.progress('Exporting', (progress) =>
      download(connection, 'exportAuthorizations', { query: { format }, sink, progress }),
    ),
  )
  if (fetched.outcome === 'refused') return context.refused(fetched, 'export the register')
  context.print.result({ path: target, bytes: fetched.value.bytes }, (out) => {
    out.line(`Exported ${bytes(fetched.value.bytes)} to ${target}.`, 'green')
  })
  return 0
}
