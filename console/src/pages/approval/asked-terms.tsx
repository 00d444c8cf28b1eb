// The terms that somebody asks for, as the register's own page shows them, and what differs from those that hold.

import { useQuery } from '@tanstack/react-query'
import type { AnswerOf } from '../../api/index.ts'
import { call } from '../../api/index.ts'
import { Claim, Covered } from '../../parts/authorization-covers.tsx'
import { Provisos } from '../../parts/authorization-provisos.tsx'
import { scopeFacts, validityFacts, type Terms } from '../../parts/authorization-terms.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Section } from '../../parts/page.tsx'
import { worded, wordedMember } from '../../parts/wording.ts'

export function AskedTerms({
  approval: { about, details },
  title,
}: {
  readonly approval: AnswerOf<'approval'>
  readonly title: string
}) {
  const { data: people = [] } = useQuery({
    queryKey: ['authorizations', 'people', about.id],
    queryFn: async ({ signal }) =>
      (await call('authorizationHistory', { path: { authorizationId: about.id }, signal })).people,
  })
  const terms = details['terms'] as Terms
  const now = (details['now'] ?? null) as Terms | null
  const nameOf = (id: string) => people.find((one) => one.id === id)?.name || id
  const differing = now === null ? [] : differences(now, terms)
  const warnings = (details['warnings'] ?? []) as readonly string[]
  return (
    <>
      <Section title={title}>
        <Facts
          facts={[
            ...validityFacts(terms),
            ...scopeFacts(terms),
            ...(differing.length === 0 ? [] : [['Differs from what holds', differing.join(', ')] as const]),
            ...(warnings.length === 0 ? [] : [['Odd, and still may be so', warnings.join('; ')] as const]),
          ]}
        />
      </Section>
      <Covered terms={terms} nameOf={nameOf} />
      <Provisos terms={terms} nameOf={nameOf} />
      <Claim terms={terms} nameOf={nameOf} />
    </>
  )
}

/** Which members are others, by name. */
function differences(before: Terms, after: Terms): readonly string[] {
  const [was, is] = [before, after] as readonly Readonly<Record<string, unknown>>[]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names
    .filter((name) => JSON.stringify(was?.[name]) !== JSON.stringify(is?.[name]))
    .map((name) => worded(wordedMember(name)))
}
