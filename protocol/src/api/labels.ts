// Labels, and vaults made of them. Whoever defines a label says on which basis: a label without one does not exist.

import * as z from 'zod'
import { slug } from '../authorization.ts'
import { classificationNumber } from '../classification.ts'
import { labelDimensions, labelValueFault } from '../markings/index.ts'
import { receipt } from './acknowledgement.ts'
import { vault } from './files.ts'
import { plainText, reasonText } from './reason-text.ts'

const dimension = z.enum(labelDimensions)

/** Of a program, an item or a jurisdiction a plain word; a marking has the form of its dimension. */
const value = z.string().regex(/^[a-z0-9][a-z0-9_.%-]{0,252}$/, 'want lower case letters, digits and hyphens')

export const defineLabel = z
  .strictObject({
    dimension,
    value,
    title: reasonText,
    /** The classification record on which it stands: a jurisdiction and an item have one, nothing else has. */
    record: classificationNumber.nullable(),
    /** Who decided what, and where that is kept; may be left out where a record says it. */
    basis: reasonText.optional(),
  })
  .superRefine(({ dimension, value }, context) => {
    const isPlain = ['jurisdiction', 'program', 'item'].includes(dimension)
    const fault = isPlain ? slug.safeParse(value).error?.issues[0]?.message : labelValueFault({ dimension, value })
    if (typeof fault === 'string') context.addIssue({ code: 'custom', path: ['value'], message: fault })
  })

const label = z.object({
  fqn: z.string(),
  dimension,
  value: z.string(),
  title: z.string(),
  classifiedBy: z.uuid(),
  basis: z.string(),
})
const readLabel = label.extend({
  /** The record that it was defined on, and what holds in its place: null where that was withdrawn or waits to be superseded. */
  record: z
    .object({ number: z.string(), holding: z.object({ number: z.string(), says: z.string() }).nullable() })
    .nullable(),
  /** What it means in decisions: its value, or what its record says more strictly. Null: nobody knows, and what carries it is refused. */
  reads: z.string().nullable(),
})
export type LabelView = z.infer<typeof readLabel>
/** By name, at most 1,000; `next` is null on the last page. */
export const labels = z.object({ labels: z.array(readLabel), next: z.string().nullable() })
export const labelDefined = z.object({ label, receipt })

export const createVault = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'want lower-case letters, digits and hyphens'),
  description: plainText(500),
  labels: z.array(z.string()).min(1).max(50),
})
export const vaultCreated = z.object({ vault, receipt })

const asInToken = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'want it as a token has it')

/** What somebody signs in with: the subject as tokens have it, and the issuer where it is not the one of the sign-in. */
export const identity = z.strictObject({
  issuer: asInToken(2048).optional(),
  subject: asInToken(255),
})
/** The same, for two others to approve. */
export const proposeIdentity = identity.extend({ reason: reasonText })
export const identityChanged = z.object({ personId: z.uuid(), issuer: z.string(), subject: z.string(), receipt })
