// sallyport ledger reconcile

import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { addVerb, type Desk } from './verb.ts'

/** A gate reads its whole ledger before it says the first word. */
const answerMs = 3_600_000

export function addLedgerReconcile(ledger: Command, desk: Desk): void {
  addVerb(ledger, desk, {
    usage: 'reconcile',
    summary: 'Compare every table of the gate with what the ledger says of it, and name the first disagreement',
    example: 'sallyport ledger reconcile\nsallyport ledger reconcile --json',
    options: [],
    run: reconcile,
  })
}

async function reconcile(context: Context): Promise<Exit> {
  const connection = await context.connect({ answerMs, silenceMs: answerMs })
  const answer = await call(connection, 'ledgerReconcile', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'compare the tables with the ledger')
  const { entries, pending, unknown, unread, tables, finding, at } = answer.value
  const faulty = tables.filter(({ faults }) => faults > 0)
  const agrees = finding === null && unread === null && unknown.length === 0
  context.print.result(answer.value, (out) => {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0)
    const waiting = pending === 0 ? '' : ` and ${pending} that wait for the tree`
    const compared = `${rows} rows of ${tables.length} tables at ${at}, against ${entries} entries${waiting}`
    if (finding !== null) {
      const column = finding.column === null ? '' : `, column ${finding.column}`
      out.line(`DISAGREES: table ${finding.table}, row ${finding.key}${column}: ${finding.text}.`, 'red')
      for (const { table, faults } of faulty) out.line(`  ${table}: ${faults} rows disagree`)
    }
    if (unread !== null) {
      const which = unread.index === null ? 'one that waits for the tree' : `entry ${unread.index}`
      out.line(`NOT READ: ${which}: ${unread.text}.`, 'red')
    }
    for (const one of unknown) out.line(`NOT KNOWN: ${one.entries} entries of kind ${one.kind}.`, 'red')
    if (agrees) out.line(`The tables are as the ledger says: ${compared}.`, 'green')
    else
      out.line(
        `Compared: ${compared}. \`sallyport ledger verify\` tells whether the entries are those that were recorded.`,
      )
    for (const { table, rowsNotCovered, columnsNotCovered } of tables) {
      if (rowsNotCovered > 0)
        out.line(`Not covered: ${rowsNotCovered} rows of ${table}, of which no entry says anything.`)
      if (columnsNotCovered.length === 0) continue
      const columns = columnsNotCovered.map((one) => `${one.column} (${one.rows})`).join(', ')
      out.line(`Not covered in ${table}: ${columns}: written before entries said it.`)
    }
  })
  return agrees ? 0 : 1
}
