// sallyport authorization duties and duty, and task duties: what is owed under an authorization, and what shows it done.

import { parseId, Problem } from '@sallyport/protocol'
import type { AuthorizationDutiesView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call, type Connection, type Outcome } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findAuthorization, findFile } from './find.ts'
import { keepReceipt } from './keep-receipt.ts'
import { addVerb, type Desk } from './verb.ts'

interface DutyOptions extends GeneralOptions {
  readonly of?: string
  readonly filing?: string
  readonly filedOn?: string
  readonly file?: string
  readonly because?: string
  readonly concludedOn?: string
  readonly givenUpOn?: string
  readonly reopen?: string
}
type DutyView = AuthorizationDutiesView['duties'][number]
type RecordView = AuthorizationDutiesView['records'][number]

export function addDutyVerbs(authorization: Command, desk: Desk): void {
  addVerb(authorization, desk, {
    usage: 'duties <authorization>',
    summary: 'Show the duties of an authorization, its own and those of the regulations, and what shows them done',
    example: 'sallyport authorization duties TA-1234-26',
    run: duties,
  })
  addVerb<DutyOptions>(authorization, desk, {
    usage: 'duty <authorization> <duty>',
    summary: 'Record that a duty was done, with what shows it, as its owner or an officer; or take that back',
    example:
      'sallyport authorization duty TA-1234-26 p-2 --of 2026-12-31 --filing "DDTC 0815" --filed-on 2026-12-20\n' +
      'sallyport authorization duty TA-1234-26 law.concluded --file signed.pdf --concluded-on 2026-03-01\n' +
      'sallyport authorization duty TA-1234-26 p-2 --of 2026-12-31 --reopen "filed for another agreement"',
    options: [
      ['--of <day>', 'which time of a duty that comes again, by the day on which it is due'],
      ['--filing <reference>', 'shown by a filing, with --filed-on'],
      ['--filed-on <day>', 'when it was filed'],
      ['--file <file>', 'shown by a protected file that is stored here'],
      ['--because <text>', 'shown by a written reason'],
      ['--concluded-on <day>', 'law.concluded: the day on which the agreement entered into force'],
      ['--given-up-on <day>', 'law.concluded: the day on which it was decided that it will not be concluded'],
      ['--reopen <reason>', 'take back that it was done, as an officer'],
    ],
    run: duty,
  })
}

export function addOwnDutiesVerb(task: Command, desk: Desk): void {
  addVerb(task, desk, {
    usage: 'duties',
    summary: 'List the duties of authorizations that are yours and not done',
    example: 'sallyport task duties',
    run: ownDuties,
  })
}

async function duties(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const found = await findAuthorization(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of authorizations')
  const answer = await call(connection, 'authorizationDuties', { params: { authorizationId: found.value.id } })
  if (answer.outcome === 'refused') return context.refused(answer, 'read its duties')
  context.print.result(answer.value, (out) => {
    out.table(
      ['due', 'duty', 'what', 'owner', 'rule'],
      answer.value.duties.map((one) => [stateOf(one), nameOf(one), one.text, one.owner ?? '', ruleOf(one)]),
    )
    out.table(
      ['recorded', 'duty', 'what shows it'],
      answer.value.records.map((one) => [one.at, nameOf(one), evidenceOf(one)]),
    )
  })
  return 0
}

async function ownDuties(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'ownDuties', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read your duties')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.duties.map((one) => [stateOf(one), one.number, nameOf(one), one.text])
    out.table(['due', 'authorization', 'duty', 'what'], rows)
  })
  return 0
}

