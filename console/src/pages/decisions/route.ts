// Decisions on record: of whom, about what, how they fell, when.

import { ScalesRegular } from '@fluentui/react-icons/svg/scales'
import type { Action } from '@sallyport/protocol'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export interface DecisionsSearch {
  readonly effect?: 'permit' | 'deny' | undefined
  readonly action?: Action | undefined
  /** Addresses hold ids alone. */
  readonly person?: string | undefined
  readonly file?: string | undefined
  /** Days in UTC: from the beginning of the first to the end of the second. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const day = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined)
const id = (value: unknown) => (typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value) ? value : undefined)

export const decisionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/decisions',
  validateSearch: ({ effect, action, person, file, from, to }: Record<string, unknown>): DecisionsSearch => ({
    effect: effect === 'permit' || effect === 'deny' ? effect : undefined,
    action: typeof action === 'string' && /^[a-z]+\.[a-z]+$/.test(action) ? (action as Action) : undefined,
    person: id(person),
    file: id(file),
    from: day(from),
    to: day(to),
  }),
  staticData: {
    title: 'Decisions',
    readers: ['officer', 'auditor', 'empowered-official'],
    found: {
      group: 'record',
      icon: ScalesRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
