// What every acknowledged act answers with: a signed receipt over the leaf hash of its ledger entry.

import * as z from 'zod'

/** A receipt in its wire form; `parseReceipt` of ../ledger reads and verifies it, and says what its members are. */
export const receipt = z.looseObject({ entryId: z.uuid() })

/** What is wrong with a cell of a spreadsheet. */
export const cellFault = z.object({ sheet: z.string(), row: z.number().int(), column: z.string(), text: z.string() })

/** RFC 9457 body. A refusal by decision carries its decision and reasons, a malformed request what is wrong with it. */
export const problemBody = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  /** By which the gate's log names the request. */
  requestId: z.string().optional(),
  faults: z.array(z.union([z.object({ field: z.string(), text: z.string() }), cellFault])).optional(),
  /** What waits already and is not asked for twice: a request for approval, or one's own after a refusal. */
  waiting: z.object({ kind: z.enum(['approval', 'request']), id: z.uuid() }).optional(),
  /** Of what was done before by a call with the same key, whose answer is not kept. */
  receipts: z.array(receipt).optional(),
  decisionId: z.uuid().optional(),
  reasons: z.array(z.object({ code: z.string(), text: z.string(), fix: z.string(), ask: z.string() })).optional(),
})
export type ProblemBody = z.infer<typeof problemBody>
