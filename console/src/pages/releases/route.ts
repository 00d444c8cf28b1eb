// The record of releases: every key that went to somebody, as the regulation asks for it.

import { HistoryRegular } from '@fluentui/react-icons/svg/history'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export interface ReleasesSearch {
  readonly authorization?: string | undefined
  readonly person?: string | undefined
  readonly file?: string | undefined
  /** Country of the place to which it went. */
  readonly place?: string | undefined
  /** Days: from the beginning of the first, to the end of the second. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** The newest first, unless it says otherwise. */
  readonly order?: 'oldest' | undefined
}

const isId = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f-]{36}$/.test(text)
const isDay = (text: unknown): text is string => typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text)

export const releasesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/releases',
  validateSearch: ({
    authorization,
    person,
    file,
    place,
    from,
    to,
    order,
  }: Record<string, unknown>): ReleasesSearch => ({
    authorization: isId(authorization) ? authorization : undefined,
    person: isId(person) ? person : undefined,
    file: isId(file) ? file : undefined,
    place: typeof place === 'string' && /^[A-Z]{2}$/.test(place) ? place : undefined,
    from: isDay(from) ? from : undefined,
    to: isDay(to) ? to : undefined,
    order: order === 'oldest' ? order : undefined,
  }),
  staticData: {
    title: 'Releases',
    readers: ['officer', 'auditor'],
    found: {
      group: 'authorizations',
      icon: HistoryRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
