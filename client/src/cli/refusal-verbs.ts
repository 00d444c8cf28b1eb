// sallyport refusal ...

import { Problem } from '@sallyport/protocol'
import type { RefusalView, UnusualRelease } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { keepReceipt } from './keep-receipt.ts'
import { afterOption, placeIn, tellNext, wholeList, type PageOptions } from './page.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

interface TriageOptions extends GeneralOptions {
  readonly looking?: string
  readonly harmless?: string
  readonly incident?: string
}

export function addRefusalVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(program, 'refusal', 'Refusals that are worth a look, and releases that are unusual')
  addVerb<GeneralOptions & PageOptions & { all?: true }>(noun, desk, {
    usage: 'list',
    summary: 'Refusals that are worth a look, newest first, with why and how far somebody is with each',
    example: 'sallyport refusal list',
    options: [['--all', 'also those that were closed as harmless or handed on as an incident'], afterOption],
    run: list,
  })
  addVerb<TriageOptions>(noun, desk, {
    usage: 'triage <decision>',
    summary: 'Say how far you are with a refusal; it stands in the ledger, without names and countries',
    example:
      'sallyport refusal triage 01980000-0000-7000-8000-000000000001 --harmless "new laptop, asked her on the phone"',
    options: [
      ['--looking <note>', 'somebody looks into it'],
      ['--harmless <note>', 'it is explained'],
      ['--incident <note>', 'it was handed on'],
    ],
    run: triage,
  })
  addVerb(noun, desk, {
    usage: 'unusual',
    summary:
      'Releases that are unusual among the newest 2,000: twenty or more in an hour, a place that is new for somebody',
    example: 'sallyport refusal unusual',
    run: unusual,
  })
}

async function list(context: Context, _: readonly string[], options: PageOptions & { all?: true }): Promise<Exit> {
  const query = { ...placeIn(options), ...(options.all === true ? { all: 'true' } : {}) }
  const answer = await call(await context.connect(), 'refusals', { query })
  if (answer.outcome === 'refused') return context.refused(answer, 'read refusals')
  context.print.result(answer.value, (out) =>
    out.table(
      ['at', 'by', 'action', 'about', 'place', 'times', 'why worth a look', 'state', 'decision'],
      [...Map.groupBy(answer.value.refusals, ({ alike }) => alike).values()].flatMap(([one, ...more]) =>
        one === undefined
          ? []
          : [
              [
                ...lineOf(one),
                more.length === 0 ? '' : `${more.length + 1}, since ${more.at(-1)?.at ?? ''}`,
                one.rules.join(', '),
                one.triage === null ? '' : `${one.triage.state}: ${one.triage.note}`,
                one.decisionId,
              ],
            ],
      ),
    ),
  )
  tellNext(context, answer.value)
  return 0
}

async function triage(context: Context, [decisionId = '']: readonly string[], options: TriageOptions): Promise<Exit> {
  const said = (['looking', 'harmless', 'incident'] as const).flatMap((state) => {
    const { [state]: note } = options
    return note === undefined ? [] : [{ state, note }]
  })
  const [one] = said
  if (one === undefined || said.length > 1) {
    throw new Problem('invalid-request', 'cannot triage: want one of --looking, --harmless and --incident')
  }
  const connection = await context.connect()
  const found = await wholeList(
    (query) => call(connection, 'refusals', { query: { ...query, all: 'true' } }),
    ({ refusals }) => refusals,
  )
  if (found.outcome === 'refused') return context.refused(found, 'read refusals')
  const meant = found.value.find((each) => each.decisionId === decisionId)
  const from = meant?.triage?.state ?? null
  const alike = found.value.filter((each) => each.alike === meant?.alike && each.decisionId !== decisionId)
  const also = alike.length === 0 ? {} : { also: alike.map((each) => each.decisionId) }
  const answer = await call(connection, 'triageRefusal', { params: { decisionId }, body: { from, ...one, ...also } })
  if (answer.outcome === 'refused') return context.refused(answer, 'triage a refusal')
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) =>
    out.line(
      `${alike.length === 0 ? 'It is' : `It and ${alike.length} alike are`} ${one.state} now, on record.`,
      'green',
    ),
  )
  return 0
}

async function unusual(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'unusualReleases', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read releases')
  const { releases, compared, since } = answer.value
  context.print.result(answer.value, (out) => {
    out.table(
      ['at', 'by', 'action', 'about', 'place', 'unusual', 'decision'],
      releases.map((one) => [...lineOf(one), one.rules.join(', '), one.decisionId]),
    )
    out.line(`Of the newest ${compared} releases${since === null ? '' : `, since ${since}`}.`, 'dim')
  })
  return 0
}

function lineOf({ at, by, action, about, place }: RefusalView | UnusualRelease): readonly string[] {
  return [
    at,
    by === null ? 'nobody of the roster' : by.name || by.id,
    action,
    `${about.kind} ${about.name || about.id}`.trim(),
    place.country === null ? place.name || 'unknown' : `${place.name} (${place.country})`,
  ]
}