async function duty(
  context: Context,
  [wanted = '', name = '']: readonly string[],
  { of, reopen, ...options }: DutyOptions,
): Promise<Exit> {
  const named = { duty: name, ...(of === undefined ? {} : { occurrence: of }) }
  const { filing, filedOn, file, because, concludedOn, givenUpOn } = options
  if (reopen !== undefined && (filing ?? filedOn ?? file ?? because ?? concludedOn ?? givenUpOn) !== undefined) {
    throw new Problem('invalid-request', 'cannot record: --reopen and evidence, want one of them')
  }
  const connection = await context.connect()
  const found = await findOwnOrAny(connection, wanted)
  if (found.outcome === 'refused') {
    const exit = context.refused(found, 'read the register of authorizations')
    context.print.note('None of your open duties is of it; those that are: sallyport task duties', 'dim')
    return exit
  }
  const params = { authorizationId: found.value.id }
  const answer =
    reopen === undefined
      ? await fulfil(connection, params, named, options)
      : await call(connection, 'reopenDuty', { params, body: { ...named, reason: reopen } })
  if (answer.outcome === 'refused') {
    return context.refused(answer, `${reopen === undefined ? 'record' : 'reopen'} ${name} of ${found.value.number}`)
  }
  const { recordId, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    const what = reopen === undefined ? 'done' : 'open again'
    out.line(`${found.value.number}: ${nameOf({ duty: name, occurrence: of ?? null })} is ${what}.`, 'green')
    out.pairs([
      ['record', recordId],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}

interface Named {
  readonly id: string
  readonly number: string
}

/** By the caller's own duties first, and an id as it is: an owner who is no officer reads no register. */
async function findOwnOrAny(connection: Connection, wanted: string): Promise<Outcome<Named>> {
  const own = await call(connection, 'ownDuties', {})
  const mine =
    own.outcome === 'refused'
      ? undefined
      : own.value.duties.find(({ number, authorizationId }) => number === wanted || authorizationId === wanted)
  if (mine !== undefined) return { outcome: 'answered', value: { id: mine.authorizationId, number: mine.number } }
  const id = parseId<'authorization'>(wanted)
  if (id !== null) return { outcome: 'answered', value: { id, number: wanted } }
  const found = await findAuthorization(connection, wanted)
  if (found.outcome === 'refused') return found
  return { outcome: 'answered', value: { id: found.value.id, number: found.value.terms.number } }
}

async function fulfil(
  connection: Connection,
  params: { readonly authorizationId: string },
  named: { readonly duty: string; readonly occurrence?: string },
  { filing, filedOn, file, because, concludedOn, givenUpOn }: DutyOptions,
) {
  const given = [filing, file, because].filter((one) => one !== undefined)
  if (given.length !== 1 || (filing === undefined) !== (filedOn === undefined)) {
    throw new Problem('invalid-request', 'cannot record: want one of --filing with --filed-on, --file and --because')
  }
  if (concludedOn !== undefined && givenUpOn !== undefined) {
    throw new Problem('invalid-request', 'cannot record: --concluded-on and --given-up-on, want one of them')
  }
  const on = concludedOn ?? givenUpOn
  const outcome = concludedOn === undefined ? ('given-up' as const) : ('concluded' as const)
  const more = on === undefined ? {} : { conclusion: { outcome, on } }
  if (file !== undefined) {
    const found = await findFile(connection, file)
    if (found.outcome === 'refused') return found
    const evidence = { kind: 'file' as const, fileId: found.value.id }
    return await call(connection, 'fulfilDuty', { params, body: { ...named, evidence, ...more } })
  }
  const evidence =
    filing === undefined
      ? { kind: 'reason' as const, text: because ?? '' }
      : { kind: 'filing' as const, reference: filing, filedOn: filedOn ?? '' }
  return await call(connection, 'fulfilDuty', { params, body: { ...named, evidence, ...more } })
}

export function nameOf({ duty, occurrence }: Pick<DutyView, 'duty' | 'occurrence'>): string {
  return occurrence === null ? duty : `${duty} of ${occurrence}`
}

function stateOf({ due, isDone, isOverdue, rule }: DutyView): string {
  if (isDone) return 'done'
  const day = due?.slice(0, 10) ?? (rule === null ? 'no day' : 'now')
  return isOverdue ? `${day}, OVERDUE` : day
}

export function ruleOf({ rule }: Pick<DutyView, 'rule'>): string {
  if (rule === null) return ''
  const sure = { yes: 'verified', partly: 'partly verified', no: 'not verified' } as const
  return `${rule.citation}, ${sure[rule.sureness]}`
}

function evidenceOf({ outcome, evidence, conclusion }: RecordView): string {
  if (outcome === 'reopened') return `reopened: ${evidence.kind === 'reason' ? evidence.text : ''}`
  const ended = conclusion === null ? '' : ` (${conclusion.outcome} on ${conclusion.on})`
  if (evidence.kind === 'filing') return `filing ${evidence.reference} of ${evidence.filedOn}${ended}`
  if (evidence.kind === 'file') return `file ${evidence.fileId}, SHA-256 ${evidence.sha256}${ended}`
  return `${evidence.text}${ended}`
}
