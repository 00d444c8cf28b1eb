// The enclave's boundary as it is now: who and what is inside, where things are kept, which doors lead in, and whom the gate talks to.

import * as z from 'zod'
import type { Route } from './route.ts'

const count = z.number().int().min(0)

export const boundary = z.object({
  at: z.iso.datetime(),
  /** The roster by status. */
  people: z.object({ usPerson: count, foreignPerson: count, unverified: count, ended: count }),
  gate: z.object({
    name: z.string(),
    kind: z.enum(['sample', 'real']),
    publicUrl: z.string(),
    version: z.string(),
    /** `own`: signed by a private authority of the data folder. */
    certificate: z.enum(['configured', 'own']),
  }),
  keys: z.object({
    /** Who holds them. */
    provider: z.enum(['software', 'pkcs11']),
    /** Of a token: its label or serial number. */
    token: z.string().nullable(),
    /** Keys in use, by what they are for. */
    inUse: z.array(z.object({ kid: z.string(), door: z.string(), algorithm: z.string() })),
    old: count,
  }),
  stores: z.object({
    /** `embedded`, or host and name of the database. */
    database: z.string(),
    /** Folder of the sealed containers. */
    objects: z.string(),
    vaults: count,
    storedFiles: count,
  }),
  doors: z.array(z.object({ door: z.enum(['console', 'api', 'kas', 'authzen']), isOpen: z.boolean() })),
  /** Networks whose place is known, by how many ranges they have; any other address is at an unknown place. */
  places: z.array(z.object({ name: z.string(), country: z.string(), ranges: count })),
  issuers: z.array(z.object({ issuer: z.string(), purposes: z.array(z.string()) })),
  /** Whether passkeys sign people in at the gate itself. */
  passkeys: z.boolean(),
  /** The listener that asks for client certificates; null where there is none. */
  clientCertificates: z
    .object({
      url: z.string(),
      authorities: z.array(
        z.object({
          /** Of the configuration. */
          id: z.string(),
          issuers: z.array(
            z.object({
              name: z.string(),
              /** Until when its revocation list is good; null where it says none, or where none is believed. */
              listUntil: z.iso.datetime().nullable(),
              /** Why nobody signs in by what it issued; null where its list is believed. */
              trouble: z.string().nullable(),
            }),
          ),
        }),
      ),
    })
    .nullable(),
  /** Gates that a file may be split with. */
  otherGates: z.array(z.string()),
  mail: z.object({ host: z.string(), tls: z.enum(['starttls', 'implicit', 'none']) }).nullable(),
  /** The authority that stamps checkpoints. */
  timestamps: z.string().nullable(),
  ledger: z.object({ entries: count, openTo: z.enum(['anybody', 'places']) }),
})
export type BoundaryView = z.infer<typeof boundary>

export const boundaryRoutes = {
  boundary: {
    method: 'GET',
    path: '/api/v1/boundary',
    summary:
      'The boundary as it is configured and filled now: people, gate, keys, stores, doors, places, and whom the gate talks to',
    access: 'key.list',
    answer: boundary,
  },
} as const satisfies Record<string, Route>
