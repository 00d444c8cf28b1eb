// sallyport policy ...

import { resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { policySets, proposePolicySet } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import type * as z from 'zod'
import { call, type Connection } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { reasonOption } from './person-change.ts'
import { tellEffect } from './policy-effect.ts'
import { readPolicyFiles } from './policy-files.ts'
import type { Out } from './printer.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

type Differences = z.infer<typeof policySets>['differences']

export function addPolicyVerbs(program: Command, desk: Desk): void {
  const policy = addNoun(program, 'policy', 'The policies that decide')
  addVerb(policy, desk, {
    usage: 'show [digest]',
    summary:
      'Show which policy set is in force, and what the one of this version would change; or the text of one that is kept',
    example: 'sallyport policy show\nsallyport policy show 9f2c... > mine.cedar',
    run: show,
  })
  addVerb<PageOptions & GeneralOptions>(policy, desk, {
    usage: 'history',
    summary: 'Show every policy set that came in force: when, who asked, who approved, why',
    example: 'sallyport policy history',
    options: [afterOption],
    run: history,
  })
  addVerb(policy, desk, {
    usage: 'check <path>',
    summary:
      'Try edited policies, a file or a folder with *.cedar and *.examples.json: findings, examples, both proofs, what differs',
    example: 'sallyport policy check policies/',
    run: check,
  })
  addVerb(policy, desk, {
    usage: 'effect <path-or-digest>',
    summary: 'Show who would gain or lose what if these policies were in force: everybody, every file and vault',
    example: 'sallyport policy effect policies/\nsallyport policy effect 9f2c...',
    run: effect,
  })
  addVerb<GeneralOptions & { reason: string }>(policy, desk, {
    usage: 'propose [path]',
    summary: 'Ask two others to put edited policies in force, or those of this version where no path is given',
    example:
      'sallyport policy propose policies/ --reason "need to know by vault"\nsallyport policy propose --reason "upgrade to 0.2"',
    required: [reasonOption],
    run: propose,
  })
  addVerb<GeneralOptions & { reason: string }>(policy, desk, {
    usage: 'roll-back <digest>',
    summary: 'Ask two others to put an earlier policy set in force again',
    example: 'sallyport policy roll-back 9f2c... --reason "engineers could not share"',
    required: [reasonOption],
    run: rollBack,
  })
}

async function show(context: Context, [wanted]: readonly string[]): Promise<Exit> {
  if (wanted !== undefined) return await showText(context, wanted)
  const answer = await call(await context.connect(), 'policySets', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read which policies are in force')
  const { inForce, shipped, differences } = answer.value
  context.print.result(answer.value, (out) => {
    out.pairs([
      ['in force', inForce ?? 'none: nothing is permitted'],
      ['this version', shipped],
    ])
    if (inForce === shipped) return out.line('They are the same.', 'green')
    tellDifferences(out, differences)
    if (differences.schema) out.line('What the policies may speak of differs too.', 'bold')
    out.line('Ask two others to put it in force: sallyport policy propose --reason ...', 'dim')
  })
  return 0
}

function tell(out: Out, title: string, text: string): void {
  out.line(title, 'bold')
  out.block(text)
}

async function showText(context: Context, wanted: string): Promise<Exit> {
  const connection = await context.connect()
  const digest = await wholeDigest(connection, wanted)
  const answer = await call(connection, 'policySetText', { params: { digest } })
  if (answer.outcome === 'refused') return context.refused(answer, `read policy set ${digest.slice(0, 12)}`)
  context.print.result(answer.value, (out) => out.block(answer.value.policyText.trimEnd()))
  return 0
}

async function history(context: Context, _: readonly string[], page: PageOptions): Promise<Exit> {
  const answer = await call(await context.connect(), 'policySetVersions', { query: placeIn(page) })
  if (answer.outcome === 'refused') return context.refused(answer, 'read which policy sets there were')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.versions.map((one) => [
      one.digest.slice(0, 12),
      one.inForce ? 'in force' : '',
      one.at,
      one.askedBy?.name ?? '',
      one.approvedBy.map(({ name }) => name).join(', '),
      one.reason,
    ])
    out.table(['set', '', 'from', 'asked', 'approved', 'why'], rows)
  })
  tellNext(context, answer.value)
  return 0
}

