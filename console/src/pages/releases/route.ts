// The record of releases: every key that went to somebody, as the regulation asks for it.

import { HistoryRegular } from '@fluentui/react-icons/svg/history'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export interface ReleasesSearch {
  readonly authorization?: string | undefined
  readonly person?: string | undefined
  /** Days: from the beginning of the first, up to and without the second. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const isId = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f-]{36}$/.test(text)
const isDay = (text: unknown): text is string => typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text)

export const releasesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/releases',
  validateSearch: ({ authorization, person, from, to }: Record<string, unknown>): ReleasesSearch => ({
    authorization: isId(authorization) ? authorization : undefined,
    person: isId(person) ? person : undefined,
    from: isDay(from) ? from : undefined,
    to: isDay(to) ? to : undefined,
  }),
  staticData: {
    title: 'Releases',
    found: {
      group: 'authorizations',
      icon: HistoryRegular,
      isFor: ({ roles }) => roles.includes('officer') || roles.includes('auditor'),
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
