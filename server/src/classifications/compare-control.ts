// Whether one record in the place of another raises control or lowers it. Pure. What only raises is one officer's, at once; whatever
// lowers anything, or is about something else, takes two others. INVARIANT: I8.

import {
  itemOf,
  lineText,
  type ClassificationLine,
  type ClassificationTerms,
  type Jurisdiction,
} from '@sallyport/protocol'

export interface ControlCompared {
  /** What is held more strictly than before, in words. */
  readonly raised: readonly string[]
  /** What is held less strictly, or is no longer about the same. */
  readonly lowered: readonly string[]
}

const strictness: Readonly<Record<Jurisdiction, number>> = { neither: 0, ear: 1, itar: 2, unknown: 3 }

/** Compare what two records ask for, line by line. */
export function compareControl(before: ClassificationTerms, after: ClassificationTerms): ControlCompared {
  const subject = subjectChanges(before, after)
  const doubt = { before: before.doubt !== undefined, after: after.doubt !== undefined }
  const raised = doubt.after && !doubt.before ? ['in doubt'] : []
  const lowered = [...subject, ...(doubt.before && !doubt.after ? ['no longer in doubt'] : [])]
  const step = strictness[after.jurisdiction] - strictness[before.jurisdiction]
  if (step > 0) return { raised: [`${before.jurisdiction} to ${after.jurisdiction}`, ...raised], lowered }
  if (step < 0) return { raised, lowered: [`${before.jurisdiction} to ${after.jurisdiction}`, ...lowered] }
  const lines = compareLines(before.lines, after.lines)
  return { raised: [...lines.raised, ...raised], lowered: [...lines.lowered, ...lowered] }
}

/** Whether one officer may do it at once. */
export function onlyRaises({ raised, lowered }: ControlCompared): boolean {
  return raised.length > 0 && lowered.length === 0
}

function compareLines(before: readonly ClassificationLine[], after: readonly ClassificationLine[]): ControlCompared {
  const [old, fresh] = [byItem(before), byItem(after)]
  const gone = [...old].filter(([item]) => !fresh.has(item))
  const come = [...fresh].filter(([item]) => !old.has(item))
  // Off the list and then on it is no paragraph less.
  const isListedNow = gone.every(([item]) => item === 'ear99') && come.length > 0
  const flagged = [...fresh].flatMap(([item, line]) => flagChanges(old.get(item), line))
  return {
    raised: [
      ...come.map(([, line]) => `${lineText(line)} comes`),
      ...flagged.flatMap((one) => (one.isMore ? [one.text] : [])),
    ],
    lowered: [
      ...(isListedNow ? [] : gone.map(([, line]) => `${lineText(line)} goes`)),
      ...flagged.flatMap((one) => (one.isMore ? [] : [one.text])),
    ],
  }
}

function flagChanges(
  before: ClassificationLine | undefined,
  after: ClassificationLine,
): readonly { readonly isMore: boolean; readonly text: string }[] {
  if (before === undefined || !('usml' in before) || !('usml' in after)) return []
  const flags = [
    ['SME', before.sme, after.sme],
    ['MTCR', before.mtcr, after.mtcr],
    ['classified', before.classified, after.classified],
  ] as const
  return flags.flatMap(([name, was, is]) =>
    was === is ? [] : [{ isMore: is, text: `${after.usml} ${is ? 'becomes' : 'is no longer'} ${name}` }],
  )
}

function byItem(lines: readonly ClassificationLine[]): ReadonlyMap<string, ClassificationLine> {
  return new Map(lines.map((line) => [itemOf(line), line]))
}

/** A record about more parts, or others, is a first classification of those. */
function subjectChanges(before: ClassificationTerms, after: ClassificationTerms): readonly string[] {
  const sorted = (parts: readonly string[]) => JSON.stringify([...parts].sort())
  return [
    ...(before.title === after.title ? [] : ['another title']),
    ...(before.program === after.program ? [] : ['another program']),
    ...(sorted(before.parts) === sorted(after.parts) ? [] : ['other parts']),
  ]
}
