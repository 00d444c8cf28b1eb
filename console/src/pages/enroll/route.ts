// Enrolling a passkey by both halves of a link: anybody's page.

import { createRoute } from '@tanstack/react-router'
import { rootRoute } from '../../shell/routes.ts'

export const enrollRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/enroll',
  staticData: { title: 'Make your passkey' },
}).lazy(async () => (await import('./view.tsx')).page)
