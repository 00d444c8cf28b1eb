// The roster: everybody, at a glance, as of now or of a day.

import { PeopleRegular } from '@fluentui/react-icons/svg/people'
import type { PersonStatus as Status, Role } from '@sallyport/protocol'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export interface PeopleSearch {
  readonly name?: string | undefined
  readonly status?: Status | undefined
  readonly role?: Role | undefined
  /** A day: the roster as it was at its beginning, UTC. */
  readonly asOf?: string | undefined
}

/** What there is, by the names that filters have; the compiler tells when one is missing. */
export const statusNames = {
  'us-person': 'U.S. person',
  'foreign-person': 'Foreign person',
  unverified: 'Unverified',
  ended: 'Ended',
} as const satisfies Record<Status, string>
export const roleNames = {
  engineer: 'Engineer',
  officer: 'Officer',
  'empowered-official': 'Empowered official',
  administrator: 'Administrator',
  auditor: 'Auditor',
  analyst: 'Analyst',
} as const satisfies Record<Role, string>
const isStatus = (text: unknown): text is Status => typeof text === 'string' && Object.hasOwn(statusNames, text)
const isRole = (text: unknown): text is Role => typeof text === 'string' && Object.hasOwn(roleNames, text)

export const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people',
  validateSearch: ({ name, status, role, asOf }: Record<string, unknown>): PeopleSearch => ({
    name: typeof name === 'string' && name !== '' ? name.slice(0, 200) : undefined,
    status: isStatus(status) ? status : undefined,
    role: isRole(role) ? role : undefined,
    asOf: typeof asOf === 'string' && /^\d{4}-\d\d-\d\d$/.test(asOf) ? asOf : undefined,
  }),
  staticData: {
    title: 'People',
    readers: ['officer', 'administrator', 'auditor', 'empowered-official'],
    found: { group: 'people', icon: PeopleRegular },
  },
}).lazy(async () => (await import('./view.tsx')).page)
