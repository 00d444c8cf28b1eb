import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { Asked } from '../../parts/asked.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { pictureOf } from './boxes.ts'
import { Drawing } from './drawing.tsx'
import { boundaryQuery } from './query.ts'

export const page = createLazyRoute('/shell/boundary')({ component: BoundaryPage })

function BoundaryPage() {
  const boundary = useQuery(boundaryQuery)
  return (
    <Page
      title="Boundary"
      lead="Drawn from what is configured and filled at this moment. What is not in it, the gate does not have or talk to."
      actions={boundary.data !== undefined && <Button onClick={() => print()}>Print</Button>}
    >
      <Asked what="the boundary" query={boundary}>
        {(found) => {
          const picture = pictureOf(found)
          const { outside, gate, inside, beyond } = picture
          return (
            <>
              <Section title={found.gate.name}>
                <Drawing picture={picture} />
                <p>
                  As of <Moment at={found.at} />
                </p>
              </Section>
              <Section title="The same in words">
                <Facts
                  facts={[...outside, gate, ...inside, ...beyond].map(({ title, lines, flow }) => [
                    title,
                    `${lines.join(' · ')}${flow === null ? '' : ` (${flow})`}`,
                  ])}
                />
              </Section>
            </>
          )
        }}
      </Asked>
    </Page>
  )
}
