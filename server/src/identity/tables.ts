// What entries make of the identities that people sign in with.

import * as z from 'zod'
import { drop, put, type Fold, type ModuleTables } from '../ledger/index.ts'

const identity = z.object({ issuer: z.string(), subject: z.string() })

const bound: Fold = ({ about, body }) => {
  const { issuer, subject } = identity.parse(body)
  return [put('identity_binding', [issuer, subject], { person_id: about })]
}

const unbound: Fold = ({ body }) => {
  const { issuer, subject } = identity.parse(body)
  return [drop('identity_binding', [issuer, subject])]
}

export const identityTables: ModuleTables = {
  tables: [
    {
      name: 'identity_binding',
      key: { issuer: 'text', subject: 'text' },
      columns: { person_id: 'value', bound_at: 'time' },
      isKeyPersonal: true,
    },
  ],
  leftOut: {
    identity_proof: 'proofs of possession that were seen, for minutes',
    identity_session: 'sessions, which end within hours and give nothing; their starts and ends are entries',
  },
  folds: { 'identity.bound': bound, 'identity.unbound': unbound },
  withoutRows: {
    'session.started': 'a session, which ends within hours',
    'session.ended': 'the end of one',
  },
}
