// How one person signs in: their sessions and passkeys, and what is bound to them.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const signInsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$personId/sign-in',
  staticData: { title: 'Sign-in', readers: ['officer', 'administrator', 'auditor'] },
}).lazy(async () => (await import('./view.tsx')).page)
