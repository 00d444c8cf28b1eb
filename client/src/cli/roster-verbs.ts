// sallyport roster ..., sallyport task list

import { changeSetting as shape } from '@sallyport/protocol/api'
import { Problem } from '@sallyport/protocol'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { addOwnDutiesVerb, nameOf, ruleOf } from './duty-verbs.ts'
import { keepReceipt } from './keep-receipt.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import type { Out } from './printer.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

interface RuleOptions extends GeneralOptions {
  readonly reason: string
  readonly foreignEmployerBars?: string
  readonly review?: string
  readonly task?: string
  readonly months?: string
  readonly usPersonReleaseYears?: string
}

export function addRosterVerbs(program: Command, desk: Desk): void {
  const roster = addNoun(program, 'roster', 'The roster as a whole: its past and its rules')
  addVerb<PageOptions & GeneralOptions>(roster, desk, {
    usage: 'compare <from> <to>',
    summary: 'Show what differs between two days or moments',
    example: 'sallyport roster compare 2026-01-01 2026-07-01',
    options: [afterOption],
    run: compare,
  })
  addVerb(roster, desk, {
    usage: 'rules',
    summary: 'Show the rules that counsel decides, with who, when and why',
    example: 'sallyport roster rules',
    run: rules,
  })
  addVerb<RuleOptions>(roster, desk, {
    usage: 'rule',
    summary: 'Change one rule that counsel decided; what widens takes two others',
    example: 'sallyport roster rule --review engineer --months 12 --reason "counsel memo 7"',
    required: [['--reason <text>', 'why, for the record']],
    options: [
      ['--foreign-employer-bars <on|off>', 'whether acting for a foreign employer bars; off takes two others'],
      ['--review <role>', 'how often everybody in a role is looked at again'],
      ['--task <task>', 'status-review or briefing'],
      ['--months <number>', 'months between; 0 for never'],
      ['--us-person-release-years <years>', 'keep records of releases to U.S. persons longer; it only grows'],
    ],
    run: rule,
  })
  const task = addNoun(program, 'task', 'What is due')
  addVerb(task, desk, {
    usage: 'list',
    summary: 'List reviews and briefings that are due, which is never a refusal, and how many candidates wait',
    example: 'sallyport task list',
    run: tasks,
  })
  addVerb<PageOptions & GeneralOptions>(task, desk, {
    usage: 'authorizations',
    summary: 'List what of authorizations is due: expiry, draw-down, duties, notices of agreements',
    example: 'sallyport task authorizations',
    options: [afterOption],
    run: authorizationTasks,
  })
  addOwnDutiesVerb(task, desk)
}

async function compare(context: Context, [from = '', to = '']: readonly string[], page: PageOptions): Promise<Exit> {
  const answer = await call(await context.connect(), 'compareRoster', { query: { from, to, ...placeIn(page) } })
  if (answer.outcome === 'refused') return context.refused(answer, 'read the roster')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.people.map(({ personId, before, after, differs }) => [
      after?.name ?? before?.name ?? '',
      before?.status ?? 'not there',
      after?.status ?? 'not there',
      before?.roles.join(', ') ?? '',
      after?.roles.join(', ') ?? '',
      differs.join(', '),
      personId,
    ])
    out.table(['person', 'status then', 'status after', 'roles then', 'roles after', 'differs', 'id'], rows)
  })
  tellNext(context, answer.value)
  return 0
}

async function rules(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'settings', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read the rules')
  context.print.result(answer.value, (out) => {
    const settings = answer.value.settings.map((one) => [
      one.name,
      one.on ? 'on' : 'off',
      one.setAt,
      one.setBy ?? 'as shipped',
      one.reason,
    ])
    const intervals = answer.value.intervals.map((one) => [`${one.task} of every ${one.role}`, `${one.months} months`])
    const kept = ['records of releases to U.S. persons', `kept ${answer.value.usPersonReleaseYears} years`, '', '', '']
    out.table(
      ['rule', 'is', 'since', 'by', 'why'],
      [...settings, kept, ...intervals.map((one) => [...one, '', '', ''])],
    )
  })
  return 0
}

async function rule(context: Context, _: readonly string[], options: RuleOptions): Promise<Exit> {
  const { reason, foreignEmployerBars, review, task = 'status-review', months, usPersonReleaseYears: years } = options
  if ([foreignEmployerBars, review, years].filter((one) => one !== undefined).length !== 1) {
    const want = 'exactly one of --foreign-employer-bars, --review and --us-person-release-years'
    throw new Problem('invalid-request', `cannot tell which rule, want ${want}`)
  }
  const body = shape.safeParse(
    years !== undefined
      ? { setting: 'us-person-release-retention', years: Number(years), reason }
      : review === undefined
        ? { setting: 'foreign-employer-bars', on: switchOf(foreignEmployerBars), reason }
        : { setting: 'review-interval', role: review, task, months: months === '0' ? null : Number(months), reason },
  )
  if (!body.success) {
    const faults = body.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
    throw new Problem('invalid-request', `cannot change rule: ${faults.join('; ')}`, { details: { faults } })
  }
  const answer = await call(await context.connect(), 'changeSetting', { body: body.data })
  if (answer.outcome === 'refused') return context.refused(answer, 'change the rule')
  const { approvalId, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(approvalId === null ? 'The rule is changed.' : 'Asked for; two others approve it.', 'green')
    out.pairs([
      ['approval', approvalId ?? ''],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}

function switchOf(text: string | undefined): boolean | undefined {
  if (text === 'on') return true
  return text === 'off' ? false : undefined
}

async function tasks(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'tasks', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read what is due')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.tasks.map((one) => [
      one.due.slice(0, 10),
      one.task,
      one.name,
      one.role,
      one.last?.slice(0, 10) ?? 'never',
      one.personId,
    ])
    out.table(['due', 'task', 'person', 'role', 'last', 'id'], rows)
    tellOfficials(out, answer.value)
    const { open, cases } = answer.value.candidates
    if (open + cases === 0) return
    out.line(`For the notice of 22 CFR 126.1(e)(2): ${open} to decide, ${cases} open cases: sallyport candidate list.`)
  })
  return 0
}

async function authorizationTasks(context: Context, _: readonly string[], page: PageOptions): Promise<Exit> {
  const answer = await call(await context.connect(), 'authorizationTasks', { query: placeIn(page) })
  if (answer.outcome === 'refused') return context.refused(answer, 'read what of authorizations is due')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.tasks.map(
      ({ due, task, level, number, text, owner, rule, duty, occurrence, isOverdue }) => [
        `${due?.slice(0, 10) ?? 'now'}${isOverdue ? ', OVERDUE' : ''}`,
        duty === null ? `${task} ${level ?? ''}` : `duty ${nameOf({ duty, occurrence })}`,
        number,
        text,
        owner ?? '',
        ruleOf({ rule }),
      ],
    )
    out.table(['due', 'task', 'authorization', 'what', 'owner', 'rule'], rows)
    const { usPersonReleaseYears: years } = answer.value
    out.line(`Records of releases to U.S. persons are kept ${years} years at least.`, 'dim')
    tellOfficials(out, answer.value)
  })
  tellNext(context, answer.value)
  return 0
}

function tellOfficials(out: Out, { officials }: { readonly officials: number }): void {
  if (officials > 0) return
  out.line(
    'Nobody is an empowered official (22 CFR 120.67), so that nothing that takes one takes effect: sallyport person grant <person> empowered-official.',
    'yellow',
  )
}
