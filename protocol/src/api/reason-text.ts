// Why somebody ends something, in their own words. ATTACKER: it goes into records for good, so that it must be text which a
// database and a ledger can keep and a reader sees as it is.

import * as z from 'zod'

export const reasonText = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => text.isWellFormed() && !/[^\P{C}\n\t]/u.test(text), 'want plain text without control characters')
