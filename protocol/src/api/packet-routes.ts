// Routes of evidence.

import { packetProgress } from './ledger.ts'
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
  packetProgress: {
    method: 'GET',
    path: '/api/v1/ledger/packet/progress',
    summary: 'How far the packet is that is being made for you, by the process that answers; null where there is none',
    access: 'signed-in',
    why: 'it counts what the caller was permitted to have, to the caller alone, while they wait for it',
    answer: packetProgress,
  },
} as const satisfies Record<string, Route>
