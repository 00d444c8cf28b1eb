// The ledger: every decision and every change, the newest first.

import { BookRegular } from '@fluentui/react-icons/svg/book'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export interface RecordSearch {
  /** Or `changes`: all but decisions. */
  readonly kind?: string | undefined
  /** An id: of whatever the entries are about, or of whoever did them. */
  readonly of?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const day = (text: unknown): string | undefined =>
  typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined

export const recordRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/record',
  validateSearch: ({ kind, of, from, to }: Record<string, unknown>): RecordSearch => ({
    kind: typeof kind === 'string' && /^(changes|[a-z-]{1,40}\.[a-z-]{1,40})$/.test(kind) ? kind : undefined,
    of: typeof of === 'string' && /^[0-9a-f-]{36}$/.test(of) ? of : undefined,
    from: day(from),
    to: day(to),
  }),
  staticData: {
    title: 'Ledger',
    readers: ['officer', 'auditor'],
    found: {
      group: 'record',
      icon: BookRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
