// sallyport person merge, split: records that are of one human being, and a record that is of two.

import { Problem } from '@sallyport/protocol'
import { splitPerson as shape, type PersonView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import { confirm } from './confirm.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findPerson } from './find.ts'
import { addVerb, type Desk } from './verb.ts'

interface MergeOptions extends GeneralOptions {
  readonly reason: string
  readonly yes?: true
}
interface SplitOptions extends MergeOptions {
  readonly name: string
  readonly kind?: string
  readonly subject?: readonly string[]
  readonly issuer?: string
}

const required = [['--reason <text>', 'why, for the record']] as const

export function addPersonMergeVerbs(person: Command, desk: Desk): void {
  addVerb<MergeOptions>(person, desk, {
    usage: 'merge <keep> <duplicate>',
    summary: 'Merge two records of one human being, at once: the duplicate ends for good, nobody gains by it',
    example: 'sallyport person merge "Mara Lindgren" 0190f2a4-6f0e-7c1b-9a53-3f6e0d1c2b4a --reason "entered twice"',
    required,
    options: [['--yes', 'do not ask']],
    run: merge,
  })
  addVerb<SplitOptions>(person, desk, {
    usage: 'split <person>',
    summary: 'Split somebody new from a record that is of two human beings, at once: both are unverified then',
    example: 'sallyport person split mara --name "Marah Lindgren" --subject 00u1abcd --reason "two people of one name"',
    required: [['--name <name>', 'display name of somebody new'], ...required],
    options: [
      ['--kind <kind>', 'of somebody new; without it, that of the record'],
      ['--subject <subjects...>', 'what the record signs in with and may be the other one, to be taken away'],
      ['--issuer <url>', 'the issuer of these, where it is not the one that people sign in at'],
      ['--yes', 'do not ask'],
    ],
    run: split,
  })
}

async function merge(
  context: Context,
  [wanted = '', wantedDuplicate = '']: readonly string[],
  { reason, yes }: MergeOptions,
): Promise<Exit> {
  const connection = await context.connect()
  const found = await findPerson(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the roster')
  const other = await findPerson(connection, wantedDuplicate)
  if (other.outcome === 'refused') return context.refused(other, 'read the roster')
  const [kept, duplicate] = [found.value, other.value]
  const question = `Merge ${told(duplicate)} into ${told(kept)}, and end the former for good?`
  if (!(await confirm(context, question, yes === true))) {
    context.print.note('Nothing was changed.')
    return 1
  }
  const answer = await call(connection, 'mergePeople', {
    params: { personId: kept.id },
    body: { duplicate: { id: duplicate.id, version: duplicate.version }, version: kept.version, reason },
  })
  if (answer.outcome === 'refused') return context.refused(answer, `merge ${duplicate.name} into ${kept.name}`)
  const { person, disagreements, identities, approvedTwice, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`${duplicate.id} was merged into ${person.name} (${person.id}).`, 'green')
    out.pairs([
      ['status', person.status],
      ['because they disagree in', disagreements.join(', ')],
      ...identities.map((one) => ['signs in no more', `${one.subject} at ${one.issuer}`] as const),
      ...approvedTwice.map((one) => ['approved under both', `${one.name} (${one.id})`] as const),
      ['entry', receipt.entryId],
    ])
    if (disagreements.length > 0) out.line('Two others verify them anew: sallyport person verify.')
  })
  return 0
}

async function split(context: Context, [wanted = '']: readonly string[], options: SplitOptions): Promise<Exit> {
  const { name, kind, subject = [], issuer, reason, yes } = options
  const connection = await context.connect()
  const found = await findPerson(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the roster')
  const old = found.value
  if (!(await confirm(context, `Split ${name} from ${told(old)}, and leave both unverified?`, yes === true))) {
    context.print.note('Nothing was changed.')
    return 1
  }
  const identities = subject.map((one) => ({ subject: one, ...(issuer === undefined ? {} : { issuer }) }))
  const body = shape.safeParse({ name, kind: kind ?? null, identities, version: old.version, reason })
  if (!body.success) {
    const faults = body.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
    throw new Problem('invalid-request', `cannot split person: ${faults.join('; ')}`, { details: { faults } })
  }
  const answer = await call(connection, 'splitPerson', { params: { personId: old.id }, body: body.data })
  if (answer.outcome === 'refused') return context.refused(answer, `split ${old.name}`)
  const { person, somebodyNew, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`${somebodyNew.name} is on the roster, split from ${person.name}.`, 'green')
    out.pairs([
      ['id', somebodyNew.id],
      ['status', somebodyNew.status],
      ['old record', `${person.name}, ${person.status}`],
      ...answer.value.identities.map((one) => ['signs in no more', `${one.subject} at ${one.issuer}`] as const),
      ['entry', receipt.entryId],
    ])
    out.line('Bind what each signs in with, and have two others verify each.')
  })
  return 0
}

function told({ name, id, status }: PersonView): string {
  return `${name} (${id}, ${status})`
}
