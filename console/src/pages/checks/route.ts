// Whether the gate does what its ledger says: decisions decided again, tables compared, alarms, timestamps.

import { ClipboardCheckmarkRegular } from '@fluentui/react-icons/svg/clipboard-checkmark'
import { createRoute } from '@tanstack/react-router'
import { shellRoute } from '../../shell/routes.ts'

export const checksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/verification',
  staticData: {
    title: 'Verification',
    readers: ['officer', 'auditor'],
    found: {
      group: 'record',
      icon: ClipboardCheckmarkRegular,
    },
  },
}).lazy(async () => (await import('./view.tsx')).page)
