// What people write in their own words: why they did something, what something is for. ATTACKER: it goes into records for good,
// so that it must be text which a database and a ledger can keep and a reader sees as it is.

import * as z from 'zod'

/** Trimmed, and without control characters but line ends and tabs. */
export const plainText = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((text) => text.isWellFormed() && !/[^\P{C}\n\t]/u.test(text), 'want plain text without control characters')

export const reasonText = plainText(500).min(1, 'want it in words')
