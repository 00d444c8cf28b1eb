// sallyport request ...

import { Problem } from '@sallyport/protocol'
import type { PersonRequestView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { keepReceipt } from './keep-receipt.ts'
import { minute, type Out } from './printer.ts'
import { whomToAsk } from './refusal.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

export function addRequestVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(program, 'request', 'Asking for help after a refusal')
  addVerb<GeneralOptions & { text: string }>(noun, desk, {
    usage: 'make <decision>',
    summary: 'Ask for what would change a refusal of yours, by the id of its decision',
    example:
      'sallyport request make 01980000-0000-7000-8000-000000000001 --text "I design the bracket of work package 3"',
    required: [['--text <text>', 'what you need it for; it stands on record']],
    run: make,
  })
  addVerb<GeneralOptions & PageOptions & { waiting?: true }>(noun, desk, {
    usage: 'list',
    summary: 'What you asked for and what became of it; with --waiting, what others ask of your role',
    example: 'sallyport request list',
    options: [['--waiting', 'what waits for you, as an officer or administrator'], afterOption],
    run: list,
  })
  addVerb<GeneralOptions & { done?: string; decline?: string }>(noun, desk, {
    usage: 'answer <request>',
    summary: 'Say what was done about a request, or why not; do it first, where it is done',
    example: 'sallyport request answer 01980000-0000-7000-8000-000000000002 --done "assigned to Falcon"',
    options: [
      ['--done <text>', 'what was done, in words for whoever asked'],
      ['--decline <text>', 'why not, in words for whoever asked'],
    ],
    run: answer,
  })
  addVerb(noun, desk, {
    usage: 'withdraw <request>',
    summary: 'Take back what you asked for',
    example: 'sallyport request withdraw 01980000-0000-7000-8000-000000000002',
    run: withdraw,
  })
}

async function make(
  context: Context,
  [decisionId = '']: readonly string[],
  { text }: { readonly text: string },
): Promise<Exit> {
  const answered = await call(await context.connect(), 'makeRequest', { body: { decisionId, text } })
  if (answered.outcome === 'refused') return context.refused(answered, 'ask for help')
  const { requestId, roles, receipt } = answered.value
  await keepReceipt(context, receipt)
  context.print.result(answered.value, (out) => {
    out.line(`Asked ${roles.map(whomToAsk).join(' or ')}. Follow it with: sallyport request list`, 'green')
    out.pairs([
      ['request', requestId],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}

async function list(
  context: Context,
  _: readonly string[],
  { waiting, ...page }: PageOptions & { readonly waiting?: true },
): Promise<Exit> {
  const answered = await call(await context.connect(), waiting === true ? 'requestsWaiting' : 'requests', {
    query: placeIn(page),
  })
  if (answered.outcome === 'refused') return context.refused(answered, 'read requests')
  context.print.result(answered.value, (out) => showRequests(out, answered.value.requests, waiting === true))
  tellNext(context, answered.value)
  return 0
}

function showRequests(out: Out, requests: readonly PersonRequestView[], isWaiting: boolean): void {
  if (requests.length === 0) {
    out.line(isWaiting ? 'Nobody asks anything of you.' : 'You asked for nothing.')
    return
  }
  out.table(
    [
      'since',
      ...(isWaiting ? ['who'] : []),
      'what',
      'in their words',
      ...(isWaiting ? ['decision'] : ['state', 'answer']),
      'id',
    ],
    requests.map(({ id, by, at, action, about, text, state, answer: given, decisionId }) => [
      minute(at),
      ...(isWaiting ? [by.name] : []),
      about.kind === 'enclave' ? action : `${action} of ${about.kind} ${about.name || about.id}`,
      text,
      ...(isWaiting ? [decisionId] : [state, given === null ? '' : `${given.text} (${given.by.name})`]),
      id,
    ]),
  )
}

async function answer(
  context: Context,
  [requestId = '']: readonly string[],
  { done, decline }: { readonly done?: string; readonly decline?: string },
): Promise<Exit> {
  if ((done === undefined) === (decline === undefined)) {
    throw new Problem('invalid-request', 'cannot answer: want --done or --decline')
  }
  const body =
    done === undefined
      ? { outcome: 'declined' as const, text: decline ?? '' }
      : { outcome: 'done' as const, text: done }
  const answered = await call(await context.connect(), 'answerRequest', { params: { requestId }, body })
  if (answered.outcome === 'refused') return context.refused(answered, 'answer a request')
  await keepReceipt(context, answered.value.receipt)
  context.print.result(answered.value, (out) => out.line('Answered.', 'green'))
  return 0
}

async function withdraw(context: Context, [requestId = '']: readonly string[]): Promise<Exit> {
  const answered = await call(await context.connect(), 'withdrawRequest', { params: { requestId } })
  if (answered.outcome === 'refused') return context.refused(answered, 'withdraw a request')
  await keepReceipt(context, answered.value.receipt)
  context.print.result(answered.value, (out) => out.line('Withdrawn.', 'green'))
  return 0
}
