// sallyport person ...

import { parseId } from '@sallyport/protocol'
import type { PersonShown } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import { confirm } from './confirm.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findPerson } from './find.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { addPersonChangeVerbs } from './person-change-verbs.ts'
import { addPersonIdentityVerbs } from './person-identity-verbs.ts'
import { addPersonMergeVerbs } from './person-merge-verbs.ts'
import { addPersonRecordVerbs } from './person-record-verbs.ts'
import { addPersonTableVerbs } from './person-table-verbs.ts'
import { personPairs } from './session-verbs.ts'
import { addEnrollVerb } from './sign-in-verbs.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

interface EndOptions extends GeneralOptions {
  readonly reason: string
  readonly left?: true
  readonly yes?: true
}

interface AsOfOptions extends GeneralOptions {
  readonly asOf?: string
}

type ListOptions = AsOfOptions & PageOptions & { readonly name?: string }

export function addPersonVerbs(program: Command, desk: Desk): void {
  const person = addNoun(program, 'person', 'The roster')
  addVerb<ListOptions>(person, desk, {
    usage: 'list',
    summary: 'List the people of the roster',
    example: 'sallyport person list --as-of 2026-03-31',
    options: [
      ['--as-of <moment>', 'as it was at a day or moment (ISO 8601)'],
      ['--name <words>', 'those alone whose names have each of these words, or one that begins so'],
      afterOption,
    ],
    run: list,
  })
  addVerb<AsOfOptions>(person, desk, {
    usage: 'show <person>',
    summary: 'Show one person, by id or by a part of the name that fits nobody else',
    example: 'sallyport person show moreau',
    options: [['--as-of <moment>', 'as they were at a day or moment (ISO 8601)']],
    run: show,
  })
  addVerb<EndOptions>(person, desk, {
    usage: 'end <person>',
    summary: "End a person's status at once: no later decision permits",
    example: 'sallyport person end "Lucas Moreau" --reason "permanent residency was given up"',
    required: [['--reason <text>', 'why, for the record']],
    options: [
      ['--left', 'the person has left; without it, the status itself has ended'],
      ['--yes', 'do not ask'],
    ],
    run: end,
  })
  addPersonRecordVerbs(person, desk)
  addPersonChangeVerbs(person, desk)
  addPersonIdentityVerbs(person, desk)
  addEnrollVerb(person, desk)
  addPersonMergeVerbs(person, desk)
  addPersonTableVerbs(person, desk)
}

async function list(context: Context, _: readonly string[], { asOf, name, ...page }: ListOptions): Promise<Exit> {
  const query = {
    ...(asOf === undefined ? {} : { asOf }),
    ...(name === undefined ? {} : { name }),
    ...placeIn(page),
  }
  const answer = await call(await context.connect(), 'people', { query })
  if (answer.outcome === 'refused') return context.refused(answer, 'read the roster')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.people.map((one) => [
      one.name,
      one.mergedInto === null ? one.status : 'merged',
      one.roles.join(', '),
      one.employer ?? '',
      one.assignments.map(({ program }) => program).join(', '),
      one.id,
    ])
    out.table(['person', 'status', 'roles', 'employer', 'programs', 'id'], rows)
  })
  tellNext(context, answer.value)
  return 0
}

async function show(context: Context, [wanted = '']: readonly string[], { asOf }: AsOfOptions): Promise<Exit> {
  const connection = await context.connect()
  // The name is looked up as it is now; the id is the same at any moment.
  const id = parseId<'person'>(wanted)
  const now = id === null ? await findPerson(connection, wanted) : ({ outcome: 'answered', value: { id } } as const)
  if (now.outcome === 'refused') return context.refused(now, 'read the roster')
  const query = asOf === undefined ? {} : { asOf }
  const found = await call(connection, 'person', { params: { personId: now.value.id }, query })
  if (found.outcome === 'refused') return context.refused(found, 'read the roster')
  context.print.result(found.value, (out) => out.pairs([...personPairs(found.value), ...behindPairs(found.value)]))
  return 0
}

/** What stands behind somebody's status. */
function behindPairs({ verification, reviewedAt, due }: PersonShown): (readonly [string, string])[] {
  return [
    ...(verification === null
      ? []
      : ([
          ['ground', verification.ground ?? ''],
          ['evidence', verification.evidenceRef],
          ['said by', verification.by?.name ?? 'the founding'],
          ['confirmed by', verification.approvedBy.map(({ name }) => name).join(', ')],
        ] as const)),
    ['looked at again', reviewedAt ?? ''],
    ...due.map((one) => [`${one.task} due as ${one.role}`, one.due.slice(0, 10)] as const),
  ]
}

async function end(context: Context, [wanted = '']: readonly string[], options: EndOptions): Promise<Exit> {
  const connection = await context.connect()
  const found = await findPerson(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the roster')
  const { id, name } = found.value
  if (!(await confirm(context, `End the status of ${name} (${id}) now?`, options.yes === true))) {
    context.print.note('Nothing was changed.')
    return 1
  }
  const { clock } = context.environment
  const beganMs = clock.now()
  const answer = await call(connection, 'endPerson', {
    params: { personId: id },
    body: { kind: options.left === true ? 'left' : 'status-ended', reason: options.reason },
  })
  if (answer.outcome === 'refused') return context.refused(answer, `end the status of ${name}`)
  const { person, receipt } = answer.value
  const tookMs = clock.now() - beganMs
  await keepReceipt(context, receipt)
  context.print.result({ ...answer.value, tookMs }, (out) => {
    out.line(`The status of ${person.name} has ended; no later decision permits.`, 'green')
    out.pairs([
      ['acknowledged after', `${tookMs} ms`],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}
