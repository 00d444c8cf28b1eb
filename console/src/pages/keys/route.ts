// The keys of the enclave: which there are, exchanged, files moved to them, old ones destroyed.

import { KeyRegular } from '@fluentui/react-icons/svg/key'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/keys',
  staticData: {
    title: 'Keys',
    readers: ['officer', 'administrator', 'auditor'],
    found: { group: 'record', icon: KeyRegular },
  },
}).lazy(async () => (await import('./view.tsx')).page)
