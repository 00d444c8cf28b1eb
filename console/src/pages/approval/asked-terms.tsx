// The terms that somebody asks for, as the register's own page shows them, and what differs from those that hold.

import { useQuery } from '@tanstack/react-query'
import type { AnswerOf } from '../../api/index.ts'
import { call } from '../../api/index.ts'
import { Claim, Covered } from '../../parts/authorization-covers.tsx'
import { Documents, Lines } from '../../parts/authorization-documents.tsx'
import { amendmentNames, fieldNames, wordedField } from '../../parts/authorization-fields.ts'
import { Provisos } from '../../parts/authorization-provisos.tsx'
import { scopeFacts, validityFacts, type Fact, type Terms } from '../../parts/authorization-terms.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Section } from '../../parts/page.tsx'
import { isReader } from '../../shell/not-yours.tsx'
import { useSession } from '../../shell/routes.ts'

export function AskedTerms({
  approval: { about, state, details },
  title,
}: {
  readonly approval: AnswerOf<'approval'>
  readonly title: string
}) {
  const mayRead = isReader(useSession(), ['officer', 'auditor', 'empowered-official'])
  const { data: people = [] } = useQuery({
    queryKey: ['authorizations', 'people', about.id],
    queryFn: async ({ signal }) =>
      (await call('authorizationHistory', { path: { authorizationId: about.id }, signal })).people,
    enabled: mayRead,
  })
  const { terms, now = null, warnings = [], amendment, reason } = details as unknown as Recorded
  const nameOf = (id: string) => people.find((one) => one.id === id)?.name || id
  // Once it is done they hold themselves.
  const differing = now === null || state !== 'pending' ? [] : differences(now, terms)
  return (
    <>
      <Section title={title}>
        <Facts
          facts={[
            ...validityFacts(terms),
            ...scopeFacts(terms),
            ...(amendment === undefined ? [] : howTheyFollow(amendment)),
            ...(reason === undefined ? [] : [['Why', reason] as const]),
            ...(differing.length === 0 ? [] : [['Differs from what holds', differing.join(', ')] as const]),
            ...(warnings.length === 0 ? [] : [['Odd, and still may be so', warnings.map(warned).join('; ')] as const]),
          ]}
        />
      </Section>
      <Covered terms={terms} nameOf={nameOf} />
      <Provisos terms={terms} nameOf={nameOf} />
      <Claim terms={terms} nameOf={nameOf} />
      <Lines terms={terms} />
      <Documents terms={terms} />
    </>
  )
}

interface Amendment {
  readonly route?: keyof typeof amendmentNames
  readonly reference?: string
}

/** As the gate describes an entry of the register, or other terms of one. */
interface Recorded {
  readonly terms: Terms
  /** Those that hold today. */
  readonly now?: Terms | null
  /** Each the path of a field and what is odd about it. */
  readonly warnings?: readonly string[]
  readonly amendment?: Amendment
  readonly reason?: string
}

function howTheyFollow({ route, reference }: Amendment): readonly Fact[] {
  return [
    ...(route === undefined ? [] : [[fieldNames.amendment, amendmentNames[route]] as const]),
    ...(reference === undefined ? [] : [[fieldNames.reference, reference] as const]),
  ]
}

function warned(warning: string): string {
  const [field = '', ...text] = warning.split(' ')
  return `${wordedField(field)}: ${text.join(' ')}`
}

/** Which members are others, by the names of the form. */
function differences(before: Terms, after: Terms): readonly string[] {
  const [was, is] = [before, after] as readonly Readonly<Record<string, unknown>>[]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.filter((name) => JSON.stringify(was?.[name]) !== JSON.stringify(is?.[name])).map(wordedField)
}
