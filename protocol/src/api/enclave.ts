// What a client must know of a gate before it signs in. Public; nothing here is controlled.

import * as z from 'zod'
import { wrappingKey } from './files.ts'

export const enclave = z.object({
  name: z.string(),
  /** A sample enclave holds nobody's real data and can never become a real one. */
  kind: z.enum(['sample', 'real']),
  /** While it is being founded, its founders enroll and nothing else is open. */
  state: z.enum(['founding', 'founded']),
  /** False in a sample, and in a real enclave until a restore from backup was tried and passed. */
  readyForControlledData: z.boolean(),
  publicUrl: z.string(),
  version: z.string(),
  wrappingKey,
  ledger: z.object({ origin: z.string(), keys: z.array(z.string()), receiptKey: z.string() }),
  signIn: z
    .object({ issuer: z.string(), clientId: z.string(), resource: z.string().nullable(), scope: z.string() })
    .nullable(),
})
export type EnclaveView = z.infer<typeof enclave>
