// Evidence packets: what answers one question out of the ledger, in one signed file.

import { ArchiveRegular } from '@fluentui/react-icons/svg/archive'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const evidenceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/evidence',
  staticData: {
    title: 'Evidence',
    readers: ['officer', 'auditor'],
    found: {
      group: 'record',
      icon: ArchiveRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
