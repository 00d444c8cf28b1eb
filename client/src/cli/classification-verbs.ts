// sallyport classification ...

import {
  classificationTerms,
  lineText,
  Problem,
  type ClassificationBasis,
  type ClassificationTerms,
} from '@sallyport/protocol'
import type { ClassificationView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call, type Connection } from '../gate/index.ts'
import { confirm } from './confirm.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findClassification } from './find.ts'
import { readShapedFile } from './json-file.ts'
import { keepReceipt } from './keep-receipt.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { typed } from './printable.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

type WithReason = GeneralOptions & { readonly reason: string }
type WithdrawOptions = WithReason & { readonly yes?: true }

export function addClassificationVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(program, 'classification', 'What is on which list, on which basis, and who decided it')
  addVerb<GeneralOptions & PageOptions>(noun, desk, {
    usage: 'list',
    summary: 'List the register of classifications',
    example: 'sallyport classification list',
    options: [afterOption],
    run: list,
  })
  addVerb(noun, desk, {
    usage: 'show <classification>',
    summary: 'Show one classification whole, by id or number',
    example: 'sallyport classification show FAL-0042',
    run: show,
  })
  addVerb<WithReason>(noun, desk, {
    usage: 'register <file>',
    summary: 'Register a first classification from a JSON file; it is in force once two other officers approved',
    example: 'sallyport classification register samples/classification.json --reason "board of 5 January"',
    required: [['--reason <text>', 'why, for the record']],
    run: register,
  })
  addVerb<WithReason>(noun, desk, {
    usage: 'supersede <classification> <file>',
    summary:
      'Register one in the place of another: at once where it only raises control, otherwise once two others approve',
    example: 'sallyport classification supersede FAL-0042 cj-0123-26.json --reason "determination of 12 March"',
    required: [['--reason <text>', 'why, for the record']],
    run: supersede,
  })
  addVerb<WithdrawOptions>(noun, desk, {
    usage: 'withdraw <classification>',
    summary: 'Withdraw a classification at once: nothing is in its place until another is',
    example: 'sallyport classification withdraw FAL-0042 --reason "made for another part"',
    required: [['--reason <text>', 'why, for the record']],
    options: [['--yes', 'do not ask']],
    run: withdraw,
  })
  addVerb(noun, desk, {
    usage: 'history <classification>',
    summary: 'Show the records that came in the place of each other, the oldest first',
    example: 'sallyport classification history FAL-0042',
    run: history,
  })
  addVerb(noun, desk, {
    usage: 'carriers <classification>',
    summary: 'Show what stands on a classification: labels and what they mean, vaults, files',
    example: 'sallyport classification carriers FAL-0042',
    run: carriers,
  })
  addVerb(noun, desk, {
    usage: 'due',
    summary: 'Show what is due: open questions, pending determinations, reviews within 60 days',
    example: 'sallyport classification due',
    run: due,
  })
  addVerb(noun, desk, {
    usage: 'lists',
    summary: 'Show what is known of the USML besides the form of its paragraphs, with its date and how sure it is',
    example: 'sallyport classification lists',
    run: lists,
  })
}

async function list(context: Context, _: readonly string[], page: PageOptions): Promise<Exit> {
  const answer = await call(await context.connect(), 'classifications', { query: placeIn(page) })
  if (answer.outcome === 'refused') return context.refused(answer, 'read the register of classifications')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.classifications.map((one) => [
      one.terms.number,
      one.says,
      one.terms.title,
      stateText(one),
      one.terms.nextReview,
      one.id,
    ])
    out.table(['number', 'says', 'title', 'state', 'next review', 'id'], rows)
  })
  tellNext(context, answer.value)
  return 0
}

