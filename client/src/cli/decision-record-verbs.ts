// sallyport decision list and why: decisions on record, looked for, and one's own refusals told again.

import { parseId, Problem } from '@sallyport/protocol'
import type { decisions, OwnRefusalView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import type * as z from 'zod'
import { call, type Connection, type Outcome } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findFile, findPerson } from './find.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import type { Out } from './printer.ts'
import { whomToAsk } from './refusal.ts'
import { addVerb, type Desk } from './verb.ts'

interface ListOptions extends GeneralOptions, PageOptions {
  readonly person?: string
  readonly file?: string
  readonly effect?: string
  readonly action?: string
  readonly from?: string
  readonly to?: string
}
type Query = Readonly<Record<string, string>>
type FoundDecision = z.output<typeof decisions>['decisions'][number]

export function addDecisionRecordVerbs(noun: Command, desk: Desk): void {
  addVerb<ListOptions>(noun, desk, {
    usage: 'list',
    summary: 'Show decisions on record, the newest first: of whom, about which file, how they fell, when',
    example:
      'sallyport decision list --effect deny --from 2026-11-01\nsallyport decision list --person moreau --file bracket.stp',
    options: [
      ['--person <person>', 'of this person alone'],
      ['--file <file>', 'about this file alone'],
      ['--effect <effect>', 'permit or deny'],
      ['--action <action>', 'of this action alone, as file.open'],
      ['--from <date>', 'from this day or moment on (ISO 8601; a day begins in UTC)'],
      ['--to <date>', 'up to and without this day or moment'],
      afterOption,
    ],
    run: list,
  })
  addVerb<PageOptions & GeneralOptions>(noun, desk, {
    usage: 'why [decision]',
    summary: 'Tell again what you were refused: why, what would change it, whom to ask; without an id, all of them',
    example: 'sallyport decision why\nsallyport decision why 0190f2a4-6f0e-7c1b-9a53-3f6e0d1c2b4a',
    options: [afterOption],
    run: why,
  })
}

async function list(context: Context, _: readonly string[], options: ListOptions): Promise<Exit> {
  const connection = await context.connect()
  const asked = await questionOf(connection, options)
  if (asked.outcome === 'refused') return context.refused(asked, 'find what is asked for')
  const answer = await call(connection, 'decisions', { query: { ...asked.value, ...placeIn(options) } })
  if (answer.outcome === 'refused') return context.refused(answer, 'look for decisions')
  context.print.result(answer.value, (out) =>
    out.table(['at', 'who', 'action', 'of', '', 'why', 'decision'], answer.value.decisions.map(rowOf)),
  )
  tellNext(context, answer.value)
  return 0
}

async function questionOf(
  connection: Connection,
  { person, file, effect, action, from, to }: ListOptions,
): Promise<Outcome<Query>> {
  const query: Record<string, string> = {}
  if (person !== undefined) {
    const found = await findPerson(connection, person)
    if (found.outcome === 'refused') return found
    query['personId'] = found.value.id
  }
  if (file !== undefined) {
    const found = await findFile(connection, file)
    if (found.outcome === 'refused') return found
    query['fileId'] = found.value.id
  }
  for (const [name, value] of Object.entries({ effect, action, from, to })) {
    if (value !== undefined) query[name] = value
  }
  return { outcome: 'answered', value: query }
}

function rowOf({ id, at, person, action, resource, effect, authorization, reasons }: FoundDecision): readonly string[] {
  const who = person === null ? 'nobody on the roster' : person.name === '' ? person.id : person.name
  const why = effect === 'permit' ? (authorization ?? '') : reasons.map(({ text }) => text).join(' ')
  return [at, who, action, thingOf(resource), effect === 'permit' ? 'permitted' : 'refused', why, id]
}

function thingOf({ kind, id, name }: FoundDecision['resource']): string {
  return kind === id ? kind : `${kind} ${name === null || name === '' ? id : name}`
}

async function why(context: Context, [wanted]: readonly string[], page: PageOptions): Promise<Exit> {
  if (wanted === undefined) return await tellAll(context, page)
  const decisionId = parseId<'decision'>(wanted)
  if (decisionId === null) {
    throw new Problem(
      'invalid-request',
      `cannot tell refusal ${wanted}: that is no id, want the one that it was told with`,
    )
  }
  const answer = await call(await context.connect(), 'ownRefusal', { params: { decisionId } })
  if (answer.outcome === 'refused') return context.refused(answer, 'read your refusals')
  context.print.result(answer.value, (out) => tellOne(out, answer.value))
  return 0
}

async function tellAll(context: Context, page: PageOptions): Promise<Exit> {
  const answer = await call(await context.connect(), 'ownRefusals', { query: placeIn(page) })
  if (answer.outcome === 'refused') return context.refused(answer, 'read your refusals')
  context.print.result(answer.value, (out) =>
    out.table(
      ['at', 'action', 'of', 'why', 'decision'],
      answer.value.refusals.map(({ id, at, action, resource, reasons }) => [
        at,
        action,
        thingOf(resource),
        reasons.map(({ text }) => text).join(' '),
        id,
      ]),
    ),
  )
  tellNext(context, answer.value)
  return 0
}

function tellOne(out: Out, { id, at, action, door, resource, you, place, reasons }: OwnRefusalView): void {
  out.line('You were refused', 'red')
  out.pairs([
    ['decision', id],
    ['at', at],
    ['action', `${action} through ${door}`],
    ['resource', thingOf(resource)],
    ['your status', you.status],
    ['your roles', you.roles.join(', ')],
    ['your programs', you.programs.join(', ')],
    ['you asked from', place.known ? place.country : 'a network that this enclave does not know'],
  ])
  for (const { text, fix, ask } of reasons) {
    out.line(`Why: ${text}`)
    if (fix !== '') out.line(`  What would change it: ${fix}`)
    if (ask !== '') out.line(`  Whom to ask: ${whomToAsk(ask)}`)
  }
}
