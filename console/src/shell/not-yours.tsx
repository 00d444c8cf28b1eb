// What stands where a page would ask the gate for what one's roles plainly do not have: for whom it is, and whom to ask. The gate is
// asked for whoever wants it all the same, and decides.

import { Button } from '@fluentui/react-components'
import type { Role } from '@sallyport/protocol'
import { Outlet, useMatches } from '@tanstack/react-router'
import { useState } from 'react'
import { Page, Section } from '../parts/page.tsx'
import type { Session } from '../session/session.ts'
import { useSession } from './routes.ts'

/** Whether somebody has one of the roles that have something behind a page. */
export function isReader({ roles }: Pick<Session, 'roles'>, readers: readonly Role[] | undefined): boolean {
  return readers === undefined || readers.some((role) => roles.includes(role))
}

/** The page, or for whom it is. */
export function YoursOrNot() {
  const session = useSession()
  const { pathname, title, readers } = useMatches({
    select: (matches) => {
      const { pathname: at = '', staticData } = matches.at(-1) ?? {}
      return { pathname: at, title: staticData?.title, readers: staticData?.readers }
    },
    structuralSharing: true,
  })
  const [anyway, ask] = useState<string | null>(null)
  if (readers === undefined || isReader(session, readers) || anyway === pathname) return <Outlet />
  return (
    <Page title={title ?? 'Not for you'}>
      <Section title="Not for your roles">
        <p>
          It is for {listed(readers.map((role) => plural[role]))}. {yours(session)}
        </p>
        <p>
          Whom to ask: {readers.includes('officer') ? 'an export control officer' : 'somebody of these roles'}, who can
          look for you, or ask two others to give you the role.
        </p>
        <p>The gate decides, and would put its refusal on record. If you think that it lets you, ask it.</p>
        <Button onClick={() => ask(pathname)}>Ask the gate anyway</Button>
      </Section>
    </Page>
  )
}

const plural: Readonly<Record<Role, string>> = {
  engineer: 'engineers',
  officer: 'export control officers',
  administrator: 'administrators',
  auditor: 'auditors',
  analyst: 'analysts',
  'empowered-official': 'empowered officials',
}

function yours({ person, roles }: Session): string {
  if (person === null) return 'You are nobody on the roster.'
  if (roles.length === 0) return 'You have no role.'
  return `You are here as ${listed(roles.map((role) => role.replace('-', ' ')))}.`
}

/** `a`, `a and b`, `a, b and c`. */
function listed(all: readonly string[]): string {
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`
}
