// sallyport session ..., passkey ..., person enroll: who signed in with a browser, with what, and a link for a new passkey.

import type { ListedSession } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findPerson } from './find.ts'
import { keepReceipt } from './keep-receipt.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

type Whose = GeneralOptions & { readonly person?: string }

const ofSomebody = ['--person <person>', "somebody else's, which takes the role for it"] as const

export function addSignInVerbs(program: Command, desk: Desk): void {
  const session = addNoun(program, 'session', 'Sessions that were begun in a browser')
  addVerb<Whose>(session, desk, {
    usage: 'list',
    summary: 'List sessions that have not ended',
    example: 'sallyport session list --person quill',
    options: [ofSomebody],
    run: listSessions,
  })
  addVerb<Whose>(session, desk, {
    usage: 'end <session>',
    summary: 'End a session at once',
    example: 'sallyport session end 01930000-0000-7000-8000-000000000001 --person quill',
    options: [ofSomebody],
    run: endSession,
  })
  addVerb(session, desk, {
    usage: 'failed',
    summary: 'Sign-ins that did not come about since the gate started: how many, why, from where, and of whom',
    example: 'sallyport session failed',
    run: listFailed,
  })
  const passkey = addNoun(program, 'passkey', 'Passkeys that people sign in with')
  addVerb<Whose>(passkey, desk, {
    usage: 'list',
    summary: 'List passkeys',
    example: 'sallyport passkey list --person quill',
    options: [ofSomebody],
    run: listPasskeys,
  })
  addVerb<Whose>(passkey, desk, {
    usage: 'remove <passkey>',
    summary: 'Take a passkey away, with its sessions, at once',
    example: 'sallyport passkey remove AbC123 --person quill',
    options: [ofSomebody],
    run: removePasskey,
  })
}

interface EnrollOptions extends GeneralOptions {
  readonly reason: string
  readonly recover?: true
}

export function addEnrollVerb(person: Command, desk: Desk): void {
  addVerb<EnrollOptions>(person, desk, {
    usage: 'enroll <person>',
    summary: 'Ask two others to approve a one-time link for a passkey',
    example: 'sallyport person enroll quill --reason "first day"',
    required: [['--reason <text>', 'why, in your own words; it stays on record']],
    options: [['--recover', 'in place of every passkey that they have: they lost them']],
    run: enroll,
  })
}

/** Id and name of whom `--person` names; null for oneself, and the exit of a refusal. */
async function whose(
  context: Context,
  { person }: Whose,
): Promise<{ readonly id: string; readonly name: string } | null | Exit> {
  if (person === undefined) return null
  const found = await findPerson(await context.connect(), person)
  return found.outcome === 'refused' ? context.refused(found, 'read the roster') : found.value
}

async function listFailed(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'failedSignIns', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read failed sign-ins')
  const { since, counts, newest } = answer.value
  context.print.result(answer.value, (out) => {
    if (counts.length === 0) return out.line(`No sign-in has failed since the gate started, ${since}.`)
    out.table(
      ['way', 'reason', 'times', 'last'],
      counts.map(({ method, reason, count, lastAt }) => [method, reason, String(count), lastAt]),
    )
    out.table(
      ['at', 'way', 'reason', 'place', 'who'],
      newest.map(({ at, method, reason, place, who }) => [
        at,
        method,
        reason,
        place ?? '',
        who === null ? '' : (who.person?.name ?? `${who.subject} at ${who.issuer}`),
      ]),
    )
    out.line(`Since the gate started, ${since}.`, 'dim')
  })
  return 0
}

async function listSessions(context: Context, _: readonly string[], options: Whose): Promise<Exit> {
  const about = await whose(context, options)
  if (typeof about === 'number') return about
  const connection = await context.connect()
  const answer =
    about === null
      ? await call(connection, 'sessions', {})
      : await call(connection, 'sessionsOfPerson', { params: { personId: about.id } })
  if (answer.outcome === 'refused') return context.refused(answer, 'see sessions')
  context.print.result(answer.value, (out) => {
    out.table(['since', 'until', 'by', 'place', 'id'], answer.value.sessions.map(rowOf))
  })
  return 0
}

function rowOf({ startedAt, expiresAt, method, place, id }: ListedSession): string[] {
  return [startedAt, expiresAt, method, place ?? '', id]
}

async function endSession(context: Context, [sessionId = '']: readonly string[], options: Whose): Promise<Exit> {
  const about = await whose(context, options)
  if (typeof about === 'number') return about
  const connection = await context.connect()
  const answer =
    about === null
      ? await call(connection, 'endOwnSession', { params: { sessionId } })
      : await call(connection, 'endSessionOfPerson', { params: { personId: about.id, sessionId } })
  if (answer.outcome === 'refused') return context.refused(answer, 'end the session')
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => out.line('The session has ended.', 'green'))
  return 0
}

async function listPasskeys(context: Context, _: readonly string[], options: Whose): Promise<Exit> {
  const about = await whose(context, options)
  if (typeof about === 'number') return about
  const connection = await context.connect()
  const answer =
    about === null
      ? await call(connection, 'passkeys', {})
      : await call(connection, 'passkeysOfPerson', { params: { personId: about.id } })
  if (answer.outcome === 'refused') return context.refused(answer, 'see passkeys')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.passkeys.map((one) => [
      one.isDeviceBound ? 'stays on its device' : 'can leave its device',
      one.registeredAt,
      one.usedAt ?? '',
      one.credentialId,
    ])
    out.table(['kind', 'enrolled', 'last used', 'id'], rows)
  })
  return 0
}

async function removePasskey(context: Context, [credentialId = '']: readonly string[], options: Whose): Promise<Exit> {
  const about = await whose(context, options)
  if (typeof about === 'number') return about
  const connection = await context.connect()
  const answer =
    about === null
      ? await call(connection, 'removeOwnPasskey', { params: { credentialId } })
      : await call(connection, 'removePasskey', { params: { personId: about.id, credentialId } })
  if (answer.outcome === 'refused') return context.refused(answer, 'take the passkey away')
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => out.line('The passkey is gone, and its sessions with it.', 'green'))
  return 0
}

async function enroll(
  context: Context,
  [wanted = '']: readonly string[],
  { reason, recover }: EnrollOptions,
): Promise<Exit> {
  const connection = await context.connect()
  const found = await findPerson(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the roster')
  const { id, name } = found.value
  const body = { recovery: recover === true, reason }
  const answer = await call(connection, 'askEnrollment', { params: { personId: id }, body })
  if (answer.outcome === 'refused') return context.refused(answer, `ask for a link for ${name}`)
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => {
    const { approvalId, code } = answer.value
    out.line(`Two others approve it: sallyport approval approve ${approvalId}`, 'green')
    out.line(`Give ${name} this code, which is shown once: ${code}`)
    out.line('The link is shown to whoever approves last. It takes both.')
  })
  return 0
}
