// Backups: which there are, what is due, and what to type at the host.

import { StorageRegular } from '@fluentui/react-icons/svg/storage'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const backupsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/backups',
  staticData: {
    title: 'Backups',
    readers: ['officer', 'administrator', 'auditor'],
    found: { group: 'record', icon: StorageRegular },
  },
}).lazy(async () => (await import('./view.tsx')).page)
