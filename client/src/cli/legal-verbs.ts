// sallyport legal ...

import { isOlderThanAYear, Problem } from '@sallyport/protocol'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { readJsonFile } from './json-file.ts'
import { keepReceipt } from './keep-receipt.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

interface ProposeOptions extends GeneralOptions {
  readonly reason: string
}

export function addLegalVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(
    program,
    'legal',
    'What the regulations list, as dated data: countries of 22 CFR 126.1 and 126.18(d)',
  )
  addVerb(noun, desk, {
    usage: 'show',
    summary: 'Show what is in force, with dates, sources and how sure each row is',
    example: 'sallyport legal show',
    run: show,
  })
  addVerb(noun, desk, {
    usage: 'check <file>',
    summary: 'Show what other data would change, and how many people it reaches',
    example: 'sallyport legal check legal-data.json',
    run: check,
  })
  addVerb<ProposeOptions>(noun, desk, {
    usage: 'propose <file>',
    summary: 'Ask two others to put other data in force',
    example: 'sallyport legal propose legal-data.json --reason "91 FR 1234"',
    required: [['--reason <text>', 'which rule changed, for the record']],
    run: propose,
  })
}

async function show(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'legalData', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read legal data')
  context.print.result(answer.value, (out) => {
    const { inForce, versions } = answer.value
    if (inForce === null) return out.line('No legal data is in force: nobody is covered.')
    const { digest, asOf, today, rows } = inForce
    out.line(`It knows the law up to ${asOf}; whatever changed after that day is unknown to it. Today is ${today}.`)
    if (isOlderThanAYear(inForce)) {
      const read = 'compare it with 22 CFR 126.1 and 126.18 as they read today (ecfr.gov)'
      out.line(
        `That is more than a year ago: ${read}, and ask two others for newer data with \`legal propose\`.`,
        'yellow',
      )
    }
    out.table(
      ['list', 'country', 'paragraph', 'from', 'until', 'holds', 'sure', 'source'],
      rows.map((row) => [
        row.list,
        row.country,
        row.paragraph ?? '126.18(d)',
        row.validFrom ?? '',
        row.validUntil ?? '',
        row.holds,
        row.sureness,
        row.source,
      ]),
    )
    out.pairs([
      ['digest', digest],
      ...versions.map((one) => ['loaded', `${one.loadedAt} of ${one.asOf} ${one.digest}`] as const),
    ])
  })
  return 0
}

async function check(context: Context, [path = '']: readonly string[]): Promise<Exit> {
  const body = { data: await readData(context, path) }
  const answer = await call(await context.connect(), 'checkLegalData', { body })
  if (answer.outcome === 'refused') return context.refused(answer, 'compare legal data')
  const { people, added, removed, asOf, digest } = answer.value
  context.print.result(answer.value, (out) => {
    const rowsOf = (sign: string, { proscribedCountries, employeeCountries }: typeof added) => [
      ...proscribedCountries.map((row) => [
        sign,
        row.list,
        row.country,
        row.paragraph,
        row.validFrom ?? '',
        row.validUntil ?? '',
        row.sureness,
      ]),
      ...employeeCountries.map((row) => [
        sign,
        row.list,
        row.country,
        '126.18(d)',
        row.validFrom ?? '',
        row.validUntil ?? '',
        row.sureness,
      ]),
    ]
    out.table(
      ['', 'list', 'country', 'paragraph', 'from', 'until', 'sure'],
      [...rowsOf('-', removed), ...rowsOf('+', added)],
    )
    const rulesOf = (sign: string, { rules }: typeof added) =>
      rules.map((row) => [sign, row.rule, row.says, row.validFrom ?? '', row.validUntil ?? '', row.sureness])
    const rules = [...rulesOf('-', removed), ...rulesOf('+', added)]
    if (rules.length > 0) out.table(['', 'rule of', 'says', 'from', 'until', 'sure'], rules)
    out.pairs([
      ['as of', asOf],
      ['newly under 126.1', `${people.newlyProscribed}`],
      ['no longer under 126.1', `${people.noLongerProscribed}`],
      ['countries unknown', `${people.unknown}`],
      ['digest', digest],
    ])
  })
  return 0
}

async function propose(context: Context, [path = '']: readonly string[], { reason }: ProposeOptions): Promise<Exit> {
  const body = { data: await readData(context, path), reason }
  const answer = await call(await context.connect(), 'proposeLegalData', { body })
  if (answer.outcome === 'refused') return context.refused(answer, 'ask for legal data')
  const { approvalId, needed, digest, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Asked for; ${needed} others approve it.`, 'green')
    out.pairs([
      ['approval', approvalId],
      ['digest', digest],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}

async function readData(context: Context, path: string): Promise<Record<string, unknown>> {
  const data = await readJsonFile(context, path, 'legal data')
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Record<string, unknown>
  throw new Problem('invalid-request', `cannot read ${path}: it is no object, want legal data`)
}
