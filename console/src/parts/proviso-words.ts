// What a proviso comes to here, in words: what it does is said beside what the approval says.

import type { AnswerOf } from '../api/index.ts'
import { countryName } from './countries.ts'
import { lastDayOf } from './validity.tsx'

export type Proviso = AnswerOf<'authorization'>['terms']['provisos'][number]
type Condition = Extract<Proviso, { readonly kind: 'condition' }>

export const provisoKindNames = {
  condition: 'Condition',
  obligation: 'Obligation',
  duty: 'Duty',
  manual: 'Seen to by hand',
} as const satisfies Record<Proviso['kind'], string>

/** What whoever opens can be held to, as the form offers it. */
export const obligationNames = [
  ['watermark', 'A watermark of who and when'],
  ['view-only', 'Viewing alone: nothing is saved'],
  ['acknowledge', 'Being told this text at each opening'],
] as const

function obligationText(obligation: string): string {
  const text = obligationNames.find(([name]) => name === obligation)?.[1] ?? obligation
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}

/** `nameOf` names a person by id. */
export function provisoWords(proviso: Proviso, nameOf: (id: string) => string): readonly string[] {
  if (proviso.kind === 'obligation') return [`Whoever opens a file is held to: ${obligationText(proviso.obligation)}`]
  if (proviso.kind === 'manual') return [`${proviso.owner} sees to it; nothing here enforces it`]
  if (proviso.kind === 'condition') return limitsOf(proviso, nameOf)
  return [
    `Duty of ${proviso.owner}`,
    ...(proviso.due === undefined ? [] : [`due ${proviso.due}`]),
    ...(proviso.evidence === undefined ? [] : [`shown by: ${proviso.evidence}`]),
  ]
}

/** The end that a proviso sets, as the form asks for it. */
function endOf(until: string): string {
  const last = lastDayOf(until)
  return last === null ? `Before ${until}` : `Until the end of ${last}, UTC`
}

/** What is still being typed is not said: no limit reads as one to nothing. */
function limitsOf(condition: Condition, nameOf: (id: string) => string): readonly string[] {
  const only = (before: string, names: readonly string[] | undefined) =>
    names === undefined || names.length === 0 ? [] : [`${before} ${names.join(', ')} only`]
  return [
    ...only('People:', condition.persons?.map(nameOf)),
    ...only('Employees of', condition.parties),
    ...only('Released in', condition.places?.map(countryName)),
    ...only('Actions:', condition.actions),
    ...only('Items:', condition.items),
    ...only('Programs:', condition.programs),
    ...((condition.until ?? '') === '' ? [] : [endOf(condition.until ?? '')]),
    ...(condition.nda === undefined ? [] : ['With a signed NDA on record']),
    ...((condition.briefedWithinDays ?? 0) === 0 ? [] : [`Briefed within ${condition.briefedWithinDays} days`]),
    ...(condition.acknowledged === undefined ? [] : ['Once they have acknowledged this text on record']),
  ]
}
