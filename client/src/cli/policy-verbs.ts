// sallyport policy ...

import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { reasonOption } from './person-change.ts'
import type { Out } from './printer.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

export function addPolicyVerbs(program: Command, desk: Desk): void {
  const policy = addNoun(program, 'policy', 'The policies that decide')
  addVerb(policy, desk, {
    usage: 'show',
    summary: 'Show which policy set is in force, and what the one of this version would change',
    example: 'sallyport policy show',
    run: show,
  })
  addVerb<GeneralOptions & { reason: string }>(policy, desk, {
    usage: 'propose',
    summary: 'Ask two others to put the policy set of this version in force',
    example: 'sallyport policy propose --reason "upgrade to 0.2"',
    required: [reasonOption],
    run: propose,
  })
}

async function show(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'policySets', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read which policies are in force')
  const { inForce, shipped, differences } = answer.value
  context.print.result(answer.value, (out) => {
    out.pairs([
      ['in force', inForce ?? 'none: nothing is permitted'],
      ['this version', shipped],
    ])
    if (inForce === shipped) return out.line('They are the same.', 'green')
    const { added, removed, changed } = differences
    for (const [what, texts] of Object.entries({ added, removed, changed })) {
      for (const [id, text] of Object.entries(texts)) tell(out, `${what} ${id}`, text)
    }
    if (differences.schema) out.line('What the policies may speak of differs too.', 'bold')
    out.line('Ask two others to put it in force: sallyport policy propose --reason ...', 'dim')
  })
  return 0
}

function tell(out: Out, title: string, text: string): void {
  out.line(title, 'bold')
  out.block(text)
}

async function propose(context: Context, _: readonly string[], { reason }: { readonly reason: string }): Promise<Exit> {
  const connection = await context.connect()
  const shown = await call(connection, 'policySets', {})
  if (shown.outcome === 'refused') return context.refused(shown, 'read which policies are in force')
  const { shipped: digest } = shown.value
  const answer = await call(connection, 'proposePolicySet', { body: { digest, reason } })
  if (answer.outcome === 'refused') return context.refused(answer, 'ask for another policy set')
  const { approvalId, needed, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(
      `Asked for the policy set ${digest.slice(0, 12)}. Nothing has changed yet; ${needed} others approve it.`,
      'green',
    )
    out.pairs([
      ['approval', approvalId],
      ['entry', receipt.entryId],
    ])
  })
  return 0
}
