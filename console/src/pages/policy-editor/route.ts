// Editing the policies: tried by the gate as one types, and asked for when it holds.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const policyEditorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/policies/edit',
  staticData: { title: 'Edit policies', readers: ['officer'] },
}).lazy(async () => (await import('./view.tsx')).page)
