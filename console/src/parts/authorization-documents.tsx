// The paper of an authorization, and what may be drawn of it.

import type { Terms } from './authorization-terms.tsx'
import { FileLink } from './file-links.tsx'
import { Items } from './items.tsx'
import { useLabelTitles } from './label-titles.tsx'
import { Section } from './page.tsx'
import { usd } from './usd.ts'

export function Documents({ terms: { documents = [] } }: { readonly terms: Terms }) {
  if (documents.length === 0) return null
  return (
    <Section title="Documents">
      <Items
        items={documents.map(({ file, title }) => ({
          key: file,
          what: <FileLink id={file} name={title} />,
          more: 'a protected file: who may open it is decided as for any',
        }))}
      />
    </Section>
  )
}

/** What is allowed of each line, as the form asks for it. */
export function Lines({ terms: { lines = [] } }: { readonly terms: Terms }) {
  const titleOf = useLabelTitles()
  if (lines.length === 0) return null
  return (
    <Section title="Quantity and value">
      <Items
        items={lines.map(({ id, description, item, quantity, unit, valueCents }) => ({
          key: id,
          what: `${id}: ${description}`,
          more: [
            titleOf(`item/${item}`),
            `${quantity.toLocaleString('en')} ${unit}`,
            ...(valueCents === 0 ? [] : [usd(valueCents)]),
          ].join(' · '),
        }))}
      />
    </Section>
  )
}
