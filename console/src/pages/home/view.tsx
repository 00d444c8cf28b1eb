import type { Role } from '@sallyport/protocol'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useState, type ComponentType } from 'react'
import { Choice } from '../../parts/choice.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { enclaveQuery } from '../../shell/enclave.ts'
import { useSession } from '../../shell/routes.ts'
import { AdministratorHome } from './administrator.tsx'
import { AnalystHome } from './analyst.tsx'
import { AuditorHome } from './auditor.tsx'
import { EngineerHome } from './engineer.tsx'
import { OfficerHome } from './officer.tsx'
import { OfficialHome } from './official.tsx'

export const page = createLazyRoute('/shell/')({ component: Home })

/** In the order in which they are offered to somebody who has several. */
const homes = {
  officer: { title: 'Officer', View: OfficerHome },
  'empowered-official': { title: 'Empowered official', View: OfficialHome },
  administrator: { title: 'Administrator', View: AdministratorHome },
  engineer: { title: 'Engineer', View: EngineerHome },
  auditor: { title: 'Auditor', View: AuditorHome },
  analyst: { title: 'Analyst', View: AnalystHome },
} as const satisfies Record<Role, { readonly title: string; readonly View: ComponentType }>

function Home() {
  const { person, roles } = useSession()
  const own = (Object.keys(homes) as Role[]).filter((role) => roles.includes(role))
  const [chosen, choose] = useState(own[0])
  if (chosen === undefined) {
    return (
      <Page title="Today">
        <Section title={person === null ? 'You are not on the roster' : 'You have no role yet'}>
          <Nothing title="There is nothing here for you yet">
            {person === null
              ? 'The gate knows who you signed in as, but nobody of the roster is bound to that. Ask your administrator.'
              : 'An officer of your organization asks for a role for you, and two others approve it.'}
          </Nothing>
        </Section>
      </Page>
    )
  }
  const { View } = homes[chosen]
  return (
    <Page title="Today">
      {own.length > 1 && (
        <Choice
          label="Your roles"
          options={own.map((role) => ({ value: role, text: homes[role].title }))}
          value={chosen}
          onChoose={choose}
        />
      )}
      <NotReady />
      <View />
    </Page>
  )
}

/** Until a real enclave is ready for controlled data, what is left to do comes first. */
function NotReady() {
  const { roles } = useSession()
  const { data: enclave } = useQuery(enclaveQuery)
  if (enclave?.kind !== 'real' || enclave.readyForControlledData || !roles.includes('officer')) return null
  return (
    <Section title="Not ready for controlled data">
      <Link to="/first-steps">First steps</Link>, up to a restore that was tried and passed.
    </Section>
  )
}
