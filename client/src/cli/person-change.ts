// One change to one person: applied at once where it narrows or corrects, otherwise proposed to two others. Which of the two
// is told by the same rule as at the gate.

import { personChange, personChangeWords, Problem, widens, type PersonChange } from '@sallyport/protocol'
import type { PersonView } from '@sallyport/protocol/api'
import { call, type Connection } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findPerson } from './find.ts'

export interface ReasonOptions extends GeneralOptions {
  readonly reason: string
}

export const reasonOption = ['--reason <text>', 'why, for the record'] as const

/** Make a change of what was typed. Throws Problem `invalid-request` that names what is not right. */
export function readChange(value: unknown): PersonChange {
  const parsed = personChange.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'it'}: ${message}`)
  throw new Problem('invalid-request', `cannot read the change: ${faults.join('; ')}`, { details: { faults } })
}

/** Change the person that is meant. `change` may depend on who they are. */
export async function changePerson(
  context: Context,
  wanted: string,
  change: PersonChange,
  reason: string,
): Promise<Exit> {
  const connection = await context.connect()
  const found = await findPerson(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the roster')
  return widens(change, found.value.status)
    ? await propose(context, connection, found.value, { change, reason })
    : await apply(context, connection, found.value, { change, reason })
}

interface Asked {
  readonly change: PersonChange
  readonly reason: string
}

async function propose(context: Context, connection: Connection, person: PersonView, asked: Asked): Promise<Exit> {
  const { id, name, version } = person
  const answer = await call(connection, 'proposePersonChange', {
    params: { personId: id },
    body: { ...asked, version },
  })
  if (answer.outcome === 'refused') return context.refused(answer, `ask for a change to ${name}`)
  const { approvalId, needed, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(
      `Asked for ${name}: ${personChangeWords[asked.change.change]}. Nothing has changed yet; ${needed} others approve it.`,
      'green',
    )
    out.pairs([
      ['approval', approvalId],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}

async function apply(context: Context, connection: Connection, person: PersonView, asked: Asked): Promise<Exit> {
  const { id, name, version } = person
  const answer = await call(connection, 'changePerson', { params: { personId: id }, body: { ...asked, version } })
  if (answer.outcome === 'refused') return context.refused(answer, `change ${name}`)
  const { receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Done for ${answer.value.person.name}: ${personChangeWords[asked.change.change]}.`, 'green')
    out.pairs([
      ['version', String(answer.value.person.version)],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}
