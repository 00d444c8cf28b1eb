// One vault: its files, folder by folder, and where new ones are protected.

import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const vaultRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/files/vaults/$vaultId',
  staticData: { title: 'Vault' },
}).lazy(async () => (await import('./view.tsx')).page)
