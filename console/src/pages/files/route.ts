// The vaults that one may see, and through them their files.

import { FolderRegular } from '@fluentui/react-icons/svg/folder'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const filesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/files',
  staticData: {
    title: 'Files',
    readers: ['engineer', 'officer', 'auditor', 'empowered-official'],
    found: {
      group: 'files',
      icon: FolderRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
