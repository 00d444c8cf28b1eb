// sallyport decision ...

import { parseId, Problem, type Reason } from '@sallyport/protocol'
import type { Explanation } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { tellAccess } from './access.ts'
import { addDecisionRecordVerbs } from './decision-record-verbs.ts'
import { whatIf, type WhatIfOptions } from './what-if.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { findFile, findPerson } from './find.ts'
import type { Out } from './printer.ts'
import { whomToAsk } from './refusal.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

interface Judged {
  readonly name: string
  readonly effect: 'permit' | 'deny'
  readonly authorization: string | null
  readonly citation: string | null
  readonly permittedBy: readonly { readonly code: string; readonly text: string }[]
  readonly reasons: readonly Reason[]
}

interface AsOfOptions extends GeneralOptions {
  readonly asOf?: string
}

const asOfOption = [
  '--as-of <moment>',
  'by what was on record then: a day (its beginning in UTC) or a time with its offset',
] as const

export function addDecisionVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(program, 'decision', 'Why decisions fell as they did, and how they would fall now')
  addVerb(noun, desk, {
    usage: 'explain <decision>',
    summary: 'Explain a decision from its record: who, what, which policies, which authorization, why',
    example: 'sallyport decision explain 0190f2a4-6f0e-7c1b-9a53-3f6e0d1c2b4a',
    run: explain,
  })
  addDecisionRecordVerbs(noun, desk)
  addVerb<PageOptions & AsOfOptions>(noun, desk, {
    usage: 'who-can <file>',
    summary: 'Show who can open a file now, or could then, and why or why not',
    example: 'sallyport decision who-can bracket.stp\nsallyport decision who-can bracket.stp --as-of 2026-03-01',
    options: [asOfOption, afterOption],
    run: whoCan,
  })
  addVerb<PageOptions & AsOfOptions>(noun, desk, {
    usage: 'what-can <person>',
    summary: 'Show what a person can open now, or could then',
    example: 'sallyport decision what-can moreau\nsallyport decision what-can moreau --as-of 2026-03-01T09:30:00Z',
    options: [asOfOption, afterOption],
    run: whatCan,
  })
  addVerb<AsOfOptions>(noun, desk, {
    usage: 'access',
    summary: 'Show who can open what, or could then, everybody and everything, by classes of people and files',
    example: 'sallyport decision access\nsallyport decision access --as-of 2026-03-01',
    options: [asOfOption],
    run: (context, _, { asOf }) => tellAccess(context, asOf),
  })
  addVerb<WhatIfOptions>(noun, desk, {
    usage: 'what-if',
    summary: 'Show who would gain or lose what if something were otherwise; nothing is changed',
    example:
      'sallyport decision what-if --ends TA-1234-26\nsallyport decision what-if --person moreau --becomes us-person\nsallyport decision what-if --person moreau --place GB',
    options: [
      ['--ends <authorization>', 'if this authorization ended or lapsed'],
      ['--person <person>', 'if the record of this person were another: see the following'],
      ['--becomes <status>', 'us-person, unverified, ended, or foreign-person with the countries that follow'],
      ['--citizenship <countries>', 'of which they would be citizens; several with commas'],
      ['--former-citizenship <countries>', 'of which they would have been'],
      ['--residency <countries>', 'where they would be permanent residents'],
      ['--assign <program:purpose>', 'if they were assigned to a program'],
      ['--unassign <program>', 'if they were assigned to it no longer'],
      [
        '--place <country>',
        'if they, or without --person everybody, asked from there; `unknown` is a place that nobody knows',
      ],
      ['--policies <path or digest>', 'if these policies were published'],
    ],
    run: whatIf,
  })
}

async function explain(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const decisionId = parseId<'decision'>(wanted)
  if (decisionId === null) {
    throw new Problem(
      'invalid-request',
      `cannot explain decision ${wanted}: that is no id, want the one that a refusal names`,
    )
  }
  const answer = await call(await context.connect(), 'decision', { params: { decisionId } })
  if (answer.outcome === 'refused') return context.refused(answer, `explain decision ${decisionId}`)
  context.print.result(answer.value, (out) => showExplanation(out, answer.value))
  return 0
}

async function whoCan(
  context: Context,
  [wanted = '']: readonly string[],
  { asOf, ...page }: PageOptions & AsOfOptions,
): Promise<Exit> {
  const connection = await context.connect()
  const found = await findFile(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, `find ${wanted}`)
  const answer = await call(connection, 'whoCan', { body: { fileId: found.value.id, ...then(asOf), ...placeIn(page) } })
  if (answer.outcome === 'refused') return context.refused(answer, `ask who can open ${found.value.name}`)
  context.print.result(answer.value, (out) => {
    out.line(`Who ${can(asOf)} open ${found.value.name} at ${answer.value.at}`, 'bold')
    const rows = answer.value.people.toSorted(byAnswer).map((one) => [one.name, one.status, ...judgedCells(one)])
    out.table(['person', 'status', can(asOf), 'why'], rows)
  })
  tellNext(context, answer.value)
  return 0
}

