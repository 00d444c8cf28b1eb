// Before somebody approves what changes who can do what: they are shown whom it gives what and takes what from, and what they approve names it.

import { Problem } from '@sallyport/protocol'
import type { approvalEffect } from '@sallyport/protocol/api'
import type * as z from 'zod'
import { call, type Connection } from '../gate/index.ts'
import { showEffect } from './access.ts'
import { confirm } from './confirm.ts'
import type { Context, GeneralOptions } from './context.ts'
import { tellEffect } from './policy-effect.ts'
import type { Out } from './printer.ts'

export type ApprovalEffect = z.output<typeof approvalEffect>

export interface AcknowledgeOptions extends GeneralOptions {
  readonly yes?: true
  readonly effect?: string
}

export const acknowledgeOptions = [
  ['--yes', 'do not ask; takes --effect where something is shown'],
  ['--effect <digest>', 'the effect that was shown, for programs: of `approval show`'],
] as const

/** Tell the effect of a request, and the digest that names it. */
export function tellApprovalEffect(out: Out, { effect, access, policies }: ApprovalEffect): void {
  if (access !== null) showEffect(out, access)
  if (policies !== null) tellEffect(out, policies)
  if (effect !== null) out.pairs([['effect', effect]])
}

/** Ask for the effect of a request. */
export async function effectOf(connection: Connection, approvalId: string) {
  return await call(connection, 'approvalEffect', { params: { approvalId } })
}

/**
 * Show the effect of a request and ask whether it is wanted. Yields the digest to name, `no`, or why it could not be read. Throws Problem
 * `invalid-request` where nobody is to be asked and no effect is named.
 */
export async function acknowledgeEffect(
  context: Context,
  connection: Connection,
  wanted: { readonly approvalId: string; readonly question: string; readonly options: AcknowledgeOptions },
): Promise<{ readonly effect: string } | 'no' | Extract<Awaited<ReturnType<typeof effectOf>>, { outcome: 'refused' }>> {
  const { approvalId, question, options } = wanted
  if (options.yes === true) {
    if (options.effect !== undefined) return { effect: options.effect }
    throw new Problem(
      'invalid-request',
      'cannot approve without asking: it changes who can do what, want --effect with the digest that `approval show` shows',
    )
  }
  const answer = await effectOf(connection, approvalId)
  if (answer.outcome === 'refused') return answer
  const { effect, gains, loses } = answer.value
  if (!context.isJson) context.print.result(null, (out) => tellApprovalEffect(out, answer.value))
  const counted = `${gains} gained, ${loses} lost, each of one person and one thing`
  return (await confirm(context, `${question} ${counted}.`, false)) ? { effect: effect ?? '' } : 'no'
}
