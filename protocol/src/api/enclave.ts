// What a client must know of a gate before it signs in. Public; nothing here is controlled.

import * as z from 'zod'
import { wrappingKey } from './files.ts'

export const enclave = z.object({
  name: z.string(),
  /** A sample enclave holds nobody's real data and can never become a real one. */
  kind: z.enum(['sample', 'real']),
  publicUrl: z.string(),
  version: z.string(),
  wrappingKey,
  ledger: z.object({ origin: z.string(), keys: z.array(z.string()), receiptKey: z.string() }),
  signIn: z.object({ issuer: z.string(), clientId: z.string(), resource: z.string(), scope: z.string() }).nullable(),
})
export type EnclaveView = z.infer<typeof enclave>
