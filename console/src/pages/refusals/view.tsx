import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { Choice } from '../../parts/choice.tsx'
import { Page } from '../../parts/page.tsx'
import { Refusals } from './refusals.tsx'
import { Unusual } from './unusual.tsx'

export const page = createLazyRoute('/shell/refusals')({ component: Watch })

function Watch() {
  const { all = false } = page.useSearch()
  const navigate = useNavigate()
  return (
    <Page
      title="Watch"
      lead="Refusals by rules that anybody can read, and what became of each. Refusals for need to know alone, in the country, are everyday work and not here."
    >
      <Choice
        label="Which refusals"
        options={[
          { value: 'open', text: 'Open' },
          { value: 'all', text: 'All' },
        ]}
        value={all ? 'all' : 'open'}
        onChoose={(value) =>
          void navigate({ to: '/refusals', search: value === 'all' ? { all: true } : {}, replace: true })
        }
      />
      <Refusals isAll={all} />
      <Unusual />
    </Page>
  )
}
