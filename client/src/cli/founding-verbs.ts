// sallyport founding ...

import { Problem } from '@sallyport/protocol'
import type { FounderView, FoundingView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import type { Out } from './printer.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

interface AttestOptions extends GeneralOptions {
  readonly statement: string
}

export function addFoundingVerbs(program: Command, desk: Desk): void {
  const founding = addNoun(program, 'founding', 'Found a real enclave together, once')
  addVerb(founding, desk, {
    usage: 'enroll <code>',
    summary: 'Bind the identity that you are signed in with to the founder whose code you hold',
    example: 'sallyport founding enroll 7K3QX-1M9ZB-0ADHT-W5NPC-R2VEG-8',
    run: enroll,
  })
  addVerb<AttestOptions>(founding, desk, {
    usage: 'attest <founder>',
    summary: 'Attest another founder: that it is them who enrolled, and their status',
    example: 'sallyport founding attest "Henry Walsh" --statement "met in person, passport card seen on 2 June"',
    required: [['--statement <text>', 'what you attest, in your own words; it stays on record']],
    run: attest,
  })
  addVerb(founding, desk, {
    usage: 'status',
    summary: 'Show who has enrolled, who attested whom, and what is missing',
    example: 'sallyport founding status',
    run: status,
  })
  addVerb(founding, desk, {
    usage: 'close',
    summary: 'Close the founding: from here on everything takes a permit',
    example: 'sallyport founding close',
    run: close,
  })
}

async function enroll(context: Context, [code = '']: readonly string[]): Promise<Exit> {
  const answer = await call(await context.connect(), 'enrollFounder', { body: { code } })
  if (answer.outcome === 'refused') return context.refused(answer, 'enroll')
  const { founding, receipt } = answer.value
  await keepReceipt(context, receipt)
  const own = ownOf(founding)
  context.print.result(answer.value, (out) => {
    out.line(`You are enrolled as ${own?.name ?? 'a founder'} of ${founding.enclave}.`, 'green')
    showMissing(out, founding)
  })
  return 0
}

async function attest(context: Context, [wanted = '']: readonly string[], options: AttestOptions): Promise<Exit> {
  const connection = await context.connect()
  const seen = await call(connection, 'founding', {})
  if (seen.outcome === 'refused') return context.refused(seen, 'see the founding')
  const founder = founderOf(seen.value, wanted)
  const answer = await call(connection, 'attestFounder', {
    body: { founderId: founder.id, statement: options.statement },
  })
  if (answer.outcome === 'refused') return context.refused(answer, `attest ${founder.name}`)
  const { founding, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    const identity = founder.identity === null ? '' : ` (${founder.identity.subject} at ${founder.identity.issuer})`
    out.line(`You attested ${founder.name}${identity}: ${founder.basis}, ${founder.evidence}.`, 'green')
    showMissing(out, founding)
  })
  return 0
}

async function status(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'founding', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'see the founding')
  const founding = answer.value
  context.print.result(founding, (out) => {
    if (founding.you === null) {
      out.line(`${founding.enclave} is being founded.`)
      out.line('You are none of its founders yet: sallyport founding enroll <code>', 'yellow')
      return
    }
    out.table(
      ['founder', 'role', 'status', 'enrolled as', 'attested by'],
      founding.founders.map((one) => [
        one.id === founding.you ? `${one.name} (you)` : one.name,
        one.official ? `${one.role}, empowered official` : one.role,
        one.basis,
        one.identity?.subject ?? `not yet, code until ${one.codeUntil ?? ''}`,
        one.attestedBy.join(', ') || 'nobody yet',
      ]),
    )
    showMissing(out, founding)
  })
  return 0
}

async function close(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'closeFounding', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'close the founding')
  const { enclave, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`${enclave} is founded. From here on everything takes a permit.`, 'green')
    out.line('It is not ready for controlled data until a restore from a backup was tried and passed.', 'yellow')
  })
  return 0
}

function showMissing(out: Out, { missing, attention }: FoundingView): void {
  for (const text of missing) out.line(`missing: ${text}`)
  for (const text of attention) out.line(`attention: ${text}`, 'yellow')
  if (missing.length === 0) out.line('Nothing is missing: an officer can close it (sallyport founding close).', 'green')
}

function ownOf({ you, founders }: FoundingView): FounderView | null {
  return founders.find(({ id }) => id === you) ?? null
}

function founderOf({ founders, you }: FoundingView, wanted: string): FounderView {
  if (you === null)
    throw new Problem('invalid-request', 'cannot attest: you are no founder, want `sallyport founding enroll <code>`')
  const lower = wanted.trim().toLowerCase()
  const whole = founders.filter(({ id, name }) => id === lower || name.toLowerCase() === lower)
  const found = whole.length > 0 ? whole : founders.filter(({ name }) => name.toLowerCase().includes(lower))
  const [one, second] = found
  if (one !== undefined && second === undefined && lower !== '') return one
  const names = founders.map(({ name }) => name).join(', ')
  throw new Problem('invalid-request', `cannot tell which founder is meant by ${wanted}, want one of ${names}`)
}
