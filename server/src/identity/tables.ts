// What entries make of the identities that people sign in with.

import * as z from 'zod'
import { passkeyIssuer } from './passkeys/passkey-rules.ts'
import { drop, put, type Fold, type ModuleTables } from '../ledger/index.ts'

const identity = z.object({ issuer: z.string(), subject: z.string() })

const passkey = z.object({
  passkey: z
    .object({ deviceBound: z.boolean(), aaguid: z.string(), counter: z.number(), transports: z.array(z.string()) })
    .optional(),
})

const bound: Fold = ({ about, body }) => {
  const { issuer, subject } = identity.parse(body)
  const { passkey: made } = passkey.parse(body)
  const binding = put('identity_binding', [issuer, subject], { person_id: about })
  if (made === undefined) return [binding]
  const { deviceBound: is_device_bound, aaguid, counter, transports } = made
  return [
    binding,
    put('identity_passkey', [subject], { person_id: about, is_device_bound, aaguid, counter, transports }),
  ]
}

const unbound: Fold = ({ body }) => {
  const { issuer, subject } = identity.parse(body)
  const ofIt = issuer === passkeyIssuer ? [drop('identity_passkey', [subject])] : []
  return [drop('identity_binding', [issuer, subject]), ...ofIt]
}

export const identityTables: ModuleTables = {
  tables: [
    {
      name: 'identity_binding',
      key: { issuer: 'text', subject: 'text' },
      columns: { person_id: 'value', bound_at: 'time' },
      isKeyPersonal: true,
    },
    {
      name: 'identity_passkey',
      key: { credential_id: 'text' },
      columns: {
        person_id: 'value',
        public_key: 'sealed',
        counter: 'at-least',
        is_device_bound: 'value',
        transports: 'value',
        aaguid: 'value',
        registered_at: 'time',
      },
      leftOut: { issuer: 'one and the same for all', used_at: 'when it was last used: sessions have entries' },
      isKeyPersonal: true,
    },
  ],
  leftOut: {
    identity_proof: 'proofs of possession that were seen, for minutes',
    identity_enrollment: 'what links open for a day; that they were opened is an entry',
    identity_waiting_passkey:
      'passkeys of founders until the founding is closed: that they enrolled with one is an entry, and so is its binding',
    identity_session: 'sessions, which end within hours and give nothing; their starts and ends are entries',
  },
  folds: { 'identity.bound': bound, 'identity.unbound': unbound },
  withoutRows: {
    'enrollment.opened': 'a link, which opens for a day',
    'sign-in.refused': 'a certificate that was not taken',
    'session.started': 'a session, which ends within hours',
    'session.ended': 'the end of one',
  },
}
