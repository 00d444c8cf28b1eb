// What a classification record says, by the names of its form: as it holds, and as somebody asks for it.

import type { ReactNode } from 'react'
import type { AnswerOf } from '../api/index.ts'
import { basisNames, jurisdictionNames, markNames } from './classification-words.ts'
import { FileLink } from './file-links.tsx'
import { Moment } from './moment.tsx'

type Terms = AnswerOf<'classification'>['terms']
type Fact = readonly [string, ReactNode]

const said = (what: string, how: ReactNode): readonly Fact[] =>
  how === undefined || how === '' ? [] : [[what, how] as const]

export function classificationFacts(terms: Terms): readonly Fact[] {
  const { doubt, lines, jurisdiction } = terms
  return [
    ['Number', terms.number],
    ['What it is', terms.title],
    ...said('In the place of', terms.supersedes),
    ...said('Parts or documents', terms.parts.join(', ')),
    ...said('Program', terms.program),
    ['Jurisdiction', jurisdictionNames[jurisdiction]],
    ...said(jurisdiction === 'ear' ? 'Entry of the CCL' : 'Paragraph of the USML', lines.map(lineText).join('; ')),
    ...basisFacts(terms.basis),
    ['Who decided it', terms.decidedBy],
    ['Decided on', <Moment key="decided" at={terms.decidedOn} />],
    ['Next review', <Moment key="review" at={terms.nextReview} />],
    ...(doubt === undefined
      ? []
      : [
          ...said('Question that is still open', doubt.question),
          ...said('Case of the pending request', doubt.case),
          ...said('Filed on', doubt.filedOn && <Moment key="filed" at={doubt.filedOn} />),
        ]),
    ...said('Note', terms.note),
  ]
}

/** `IV(h)(1), significant military equipment`. */
function lineText(line: Terms['lines'][number]): string {
  if ('eccn' in line) return line.eccn
  const marks = markNames.flatMap(([mark, text]) =>
    line[mark] ? [`${text.charAt(0).toLowerCase()}${text.slice(1)}`] : [],
  )
  return [line.usml, ...marks].join(', ')
}

function basisFacts(basis: Terms['basis']): readonly Fact[] {
  const how: Fact = ['How it was decided', basisNames[basis.kind]]
  if (basis.kind === 'self') {
    return [
      how,
      ['How the lists were gone through', basis.orderOfReview],
      ...said('Why it is, or is not, specially designed', basis.speciallyDesigned),
    ]
  }
  if (basis.kind === 'statement') {
    return [
      how,
      ['Of', basis.of === 'government' ? 'The government' : 'A supplier'],
      ['Who says it', basis.who],
      ['Dated', <Moment key="dated" at={basis.dated} />],
      ['What it says', basis.text],
      ...letterOf(basis.letter),
    ]
  }
  return [
    how,
    ['Case', basis.case],
    ['Determined on', <Moment key="determined" at={basis.determinedOn} />],
    ...letterOf(basis.letter),
  ]
}

function letterOf(letter: string | undefined): readonly Fact[] {
  return letter === undefined ? [] : [['The paper', <FileLink key="letter" id={letter} name="A protected file" />]]
}
