// One classification record: what it says, what stands on it, and the records of its line.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const classificationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/classifications/$classificationId',
  staticData: { title: 'Classification', readers: ['officer', 'auditor', 'empowered-official'] },
}).lazy(async () => (await import('./view.tsx')).page)
