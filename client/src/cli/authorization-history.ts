// sallyport authorization history: every version of the terms of an authorization.

import { canonicalJson, type AuthorizationTerms } from '@sallyport/protocol'
import type { AuthorizationHistoryView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { findAuthorization } from './find.ts'
import { addVerb, type Desk } from './verb.ts'

type Step = AuthorizationHistoryView['steps'][number]

export function addAuthorizationHistoryVerb(authorization: Command, desk: Desk): void {
  addVerb(authorization, desk, {
    usage: 'history <authorization>',
    summary: 'Show every version of its terms: when, who, who approved, why, and what was changed',
    example: 'sallyport authorization history TA-1234-26',
    run: history,
  })
}

async function history(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const found = await findAuthorization(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, 'read the register of authorizations')
  const params = { authorizationId: found.value.id }
  const answer = await call(connection, 'authorizationHistory', { params })
  if (answer.outcome === 'refused') return context.refused(answer, 'read the register of authorizations')
  context.print.result(answer.value, (out) => {
    const { steps } = answer.value
    const rows = steps.map((one, at) => [
      one.at,
      String(one.version),
      one.happened,
      one.by?.name ?? '',
      one.approvedBy.map(({ name }) => name).join(', '),
      changedIn(steps[at - 1]?.terms, one.terms).join(', '),
      whyOf(one),
    ])
    out.table(['at', 'version', 'what', 'by', 'approved by', 'changed', 'why'], rows)
  })
  return 0
}

function whyOf({ reason, amendment }: Step): string {
  const how = amendment === null ? null : [amendment.route, amendment.reference].filter((one) => one !== null).join(' ')
  return [how, reason].filter((one) => one !== null).join(': ')
}

/** Members of the terms that are not as they were. */
function changedIn(before: AuthorizationTerms | undefined, after: AuthorizationTerms): readonly string[] {
  if (before === undefined) return []
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof AuthorizationTerms)[]
  return names.filter((name) => canonicalJson(before[name] ?? null) !== canonicalJson(after[name] ?? null))
}