async function whatCan(
  context: Context,
  [wanted = '']: readonly string[],
  { asOf, ...page }: PageOptions & AsOfOptions,
): Promise<Exit> {
  const connection = await context.connect()
  const found = await findPerson(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the roster')
  const answer = await call(connection, 'whatCan', {
    body: { personId: found.value.id, ...then(asOf), ...placeIn(page) },
  })
  if (answer.outcome === 'refused') return context.refused(answer, `ask what ${found.value.name} can open`)
  context.print.result(answer.value, (out) => {
    out.line(`What ${found.value.name} ${can(asOf)} open at ${answer.value.at}`, 'bold')
    const rows = answer.value.files.toSorted(byAnswer).map((one) => [one.name, one.vault, ...judgedCells(one)])
    out.table(['file', 'vault', can(asOf), 'why'], rows)
  })
  tellNext(context, answer.value)
  return 0
}

function then(asOf: string | undefined): { readonly asOf?: string } {
  return asOf === undefined ? {} : { asOf }
}

function can(asOf: string | undefined): string {
  return asOf === undefined ? 'can' : 'could'
}

/** Who or what is permitted first, then by name. */
function byAnswer(a: Judged, b: Judged): number {
  return Number(a.effect === 'deny') - Number(b.effect === 'deny') || a.name.localeCompare(b.name, 'en')
}

function judgedCells({ effect, authorization, citation, permittedBy, reasons }: Judged): string[] {
  const under = authorization === null ? (permittedBy[0]?.text ?? '') : `under ${authorization} (${citation ?? ''})`
  const why = effect === 'permit' ? under : (reasons[0]?.text ?? '')
  return [effect === 'permit' ? 'yes' : 'no', why]
}

function showExplanation(out: Out, one: Explanation): void {
  const { subject, resource, authorization, policies } = one
  out.line(one.effect === 'permit' ? 'Permitted' : 'Refused', one.effect === 'permit' ? 'green' : 'red')
  out.pairs([
    ['decision', one.id],
    ['at', one.at],
    [
      'subject',
      `${subject.name ?? 'nobody on the roster'}${subject.identity === null ? '' : ` (${subject.identity})`}`,
    ],
    ...(subject.goesOnIn === null
      ? []
      : [['merged into', `${subject.goesOnIn.name} (${subject.goesOnIn.id})`] as const]),
    ['action', `${one.action} through ${one.door}`],
    ['resource', `${resource.kind} ${resource.name ?? ''} ${resource.id ?? ''}`.trim()],
    [
      'authorization',
      authorization === null
        ? ''
        : `${authorization.number}, version ${authorization.version}, ${authorization.citation}`,
    ],
    [
      'rescue',
      one.rescue === null
        ? ''
        : `other labels stood in place of ${one.rescue.instead.join(', ') || 'none'} (approval ${one.rescue.approvalId})`,
    ],
    ['policies', `${policies.determining.join(', ')} of set ${policies.digest}`],
    ['guard', guardWords[one.guard]],
    ['ledger entry', one.ledgerIndex === null ? 'not in the tree yet' : String(one.ledgerIndex)],
  ])
  for (const { id, effect, text, reads } of policies.decided) {
    out.line(`Policy ${id} (${effect}): ${text}`)
    if (reads.length > 0) out.line(`  It reads: ${reads.join(', ')}`)
  }
  for (const { text, fix, ask } of one.reasons) {
    out.line(`Why: ${text}`)
    if (fix !== '') out.line(`  What would change it: ${fix}`)
    if (ask !== '') out.line(`  Whom to ask: ${whomToAsk(ask)}`)
  }
  for (const { text } of one.obligations) out.line(`Obligation: ${text}`)
  const attributes = flattened('', one.attributes)
  if (attributes.length === 0) return
  out.line('What the policies saw', 'bold')
  out.pairs(attributes)
}

const guardWords: Record<Explanation['guard'], string> = {
  agreed: 'agreed',
  refused: 'refused',
  'not-asked': 'not asked, because the policies refused',
}

/** Name every value by its path: `principal.status`. */
function flattened(path: string, value: unknown): (readonly [string, string])[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const at = path === '' ? '' : `${path}.`
    return Object.entries(value).flatMap(([name, member]) => flattened(at + name, member))
  }
  const isPlainList = Array.isArray(value) && value.every((one) => typeof one === 'string')
  return [[path, typeof value === 'string' ? value : isPlainList ? value.join(', ') || 'none' : JSON.stringify(value)]]
}
