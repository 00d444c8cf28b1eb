// sallyport person add, ties, history.

import { addPerson as shape } from '@sallyport/protocol/api'
import { Problem } from '@sallyport/protocol'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findPerson } from './find.ts'
import { addVerb, type Desk } from './verb.ts'

interface AddOptions extends GeneralOptions {
  readonly name: string
  readonly kind: string
  readonly externalId?: string
  readonly mail?: string
  readonly employer?: string
  readonly regularEmployee?: string
  readonly foreignEmployer?: true
  readonly nda?: string
  readonly briefed?: string
}

export function addPersonRecordVerbs(person: Command, desk: Desk): void {
  addVerb<AddOptions>(person, desk, {
    usage: 'add',
    summary: 'Add a person, unverified: they may do nothing until others verified them',
    example: 'sallyport person add --name "Mara Lindgren" --kind contractor --employer calder-aero',
    required: [
      ['--name <name>', 'display name'],
      ['--kind <kind>', 'employee, contractor, visitor, vendor-staff or service-owner'],
    ],
    options: [
      ['--external-id <id>', "the organization's own number for the person"],
      ['--mail <address>', 'where notices go'],
      ['--employer <party>', "party whose employee the person is; without it, one of the enclave's own"],
      ['--regular-employee <basis>', 'direct-permanent or long-term-contract (22 CFR 120.64)'],
      ['--foreign-employer', 'acts for a foreign employer'],
      ['--nda <day>', 'day of the signed NDA'],
      ['--briefed <day>', 'day of the last briefing'],
    ],
    run: add,
  })
  addVerb<GeneralOptions & { purpose: string }>(person, desk, {
    usage: 'ties <person>',
    summary: "Look at a foreign person's countries; who looked and for what is on record",
    example: 'sallyport person ties marc --purpose "license application for Falcon"',
    required: [['--purpose <text>', 'what the look is for, for the record']],
    run: ties,
  })
  addVerb(person, desk, {
    usage: 'history <person>',
    summary: 'Show every version of a person, who looked at their countries, and how each ending took effect',
    example: 'sallyport person history sofia',
    run: history,
  })
}

async function add(context: Context, _: readonly string[], options: AddOptions): Promise<Exit> {
  const body = shape.safeParse({
    name: options.name,
    kind: options.kind,
    externalId: options.externalId ?? null,
    mail: options.mail ?? null,
    employer: options.employer ?? null,
    regularEmployee: options.regularEmployee ?? null,
    actsForForeignEmployer: options.foreignEmployer === true,
    ndaSignedOn: options.nda ?? null,
    briefedOn: options.briefed ?? null,
  })
  if (!body.success) {
    const faults = body.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
    throw new Problem('invalid-request', `cannot add person: ${faults.join('; ')}`, { details: { faults } })
  }
  const answer = await call(await context.connect(), 'addPerson', { body: body.data })
  if (answer.outcome === 'refused') return context.refused(answer, `add ${options.name}`)
  const { person, similar, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`${person.name} is on the roster, unverified.`, 'green')
    out.pairs([
      ['id', person.id],
      ['entry', receipt.entryId],
    ])
  })
  for (const one of similar) {
    const how = one.match === 'same' ? 'has the same name' : 'has a name that looks the same'
    context.print.note(`Somebody else ${how}: ${one.name} (${one.personId}).`, 'yellow')
  }
  return 0
}

async function ties(context: Context, [wanted = '']: readonly string[], options: { purpose: string }): Promise<Exit> {
  const connection = await context.connect()
  const found = await findPerson(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the roster')
  const { id, name } = found.value
  const answer = await call(connection, 'lookAtTies', { params: { personId: id }, body: { purpose: options.purpose } })
  if (answer.outcome === 'refused') return context.refused(answer, `look at the countries of ${name}`)
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => {
    const { ties, proposed, receipt } = answer.value
    out.pairs([
      ['person', `${name} (${id})`],
      ['citizenships', ties?.citizenships.join(', ') ?? 'not recorded'],
      ['former citizenships', ties?.formerCitizenships.join(', ') ?? ''],
      ['permanent residencies', ties?.permanentResidencies.join(', ') ?? ''],
      ...proposed.map(({ approvalId, change }) => [`proposed in ${approvalId}`, JSON.stringify(change)] as const),
      ['entry', receipt.entryId],
    ])
  })
  return 0
}

async function history(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const found = await findPerson(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the roster')
  const { id, name } = found.value
  const answer = await call(connection, 'personHistory', { params: { personId: id } })
  if (answer.outcome === 'refused') return context.refused(answer, `read the history of ${name}`)
  context.print.result(answer.value, (out) => {
    const rows = answer.value.versions.map(({ person, verification, from, change, by, approvedBy, reason }) => [
      String(person.version),
      from,
      change,
      person.status,
      person.roles.join(', '),
      by?.name ?? 'founding',
      approvedBy.map((one) => one.name).join(', '),
      reason ?? '',
      verification?.ground ?? '',
      verification?.evidenceRef ?? '',
    ])
    out.table(['version', 'from', 'change', 'status', 'roles', 'by', 'approved by', 'why', 'ground', 'evidence'], rows)
    const { goesOnIn, mergedFrom, splitFrom, splitInto } = answer.value
    const others = [
      ...(goesOnIn === null ? [] : [['goes on in', goesOnIn.name, goesOnIn.id, '']]),
      ...mergedFrom.map((one) => ['merged from', one.name, one.id, one.at]),
      ...(splitFrom === null ? [] : [['split from', splitFrom.name, splitFrom.id, splitFrom.at]]),
      ...splitInto.map((one) => ['split into', one.name, one.id, one.at]),
    ]
    if (others.length > 0) out.table(['records that belong here', 'person', 'id', 'since'], others)
    const looks = answer.value.looks.map(({ at, by, purpose }) => [at, by?.name ?? '', purpose ?? ''])
    if (looks.length > 0) out.table(['countries seen', 'by', 'for'], looks)
    const endings = answer.value.endings.map(({ at, by, lastPermit, firstRefusal, permitAfter, untilRefusedMs }) => [
      at,
      by?.name ?? '',
      lastPermit === null ? 'none' : `${lastPermit.action} ${lastPermit.at}`,
      firstRefusal === null ? 'nothing asked since' : `${firstRefusal.action} ${firstRefusal.at}`,
      untilRefusedMs === null ? '' : `${untilRefusedMs} ms`,
      permitAfter === null ? 'none' : `${permitAfter.entryId} ${permitAfter.at}`,
    ])
    if (endings.length === 0) return
    out.table(['ended', 'by', 'last permit before', 'first refusal after', 'took', 'permits after'], endings)
  })
  return 0
}