async function show(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const found = await findClassification(await context.connect(), wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of classifications')
  const { id, says, terms, reason, effectiveAt, endedAt, withdrawn } = found.value
  const { doubt } = terms
  context.print.result(found.value, (out) => {
    out.pairs([
      ['classification', `${terms.number}, ${terms.title}`],
      ['id', id],
      ['state', stateText(found.value)],
      ['says', says],
      ...terms.lines.map((line) => ['line', lineText(line)] as const),
      ['in doubt', doubt === undefined ? '' : doubt.question],
      ['pending', doubt?.case === undefined ? '' : `${doubt.case}, filed ${doubt.filedOn ?? ''}`],
      ['parts', terms.parts.join(', ')],
      ['program', terms.program ?? ''],
      ...basisPairs(terms),
      ['decided', `${terms.decidedOn} by ${terms.decidedBy}`],
      ['next review', terms.nextReview],
      ['supersedes', terms.supersedes ?? ''],
      ['reason', reason],
      ['note', terms.note ?? ''],
      ['in force', effectiveAt ?? ''],
      ['ended', endedAt ?? ''],
      ['withdrawn', withdrawn?.reason ?? ''],
    ])
  })
  return 0
}

function basisPairs({ basis }: ClassificationTerms): readonly (readonly [string, string])[] {
  const letter = 'letter' in basis && basis.letter !== undefined ? ([['letter', `file ${basis.letter}`]] as const) : []
  if (basis.kind === 'self') {
    return [
      ['basis', 'self-classification'],
      ['order of review', basis.orderOfReview],
      ['specially designed', basis.speciallyDesigned ?? ''],
    ]
  }
  return [['basis', basisText(basis)], ...letter]
}

function basisText(basis: Exclude<ClassificationBasis, { kind: 'self' }>): string {
  if (basis.kind === 'statement') return `statement of ${basis.who} (${basis.of}), ${basis.dated}: ${basis.text}`
  const name = basis.kind === 'ccats' ? 'CCATS' : 'commodity jurisdiction (22 CFR 120.12)'
  return `${name} ${basis.case} of ${basis.determinedOn}`
}

async function register(context: Context, [path = '']: readonly string[], { reason }: WithReason): Promise<Exit> {
  const terms = await readTerms(context, path)
  if (terms.supersedes !== undefined) {
    throw new Problem(
      'invalid-request',
      `cannot register ${terms.number}: it names ${terms.supersedes}, want: sallyport classification supersede ${typed(terms.supersedes)} ${typed(path)}`,
    )
  }
  return await send(context, await context.connect(), terms, reason)
}

async function supersede(
  context: Context,
  [wanted = '', path = '']: readonly string[],
  { reason }: WithReason,
): Promise<Exit> {
  const terms = await readTerms(context, path)
  const connection = await context.connect()
  const found = await findClassification(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of classifications')
  const { number } = found.value.terms
  if (terms.supersedes !== undefined && terms.supersedes !== number) {
    throw new Problem(
      'invalid-request',
      `cannot supersede ${number}: the file names ${terms.supersedes}, want one or the other`,
    )
  }
  return await send(context, connection, { ...terms, supersedes: number }, reason)
}

async function send(
  context: Context,
  connection: Connection,
  terms: ClassificationTerms,
  reason: string,
): Promise<Exit> {
  const answer = await call(connection, 'registerClassification', { body: { terms, reason } })
  if (answer.outcome === 'refused') return context.refused(answer, `register ${terms.number}`)
  const { classification, approvalId, control, warnings, receipt } = answer.value
  for (const { field, text } of warnings) context.print.note(`Warning: ${field} ${text}.`)
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    for (const text of control?.raised ?? []) out.line(`Stricter: ${text}.`)
    for (const text of control?.lowered ?? []) out.line(`Less strict: ${text}.`, 'yellow')
    if (approvalId === null)
      out.line(`${terms.number} is in force, in the place of ${terms.supersedes ?? ''}.`, 'green')
    else out.line(`Asked for: two other officers approve it with: sallyport approval approve ${approvalId}`)
    out.pairs([
      ['id', classification.id],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}

async function withdraw(context: Context, [wanted = '']: readonly string[], options: WithdrawOptions): Promise<Exit> {
  const connection = await context.connect()
  const found = await findClassification(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of classifications')
  const { id, terms } = found.value
  if (!(await confirm(context, `Withdraw ${terms.number}, ${terms.title}, now?`, options.yes === true))) {
    context.print.note('Nothing was changed.')
    return 1
  }
  const body = { reason: options.reason }
  const answer = await call(connection, 'withdrawClassification', { params: { classificationId: id }, body })
  if (answer.outcome === 'refused') return context.refused(answer, `withdraw ${terms.number}`)
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => {
    out.line(`${terms.number} is withdrawn, and kept.`, 'green')
    out.pairs([['entry', answer.value.receipt.entryId]])
  })
  return 0
}

async function history(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const found = await findClassification(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of classifications')
  const params = { classificationId: found.value.id }
  const answer = await call(connection, 'classificationHistory', { params })
  if (answer.outcome === 'refused') return context.refused(answer, 'read the register of classifications')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.line.map((one) => [
      one.effectiveAt ?? '',
      one.endedAt ?? '',
      one.terms.number,
      one.says,
      stateText(one),
      one.withdrawn?.reason ?? one.reason,
    ])
    out.table(['from', 'until', 'number', 'says', 'state', 'why'], rows)
  })
  return 0
}

async function carriers(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const found = await findClassification(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of classifications')
  const params = { classificationId: found.value.id }
  const answer = await call(connection, 'classificationCarriers', { params })
  if (answer.outcome === 'refused') return context.refused(answer, 'read what stands on it')
  const { labels, vaults, filesWithAdded } = answer.value
  context.print.result(answer.value, (out) => {
    out.table(
      ['label', 'title', 'means', 'reclassify'],
      labels.map(({ dimension, value, title, reads }) => [
        `${dimension}/${value}`,
        title,
        reads ?? 'not classified: refused',
        reads === value ? '' : 'yes',
      ]),
    )
    out.table(
      ['vault', 'files', 'id'],
      vaults.map(({ name, fileCount, id }) => [name, fileCount < 100 ? String(fileCount) : '100 or more', id]),
    )
    if (filesWithAdded.length > 0) out.line(`Added to files: ${filesWithAdded.join(', ')}`)
  })
  return 0
}

async function due(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'classificationTasks', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read what of classifications is due')
  const { inDoubt, reviews } = answer.value
  context.print.result(answer.value, (out) => {
    out.table(
      ['due', 'task', 'number', 'says', 'what'],
      [
        ...inDoubt.map(({ terms, says }) => [
          'now',
          terms.doubt?.case === undefined ? 'question' : `pending ${terms.doubt.case}`,
          terms.number,
          says,
          terms.doubt?.question ?? '',
        ]),
        ...reviews.map(({ terms, says }) => [terms.nextReview, 'review', terms.number, says, terms.title]),
      ],
    )
  })
  return 0
}

async function lists(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'classificationLists', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read the lists')
  const { asOf, citation, titles, technicalData, categories } = answer.value
  context.print.result(answer.value, (out) => {
    out.table(
      ['category', 'title', 'technical data'],
      categories.map((one) => [one.category, one.title, one.technicalData]),
    )
    out.pairs([
      ['as of', `${asOf} (${citation})`],
      ['titles', `sure: ${titles.sureness}; ${titles.source}`],
      ['technical data', `sure: ${technicalData.sureness}; ${technicalData.source}`],
    ])
  })
  return 0
}

function stateText({ state, approvals, supersededBy }: ClassificationView): string {
  if (state === 'registered') return `registered (${approvals.have} of ${approvals.need} approvals)`
  return supersededBy === null ? state : `superseded by ${supersededBy}`
}

function readTerms(context: Context, path: string): Promise<ClassificationTerms> {
  return readShapedFile(context, path, { shape: classificationTerms, want: 'a classification' })
}
