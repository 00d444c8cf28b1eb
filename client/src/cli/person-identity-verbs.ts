// sallyport person bind, unbind: what somebody signs in with.

import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findPerson } from './find.ts'
import { addVerb, type Desk } from './verb.ts'

interface IdentityOptions extends GeneralOptions {
  readonly subject: string
  readonly issuer?: string
  readonly ask?: string
}

const required = [['--subject <subject>', 'who they are at the issuer, as its tokens have it']] as const
const options = [['--issuer <url>', 'the issuer, where it is not the one that people sign in at']] as const

export function addPersonIdentityVerbs(person: Command, desk: Desk): void {
  addVerb<IdentityOptions>(person, desk, {
    usage: 'bind <person>',
    summary: 'Bind what somebody signs in with: at once while they are unverified or ended, else by two others',
    example: 'sallyport person bind noah --subject 00u1abcd --ask "has a smart card since Monday"',
    required,
    options: [...options, ['--ask <reason>', 'ask two others to approve it, for somebody who is verified']],
    run: (context, operands, given) =>
      given.ask === undefined
        ? change(context, operands, given, 'bindIdentity')
        : propose(context, operands, { ...given, ask: given.ask }),
  })
  addVerb<IdentityOptions>(person, desk, {
    usage: 'unbind <person>',
    summary: 'Take away what somebody signs in with, at once',
    example: 'sallyport person unbind noah --subject 00u1abcd',
    required,
    options,
    run: (context, operands, given) => change(context, operands, given, 'unbindIdentity'),
  })
}

async function propose(
  context: Context,
  [wanted = '']: readonly string[],
  { subject, issuer, ask }: IdentityOptions & { readonly ask: string },
): Promise<Exit> {
  const connection = await context.connect()
  const found = await findPerson(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the roster')
  const { id, name } = found.value
  const answer = await call(connection, 'proposeIdentity', {
    params: { personId: id },
    body: { subject, reason: ask, ...(issuer === undefined ? {} : { issuer }) },
  })
  if (answer.outcome === 'refused') return context.refused(answer, `ask for an identity of ${name}`)
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Two others approve it: sallyport approval approve ${answer.value.approvalId}`, 'green')
  })
  return 0
}

async function change(
  context: Context,
  [wanted = '']: readonly string[],
  { subject, issuer }: IdentityOptions,
  route: 'bindIdentity' | 'unbindIdentity',
): Promise<Exit> {
  const connection = await context.connect()
  const found = await findPerson(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the roster')
  const { id, name } = found.value
  const isBinding = route === 'bindIdentity'
  const answer = await call(connection, route, {
    params: { personId: id },
    body: { subject, ...(issuer === undefined ? {} : { issuer }) },
  })
  if (answer.outcome === 'refused')
    return context.refused(answer, `${isBinding ? 'bind' : 'unbind'} an identity of ${name}`)
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => {
    const identity = `${answer.value.subject} at ${answer.value.issuer}`
    out.line(isBinding ? `${name} signs in as ${identity}.` : `${identity} is nobody any more.`, 'green')
    if (isBinding) out.line('It gives nothing until two others have verified them.')
  })
  return 0
}
