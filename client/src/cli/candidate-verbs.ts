// sallyport candidate ...

import { parseId, Problem, type Id } from '@sallyport/protocol'
import type { CandidateView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { keepReceipt } from './keep-receipt.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

type ListOptions = GeneralOptions & PageOptions & { readonly all?: true }
interface DecideOptions extends GeneralOptions {
  readonly proposal: string
  readonly reason: string
}
interface CloseOptions extends GeneralOptions {
  readonly filing?: string
  readonly filedOn?: string
  readonly reason?: string
}

export function addCandidateVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(program, 'candidate', 'Refusals that may call for the immediate notice of 22 CFR 126.1(e)(2)')
  addVerb<ListOptions>(noun, desk, {
    usage: 'list',
    summary: 'List what waits for a decision, and the cases that are open',
    example: 'sallyport candidate list',
    options: [['--all', 'with what was dismissed or closed'], afterOption],
    run: list,
  })
  addVerb<DecideOptions>(noun, desk, {
    usage: 'decide <candidate>',
    summary: 'Decide whether it was a proposal: then it is a case; that it was none the empowered official decides',
    example:
      'sallyport candidate decide 01930000-0000-7000-8000-000000000001 --proposal no --reason "opened the wrong folder; interview of 3 June"',
    required: [
      ['--proposal <yes|no>', 'whether it was a proposal'],
      ['--reason <text>', 'why, for the record'],
    ],
    run: decide,
  })
  addVerb<CloseOptions>(noun, desk, {
    usage: 'close <candidate>',
    summary: 'Close a case, by a filing reference or, as empowered official, by a written reason',
    example:
      'sallyport candidate close 01930000-0000-7000-8000-000000000001 --filing "VD-2026-0117" --filed-on 2026-06-03',
    options: [
      ['--filing <reference>', 'under which the notice was filed'],
      ['--filed-on <day>', 'when it was filed'],
      ['--reason <text>', 'why no notice was filed'],
    ],
    run: close,
  })
}

async function list(context: Context, _: readonly string[], { all, ...page }: ListOptions): Promise<Exit> {
  const query = { ...(all === true ? { all: 'true' } : {}), ...placeIn(page) }
  const answer = await call(await context.connect(), 'candidates', { query })
  if (answer.outcome === 'refused') return context.refused(answer, 'read candidates')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.candidates.map((one) => [
      one.state,
      one.matter?.day ?? 'erased',
      one.person.name,
      aboutOf(one),
      `${one.refusals}`,
      outcomeOf(one),
      one.matter?.decisionId ?? '',
      one.id,
    ])
    out.table(['state', 'day', 'person', 'asked for', 'refusals', 'outcome', 'first decision', 'id'], rows)
  })
  if (!answer.value.isUpToDate) context.print.note('Older refusals are still being looked at: ask again in a while.')
  tellNext(context, answer.value)
  return 0
}

async function decide(
  context: Context,
  [wanted = '']: readonly string[],
  { proposal, reason }: DecideOptions,
): Promise<Exit> {
  if (proposal !== 'yes' && proposal !== 'no')
    throw new Problem('invalid-request', 'cannot decide: want --proposal yes or --proposal no')
  const params = { candidateId: idOf(wanted) }
  const route = proposal === 'yes' ? 'decideCandidate' : 'dismissCandidate'
  const answer = await call(await context.connect(), route, { params, body: { reason } })
  if (answer.outcome === 'refused') return context.refused(answer, 'decide the candidate')
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => {
    const next = 'It is a case; close it with --filing, or as empowered official with --reason.'
    out.line(proposal === 'yes' ? next : 'It is dismissed, and kept.', 'green')
    out.pairs([['entry', answer.value.receipt.entryId]])
  })
  return 0
}

async function close(context: Context, [wanted = '']: readonly string[], options: CloseOptions): Promise<Exit> {
  const { filing, filedOn, reason } = options
  const byFiling = filing !== undefined && filedOn !== undefined ? { filing, filedOn } : null
  const isMixed = (filing ?? filedOn) !== undefined && reason !== undefined
  if ((byFiling === null && reason === undefined) || isMixed)
    throw new Problem('invalid-request', 'cannot close: want --filing with --filed-on, or --reason')
  const params = { candidateId: idOf(wanted) }
  const connection = await context.connect()
  const answer =
    byFiling === null
      ? await call(connection, 'closeUnfiled', { params, body: { reason: reason ?? '' } })
      : await call(connection, 'closeCandidate', { params, body: byFiling })
  if (answer.outcome === 'refused') return context.refused(answer, 'close the case')
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => {
    out.line('The case is closed, and kept.', 'green')
    out.pairs([['entry', answer.value.receipt.entryId]])
  })
  return 0
}

function aboutOf({ matter }: CandidateView): string {
  if (matter === null) return ''
  const named = [...matter.programs, ...matter.items].join(', ')
  return `${matter.action}: ${named === '' ? 'several matters' : named}`
}

function outcomeOf({ decided, closed }: CandidateView): string {
  if (closed !== null) {
    return closed.filing === null
      ? `${closed.official ?? closed.by.name}: ${closed.reason ?? ''}`
      : `filed ${closed.filing}, ${closed.filedOn ?? ''}`
  }
  return decided?.reason ?? ''
}

function idOf(wanted: string): Id<'candidate'> {
  const id = parseId<'candidate'>(wanted)
  if (id !== null) return id
  throw new Problem('invalid-request', 'cannot tell which is meant: that is no id, want one of `candidate list`')
}
