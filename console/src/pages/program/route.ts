// Letting a program of one's own in, such as the command line.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const programRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/program',
  validateSearch: ({ request }: Record<string, unknown>): { readonly request?: string | undefined } => ({
    request: typeof request === 'string' && /^[A-Za-z0-9_-]{1,1000}$/.test(request) ? request : undefined,
  }),
  staticData: { title: 'Let a program in' },
}).lazy(async () => (await import('./view.tsx')).page)
