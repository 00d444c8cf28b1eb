// The tour on a terminal: three lines a step, and a table where one says more.

import type { Out } from '../cli/printer.ts'
import { count, duration, type Step } from './story.ts'

/** Show a step. `seen` holds the verbs whose command was shown already: each is shown once. */
export function showStep(out: Out, step: Step, seen: Set<string>): void {
  const { number, holds, title, expected, happened, table } = step
  out.line(`${holds ? '✓' : '✗'} ${String(number).padStart(2)}  ${title}`, holds ? 'green' : 'red')
  for (const command of step.commands) {
    const verb = command.split(' ').slice(1, 3).join(' ')
    if (!seen.has(verb)) out.line(`      $ ${command}`, 'dim')
    seen.add(verb)
  }
  out.line(`      expected  ${expected}`, 'dim')
  out.line(`      happened  ${happened}`)
  if (table === null) return
  const [first = '', ...others] = table.head
  out.table(
    [`      ${first}`, ...others],
    table.rows.map(([one = '', ...more]) => [`      ${one}`, ...more]),
  )
}

export function showEnd(out: Out, steps: readonly Step[], failed: readonly Step[], tookMs: number): void {
  out.line('')
  if (failed.length === 0) {
    out.line(`The tour is over: ${steps.length} steps, each did what it says, in ${duration(tookMs)}.`, 'green')
    return
  }
  out.line(`The tour is over: ${failed.length} of ${count(steps.length, 'step')} did not do what they say:`, 'red')
  for (const { number, title, happened } of failed) out.line(`  ${number}  ${title}: ${happened}`, 'red')
}
