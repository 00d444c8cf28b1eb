// A refusal in plain words: what was refused, why, what would change it, whom to ask, and where the full record is.

import type { Reason } from '@sallyport/protocol'
import type { Refused } from '../gate/index.ts'
import type { Exit } from './environment.ts'
import type { Printer } from './printer.ts'

const people = new Map([
  ['officer', 'an export control officer'],
  ['administrator', 'an administrator'],
  ['auditor', 'an auditor'],
  ['analyst', 'an analyst'],
  ['engineer', 'the engineer who protected it'],
])

/** Say whom to ask, by the role that a reason names. */
export function whomToAsk(role: string): string {
  return people.get(role) ?? role
}

/** Print a refusal: JSON on stdout if asked for, and words on stderr. Returns the exit code of refusals. */
export function showRefusal(print: Printer, refusal: Refused, what: string): Exit {
  const { decisionId, reasons, detail } = refusal
  print.result({ refused: { what, decisionId, reasons, detail } }, () => undefined)
  print.note(`Refused: ${what}`, 'red')
  for (const reason of reasons) showReason(print, reason)
  if (reasons.length === 0) print.note(`  ${detail ?? 'The gate gave no reason.'}`)
  if (decisionId !== null) {
    print.note(`Decision ${decisionId}`)
    print.note(`Ask for help with: sallyport request make ${decisionId} --text "what you need it for"`, 'dim')
    print.note(`Officers see the full record with: sallyport decision explain ${decisionId}`, 'dim')
  }
  return 3
}

function showReason(print: Printer, { code, text, fix, ask }: Reason): void {
  print.note(`  Why: ${text}`, undefined, ` (${code})`)
  if (fix !== '') print.note(`  What would change it: ${fix}`)
  if (ask !== '') print.note(`  Whom to ask: ${whomToAsk(ask)}`)
}
