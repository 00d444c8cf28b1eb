// Registering an authorization, or giving one that stands other terms: a form that follows its kind, its provisos, and what it would do
// before anybody is asked.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const registerAuthorizationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/authorizations/register',
  validateSearch: ({ amends }: Record<string, unknown>): { readonly amends?: string | undefined } => ({
    amends: typeof amends === 'string' && /^[0-9a-f-]{36}$/.test(amends) ? amends : undefined,
  }),
  staticData: { title: 'Register an authorization', readers: ['officer'] },
}).lazy(async () => (await import('./view.tsx')).page)
