// The provisos: what the approval says, and what each comes to here.

import { Badge } from '@fluentui/react-components'
import { Items } from './items.tsx'
import { Nothing } from './nothing.tsx'
import { Section } from './page.tsx'
import { provisoKindNames, provisoWords } from './proviso-words.ts'
import type { CoveredProps } from './authorization-covers.tsx'

const colors = { condition: 'success', obligation: 'brand', duty: 'informative', manual: 'warning' } as const

export function Provisos({ terms: { provisos }, nameOf }: CoveredProps) {
  return (
    <Section title="Provisos">
      {provisos.length === 0 ? (
        <Nothing title="It has none" />
      ) : (
        <Items
          items={provisos.map((one) => ({
            key: one.id,
            what: one.text,
            more: `${one.id} · ${provisoWords(one, nameOf).join(' · ')}`,
            end: (
              <Badge appearance="tint" color={colors[one.kind]}>
                {provisoKindNames[one.kind]}
              </Badge>
            ),
          }))}
        />
      )}
    </Section>
  )
}
