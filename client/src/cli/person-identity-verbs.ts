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
}

const required = [['--subject <subject>', 'who they are at the issuer, as its tokens have it']] as const
const options = [['--issuer <url>', 'the issuer, where it is not the one that people sign in at']] as const

export function addPersonIdentityVerbs(person: Command, desk: Desk): void {
  addVerb<IdentityOptions>(person, desk, {
    usage: 'bind <person>',
    summary: 'Bind what somebody signs in with, while they are unverified or ended',
    example: 'sallyport person bind noah --subject 00u1abcd',
    required,
    options,
    run: (context, operands, given) => change(context, operands, given, 'bindIdentity'),
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
