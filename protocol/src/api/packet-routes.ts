// Routes of evidence.

import { packetQuery } from './query.ts'
import type { Route } from './route.ts'

export const packetRoutes = {
  ledgerPacket: {
    method: 'GET',
    path: '/api/v1/ledger/packet',
    summary:
      'Evidence in one signed file that verifies offline: ?about= person, file, program, authorization (with &id=) or period (&from=&to=)',
    access: 'ledger.read',
    query: packetQuery,
    answer: 'bytes',
    problems: ['too-large', 'too-many-requests'],
  },
} as const satisfies Record<string, Route>
