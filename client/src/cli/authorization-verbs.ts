// sallyport authorization ...

import {
  amendmentRoutes,
  authorizationTerms,
  Problem,
  type AmendmentRoute,
  type AuthorizationTerms,
  type Proviso,
} from '@sallyport/protocol'
import type { AuthorizationView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { tellEffect } from './access.ts'
import { addAuthorizationHistoryVerb } from './authorization-history.ts'
import { addAuthorizationTableVerbs } from './authorization-table-verbs.ts'
import { acknowledgeEffect, acknowledgeOptions, type AcknowledgeOptions } from './acknowledge-effect.ts'
import { keepReceipt } from './keep-receipt.ts'
import { confirm } from './confirm.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findAuthorization } from './find.ts'
import { readShapedFile } from './json-file.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { addDrawVerbs, balanceText } from './draw-verbs.ts'
import { addDutyVerbs } from './duty-verbs.ts'
import { addReleaseVerbs } from './release-verbs.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

interface AmendOptions extends GeneralOptions {
  readonly reason: string
  readonly listed?: string
  readonly major?: string
  readonly minor?: string | true
  readonly reissued?: string
}
type Changed = { readonly authorization: AuthorizationView; readonly receipt: { readonly entryId: string } }

export function addAuthorizationVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(program, 'authorization', 'Licenses, agreements and exemptions')
  addVerb<GeneralOptions & PageOptions>(noun, desk, {
    usage: 'list',
    summary: 'List the register of authorizations',
    example: 'sallyport authorization list',
    options: [afterOption],
    run: list,
  })
  addVerb(noun, desk, {
    usage: 'show <authorization>',
    summary: 'Show one authorization with its terms and provisos, by id or number',
    example: 'sallyport authorization show TA-1234-26',
    run: show,
  })
  addAuthorizationHistoryVerb(noun, desk)
  addVerb(noun, desk, {
    usage: 'exemptions [section]',
    summary: 'List the exemptions, or what one of them asks for, with its source and how sure that is',
    example: "sallyport authorization exemptions '125.4(b)(9)'",
    run: exemptions,
  })
  addVerb(noun, desk, {
    usage: 'register <file>',
    summary: 'Register an authorization from a JSON file of its terms; two other officers make it effective',
    example: 'sallyport authorization register ta-1234-26.json',
    run: register,
  })
  addVerb<GeneralOptions & { amends?: string }>(noun, desk, {
    usage: 'effect <file>',
    summary: 'Show who would gain or lose what under these terms, before anybody registers or confirms them',
    example:
      'sallyport authorization effect ta-1234-26.json\nsallyport authorization effect ta-1234-26.json --amends TA-1234-26',
    options: [['--amends <authorization>', 'in place of the terms of this one, and not beside them']],
    run: effect,
  })
  addVerb<AcknowledgeOptions>(noun, desk, {
    usage: 'approve <authorization>',
    summary: 'Approve an authorization that somebody else registered, once it is shown who would gain what',
    example: 'sallyport authorization approve TA-1234-26',
    options: [...acknowledgeOptions],
    run: approve,
  })
  addVerb<AmendOptions>(noun, desk, {
    usage: 'amend <authorization> <file>',
    summary: 'Give an authorization other terms: at once where they only take away, otherwise once two others approve',
    example: 'sallyport authorization amend TA-1234-26 ta-1234-26.json --major "DDTC 050612345" --reason "amendment 2"',
    required: [['--reason <text>', 'why, for the record']],
    options: [
      ['--listed <reference>', 'a license: what the closed list of 22 CFR 123.25 lets an amendment change'],
      ['--major <reference>', 'an agreement: an amendment that was approved, by its number'],
      ['--minor [reference]', 'an agreement: an amendment that is deposited, and changes nothing that it covers'],
      ['--reissued <reference>', 'an exemption, correspondence, or one of the EAR: as it was given anew'],
    ],
    run: amend,
  })
  addVerb<GeneralOptions & { reason: string; yes?: true }>(noun, desk, {
    usage: 'end <authorization>',
    summary: 'End an authorization at once',
    example: 'sallyport authorization end TA-1234-26 --reason "the program was closed"',
    required: [['--reason <text>', 'why, for the record']],
    options: [['--yes', 'do not ask']],
    run: end,
  })
  addDrawVerbs(noun, desk)
  addDutyVerbs(noun, desk)
  addReleaseVerbs(noun, desk)
  addAuthorizationTableVerbs(noun, desk)
}

async function list(context: Context, _: readonly string[], page: PageOptions): Promise<Exit> {
  const answer = await call(await context.connect(), 'authorizations', { query: placeIn(page) })
  if (answer.outcome === 'refused') return context.refused(answer, 'read the register of authorizations')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.authorizations.map(({ id, state, terms, approvals }) => [
      terms.number,
      terms.kind,
      terms.title,
      state === 'registered' ? `registered (${approvals.have} of ${approvals.need} approvals)` : state,
      terms.countries.join(' '),
      terms.validUntil.slice(0, 10),
      id,
    ])
    out.table(['number', 'kind', 'title', 'state', 'countries', 'until', 'id'], rows)
  })
  tellNext(context, answer.value)
  return 0
}