async function check(context: Context, [path = '']: readonly string[]): Promise<Exit> {
  const { policyText, examples, placeOf } = await readPolicyFiles(resolve(context.environment.workingFolder, path))
  const answer = await call(await context.connect(), 'checkPolicySet', {
    body: { policyText, examples: [...examples] },
  })
  if (answer.outcome === 'refused') return context.refused(answer, 'try policies')
  const { digest, findings, methods, differences } = answer.value
  const failed = answer.value.examples.filter((one) => !one.holds)
  context.print.result(answer.value, (out) => {
    for (const { line, column, policy, message, code } of findings) {
      const place = line === null ? path : `${placeOf(line)}:${column ?? 1}`
      out.line(`${place} ${policy ?? ''} ${message} (${code})`.replaceAll('  ', ' '), 'red')
    }
    if (digest === null) return out.line('This is no policy set that could be asked for.', 'red')
    for (const { title, whose, state } of failed) {
      out.line(
        `${whose === 'ours' ? 'an example of this version' : 'your example'} ${JSON.stringify(title)}: answered ${state}`,
        whose === 'ours' ? 'yellow' : 'red',
      )
    }
    out.line(`${answer.value.examples.length - failed.length} of ${answer.value.examples.length} examples hold.`)
    for (const { method, proved, state } of methods) {
      out.line(`${methodNames[method] ?? method}: ${proved ? 'proved' : state}`, proved ? 'green' : 'red')
    }
    tellDifferences(out, differences)
    out.pairs([['set', digest]])
  })
  const isGood = digest !== null && methods.every((one) => one.proved) && failed.every((one) => one.whose === 'ours')
  return isGood ? 0 : 1
}

const methodNames: Readonly<Record<string, string>> = { exhaustive: 'exhaustive evaluation', smt: 'SMT (Z3)' }

function tellDifferences(out: Out, { added, removed, changed }: Differences): void {
  for (const [what, texts] of Object.entries({ added, removed, changed })) {
    for (const [id, text] of Object.entries(texts)) tell(out, `${what} ${id}`, text)
  }
}

async function effect(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  return await effectOfPolicies(context, wanted)
}

/** Tell who would gain or lose what if the policies of a folder, a file, or a kept set by the beginning of its digest were in force. */
export async function effectOfPolicies(context: Context, wanted: string): Promise<Exit> {
  const connection = await context.connect()
  const body = isDigest(wanted)
    ? { digest: await wholeDigest(connection, wanted) }
    : { policyText: (await readPolicyFiles(resolve(context.environment.workingFolder, wanted))).policyText }
  const answer = await call(connection, 'policyEffect', { body })
  if (answer.outcome === 'refused') return context.refused(answer, 'tell what would change')
  context.print.result(answer.value, (out) => tellEffect(out, answer.value))
  return 0
}

async function propose(
  context: Context,
  [path]: readonly string[],
  { reason }: { readonly reason: string },
): Promise<Exit> {
  const connection = await context.connect()
  if (path !== undefined) {
    const { policyText, examples } = await readPolicyFiles(resolve(context.environment.workingFolder, path))
    return await ask(context, connection, { policyText, examples: [...examples], reason })
  }
  const shown = await call(connection, 'policySets', {})
  if (shown.outcome === 'refused') return context.refused(shown, 'read which policies are in force')
  return await ask(context, connection, { digest: shown.value.shipped, reason })
}

async function rollBack(
  context: Context,
  [wanted = '']: readonly string[],
  { reason }: { readonly reason: string },
): Promise<Exit> {
  const connection = await context.connect()
  return await ask(context, connection, { digest: await wholeDigest(connection, wanted), reason })
}

async function ask(context: Context, connection: Connection, body: z.input<typeof proposePolicySet>): Promise<Exit> {
  const answer = await call(connection, 'proposePolicySet', { body })
  if (answer.outcome === 'refused') return context.refused(answer, 'ask for another policy set')
  const { approvalId, needed, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Asked for another policy set. Nothing has changed yet; ${needed} others approve it.`, 'green')
    out.pairs([
      ['approval', approvalId],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}

function isDigest(text: string): boolean {
  return /^[0-9a-f]{8,64}$/.test(text)
}

/** The digest that begins so, of a set that is in force, ships or came in force before; a whole one is taken as it is. */
async function wholeDigest(connection: Connection, wanted: string): Promise<string> {
  if (wanted.length === 64 && isDigest(wanted)) return wanted
  const [sets, versions] = [await call(connection, 'policySets', {}), await call(connection, 'policySetVersions', {})]
  const known = [
    ...(sets.outcome === 'refused' ? [] : [sets.value.inForce ?? '', sets.value.shipped]),
    ...(versions.outcome === 'refused' ? [] : versions.value.versions.map((one) => one.digest)),
  ]
  const found = [...new Set(known.filter((one) => isDigest(wanted) && one.startsWith(wanted)))]
  const [digest] = found
  if (digest !== undefined && found.length === 1) return digest
  throw new Problem(
    'invalid-request',
    `cannot find policy set ${wanted}: ${found.length} digests begin so, want one (policy history)`,
  )
}
