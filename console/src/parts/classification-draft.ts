// A classification record while it is typed: every field a text, until the terms are made of it.

import type { Jurisdiction } from '@sallyport/protocol'
import type { AnswerOf, BodyOf } from '../api/index.ts'

type Terms = BodyOf<'registerClassification'>['terms']

export interface DraftLine {
  /** A paragraph of the USML or an entry of the CCL, as the jurisdiction has it. */
  readonly entry: string
  readonly sme: boolean
  readonly mtcr: boolean
  readonly classified: boolean
}

export type BasisKind = Terms['basis']['kind']

export interface ClassificationDraft {
  readonly number: string
  readonly title: string
  readonly parts: string
  readonly program: string
  readonly jurisdiction: Jurisdiction
  readonly lines: readonly DraftLine[]
  readonly basis: BasisKind
  readonly orderOfReview: string
  readonly speciallyDesigned: string
  readonly case: string
  readonly determinedOn: string
  readonly letter: string
  readonly statementOf: 'government' | 'supplier'
  readonly who: string
  readonly dated: string
  readonly statement: string
  readonly question: string
  readonly doubtCase: string
  readonly filedOn: string
  readonly decidedBy: string
  readonly decidedOn: string
  readonly nextReview: string
  readonly note: string
}

export const noLine: DraftLine = { entry: '', sme: false, mtcr: false, classified: false }

export const emptyDraft: ClassificationDraft = {
  number: '',
  title: '',
  parts: '',
  program: '',
  jurisdiction: 'itar',
  lines: [noLine],
  basis: 'self',
  orderOfReview: '',
  speciallyDesigned: '',
  case: '',
  determinedOn: '',
  letter: '',
  statementOf: 'government',
  who: '',
  dated: '',
  statement: '',
  question: '',
  doubtCase: '',
  filedOn: '',
  decidedBy: '',
  decidedOn: '',
  nextReview: '',
  note: '',
}

/** Begin with what a record says; what comes in its place has a number and days of its own. */
export function draftFrom(terms: AnswerOf<'classification'>['terms']): ClassificationDraft {
  const { basis, doubt } = terms
  return {
    ...emptyDraft,
    title: terms.title,
    parts: terms.parts.join(', '),
    program: terms.program ?? '',
    jurisdiction: terms.jurisdiction,
    lines: terms.lines.map((line) =>
      'eccn' in line ? { ...noLine, entry: line.eccn } : { ...line, entry: line.usml },
    ),
    basis: basis.kind,
    ...(basis.kind === 'self' && {
      orderOfReview: basis.orderOfReview,
      speciallyDesigned: basis.speciallyDesigned ?? '',
    }),
    ...('case' in basis && { case: basis.case, determinedOn: basis.determinedOn }),
    ...('letter' in basis && { letter: basis.letter ?? '' }),
    ...(basis.kind === 'statement' && {
      statementOf: basis.of,
      who: basis.who,
      dated: basis.dated,
      statement: basis.text,
    }),
    ...(doubt !== undefined && {
      question: doubt.question,
      doubtCase: doubt.case ?? '',
      filedOn: doubt.filedOn ?? '',
    }),
    decidedBy: terms.decidedBy,
    note: terms.note ?? '',
  }
}

/** Make the terms of it, in the place of `supersedes` if there is one. What is wrong with them the gate says, field by field. */
export function termsOf(draft: ClassificationDraft, supersedes: string | undefined): Terms {
  const { jurisdiction, decidedOn, nextReview } = draft
  return {
    number: draft.number.trim(),
    title: draft.title.trim(),
    parts: draft.parts
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
    ...said({ program: draft.program, note: draft.note, supersedes }),
    jurisdiction,
    lines:
      jurisdiction === 'itar' || jurisdiction === 'ear'
        ? draft.lines.filter(({ entry }) => entry.trim() !== '').map((line) => lineOf(line, jurisdiction))
        : [],
    ...(draft.question.trim() !== '' && {
      doubt: { question: draft.question.trim(), ...said({ case: draft.doubtCase, filedOn: draft.filedOn }) },
    }),
    basis: basisOf(draft),
    decidedBy: draft.decidedBy.trim(),
    decidedOn,
    nextReview,
  }
}

function lineOf({ entry, ...marks }: DraftLine, jurisdiction: 'itar' | 'ear'): Terms['lines'][number] {
  return jurisdiction === 'ear' ? { eccn: entry.trim() } : { usml: entry.trim(), ...marks }
}

function basisOf(draft: ClassificationDraft): Terms['basis'] {
  const { determinedOn, letter, dated } = draft
  if (draft.basis === 'self') {
    const orderOfReview = draft.orderOfReview.trim()
    return { kind: 'self', orderOfReview, ...said({ speciallyDesigned: draft.speciallyDesigned }) }
  }
  if (draft.basis === 'commodity-jurisdiction') {
    return { kind: draft.basis, case: draft.case.trim(), determinedOn, letter }
  }
  if (draft.basis === 'ccats') {
    return { kind: draft.basis, case: draft.case.trim(), determinedOn, ...said({ letter }) }
  }
  const { statementOf, who, statement } = draft
  return { kind: draft.basis, of: statementOf, who: who.trim(), dated, text: statement.trim(), ...said({ letter }) }
}

/** What is not empty. */
function said<K extends string>(fields: Readonly<Record<K, string | undefined>>): { readonly [F in K]?: string } {
  const kept = Object.entries<string | undefined>(fields).flatMap(([name, text]) =>
    text === undefined || text.trim() === '' ? [] : [[name, text.trim()] as const],
  )
  return Object.fromEntries(kept) as { readonly [F in K]?: string }
}