async function show(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const found = await findAuthorization(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of authorizations')
  const { id, version, state, terms, approvals, endedAt, replacedBy } = found.value
  const drawn = await call(connection, 'authorizationDraws', { params: { authorizationId: id } })
  if (drawn.outcome === 'refused') return context.refused(drawn, 'read what was drawn')
  const { balances, exhaustedAt, retained } = drawn.value
  context.print.result(found.value, (out) => {
    out.pairs([
      ['authorization', `${terms.number}, ${terms.title}`],
      ['id', id],
      [
        'state',
        `${state}, version ${version}${approvals.need === 0 ? '' : `, ${approvals.have} of ${approvals.need} approvals`}`,
      ],
      ['kind', `${terms.kind}, ${terms.citation}`],
      ['valid', `${terms.validFrom} to ${terms.validUntil}`],
      ['ended', endedAt ?? ''],
      ['used up', exhaustedAt ?? ''],
      [
        'kept until',
        `${retained.until ?? `${retained.rule.figure} years from each transaction`} at least (${retained.rule.citation})`,
      ],
      ['countries', terms.countries.join(', ')],
      ['items', terms.items.join(', ')],
      ['programs', terms.programs.join(', ')],
      ['purposes', terms.purposes.join(', ')],
      ['parties', terms.parties.map(({ name, country, side }) => `${name} (${country}, ${side})`).join('; ')],
      ['registrant', terms.registrant ?? ''],
      ['end use', terms.endUse ?? ''],
      ['scope', terms.scope ?? ''],
      ['DSP-83', terms.certificate ?? ''],
      ['replaces', terms.replaces ?? ''],
      ['replaced by', replacedBy.join(', ')],
      ...(terms.documents ?? []).map(({ file, title }) => ['document', `${title} (file ${file})`] as const),
      ['named persons', terms.persons.join(', ')],
      ...balances.map((one) => [`line ${one.line}`, balanceText(one)] as const),
      ...terms.provisos.map((one) => [`proviso ${one.id}`, `${one.text} (${whatComesOf(one)})`] as const),
      ...terms.determinations.map((one) => [`determination ${one.country}`, `${one.text} (${one.at})`] as const),
      ...exemptionPairs(terms),
      ...(terms.employees ?? []).map(
        (one) => [`employee ${one.person}`, `${one.outcome} under ${one.option}: ${one.text} (${one.at})`] as const,
      ),
    ])
  })
  return 0
}

function exemptionPairs({ exemption }: AuthorizationTerms): readonly (readonly [string, string])[] {
  if (exemption === undefined) return []
  const { section, evidence, certification, territory } = exemption
  return [
    ['exemption', `22 CFR ${section}`],
    ['certification', `signed by ${certification.signer} on ${certification.on}`],
    ...(territory === undefined ? [] : [['territory', territory.join(', ')] as const]),
    ...Object.entries(evidence).map(([id, text]) => [`evidence ${id}`, text] as const),
  ]
}

async function exemptions(context: Context, [wanted]: readonly string[]): Promise<Exit> {
  const answer = await call(await context.connect(), 'exemptions', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read the exemptions')
  const { day, preconditions, sections } = answer.value
  const found = wanted === undefined ? null : sections.find((one) => one.section === wanted)
  if (found === undefined) {
    const known = sections.map((one) => one.section).join(', ')
    throw new Problem('not-found', `cannot show exemption: none is ${wanted}, want one of ${known}`)
  }
  context.print.result(found === null ? answer.value : { ...found, day, preconditions }, (out) => {
    if (found === null) {
      out.table(
        ['section', 'title', 'sure'],
        sections.map((one) => [one.section, one.title, one.sureness]),
      )
      return
    }
    const { citation, title, source, sureness, note, conditions } = found
    out.pairs([
      ['exemption', `${citation}, ${title}`],
      ['on', day],
      ['source', source],
      ['sure', sureness],
      ['note', note ?? ''],
      ...[...preconditions, ...conditions].map(({ id, text, check }) => [`${check} ${id}`, text] as const),
    ])
  })
  return 0
}

/** What a proviso comes to here, in words. */
function whatComesOf(proviso: Proviso): string {
  if (proviso.kind === 'obligation') return proviso.obligation
  if (proviso.kind === 'manual') return `seen to by hand by ${proviso.owner}`
  if (proviso.kind === 'duty')
    return `duty of ${proviso.owner}${proviso.due === undefined ? '' : `, due ${proviso.due}`}`
  const only = (what: string, names: readonly string[] | undefined) =>
    names === undefined ? [] : [`${what} ${names.join(', ')} only`]
  return [
    ...only('persons', proviso.persons),
    ...only('employees of', proviso.parties),
    ...only('released in', proviso.places),
    ...only('to', proviso.actions),
    ...only('items', proviso.items),
    ...only('programs', proviso.programs),
    ...(proviso.until === undefined ? [] : [`until ${proviso.until}`]),
    ...(proviso.nda === undefined ? [] : ['with an NDA']),
    ...(proviso.briefedWithinDays === undefined ? [] : [`briefed within ${proviso.briefedWithinDays} days`]),
    ...(proviso.acknowledged === undefined ? [] : ['once acknowledged']),
  ].join('; ')
}

async function register(context: Context, [path = '']: readonly string[]): Promise<Exit> {
  const terms = await readTerms(context, path)
  const answer = await call(await context.connect(), 'registerAuthorization', { body: terms })
  if (answer.outcome === 'refused') return context.refused(answer, `register ${terms.number}`)
  for (const { field, text } of answer.value.warnings) context.print.note(`Warning: ${field} ${text}.`)
  return changed(context, answer.value)
}

async function effect(
  context: Context,
  [path = '']: readonly string[],
  { amends }: { amends?: string },
): Promise<Exit> {
  const terms = await readTerms(context, path)
  const connection = await context.connect()
  if (amends === undefined) return await tellEffect(context, connection, { kind: 'authorization-terms', terms })
  const found = await findAuthorization(connection, amends)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of authorizations')
  const authorizationId = found.value.id
  return await tellEffect(context, connection, { kind: 'authorization-terms', authorizationId, terms })
}

async function approve(context: Context, [wanted = '']: readonly string[], options: AcknowledgeOptions): Promise<Exit> {
  const connection = await context.connect()
  const found = await findAuthorization(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of authorizations')
  const { id, terms, approvalId, state } = found.value
  if (approvalId === null) {
    throw new Problem('conflict', `cannot approve ${terms.number}: it is ${state}, want one that waits`)
  }
  const question = `Approve ${terms.number}, ${terms.title}?`
  const asked = await acknowledgeEffect(context, connection, { approvalId, question, options })
  if (asked === 'no') {
    context.print.note('Nothing was changed.')
    return 1
  }
  if ('outcome' in asked) return context.refused(asked, 'read who would gain or lose what')
  const answer = await call(connection, 'approveAuthorization', { params: { authorizationId: id }, body: asked })
  if (answer.outcome === 'refused') return context.refused(answer, `approve ${terms.number}`)
  return changed(context, answer.value)
}

async function amend(
  context: Context,
  [wanted = '', path = '']: readonly string[],
  options: AmendOptions,
): Promise<Exit> {
  const terms = await readTerms(context, path)
  const connection = await context.connect()
  const found = await findAuthorization(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of authorizations')
  const { id, version } = found.value
  const amendment = amendmentOf(options)
  const answer = await call(connection, 'amendAuthorization', {
    params: { authorizationId: id },
    body: { version, terms, reason: options.reason, ...(amendment === null ? {} : { amendment }) },
  })
  if (answer.outcome === 'refused') return context.refused(answer, `amend ${terms.number}`)
  const { approvalId, receipt, authorization } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    if (approvalId === null) out.line(`${terms.number} holds in version ${authorization.version} from now on.`, 'green')
    else out.line(`Asked for: two other officers approve it with: sallyport approval approve ${approvalId}`)
    out.pairs([
      ['authorization', id],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}

function amendmentOf(options: AmendOptions): { route: AmendmentRoute; reference?: string } | null {
  const given = amendmentRoutes.flatMap((route) => {
    const reference = options[route === '123.25' ? 'listed' : route]
    return reference === undefined ? [] : [{ route, ...(reference === true ? {} : { reference }) }]
  })
  if (given.length > 1) throw new Problem('invalid-request', 'cannot amend: there are several ways, want one')
  return given[0] ?? null
}

async function end(
  context: Context,
  [wanted = '']: readonly string[],
  options: { reason: string; yes?: true },
): Promise<Exit> {
  const connection = await context.connect()
  const found = await findAuthorization(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of authorizations')
  const { id, terms } = found.value
  if (!(await confirm(context, `End ${terms.number}, ${terms.title}, now?`, options.yes === true))) {
    context.print.note('Nothing was changed.')
    return 1
  }
  const answer = await call(connection, 'endAuthorization', {
    params: { authorizationId: id },
    body: { reason: options.reason },
  })
  if (answer.outcome === 'refused') return context.refused(answer, `end ${terms.number}`)
  return changed(context, answer.value)
}

async function changed(context: Context, value: Changed): Promise<Exit> {
  const { print } = context
  await keepReceipt(context, value.receipt)
  const { id, state, terms, approvals } = value.authorization
  print.result(value, (out) => {
    const missing = approvals.need - approvals.have
    const next =
      state === 'registered' ? `; it takes effect after ${missing} more approval${missing === 1 ? '' : 's'}` : ''
    out.line(`${terms.number} is ${state}${next}.`, 'green')
    out.pairs([
      ['id', id],
      ['entry', value.receipt.entryId],
    ])
  })
  return 0
}

function readTerms(context: Context, path: string): Promise<AuthorizationTerms> {
  return readShapedFile(context, path, { shape: authorizationTerms, want: 'the terms of an authorization' })
}
