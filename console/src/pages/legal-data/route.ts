// The legal data in force: dated, with its source, and how sure each row is.

import { GavelRegular } from '@fluentui/react-icons/svg/gavel'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const legalDataRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/legal-data',
  staticData: {
    title: 'Legal data',
    readers: ['officer', 'auditor', 'empowered-official'],
    found: {
      group: 'authorizations',
      icon: GavelRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
