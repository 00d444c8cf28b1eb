// Labels, and vaults made of them. Whoever defines a label says on which basis: a label without one does not exist.

import * as z from 'zod'
import { slug } from '../authorization.ts'
import { labelDimensions, labelValueFault } from '../markings/index.ts'
import { receipt } from './acknowledgement.ts'
import { vault } from './files.ts'
import { plainText, reasonText } from './reason-text.ts'

const dimension = z.enum(labelDimensions)

/** SPEC: 22 CFR 121.1 names paragraphs `IV(h)(1)`; 15 CFR 774 Supplement 1 names entries `9E610.a`. */
const classification = z.union([
  z.strictObject({
    usml: z.string().regex(/^[IVX]{1,5}(\([a-z0-9]{1,4}\)){0,5}\*?$/, 'want a USML paragraph such as IV(h)(1)'),
  }),
  z.strictObject({
    eccn: z
      .string()
      .regex(/^([0-9][A-E][0-9]{3}(\.[a-z0-9]{1,4}){0,5}|EAR99)$/, 'want an ECCN such as 9E610.a, or EAR99'),
  }),
])

/** Of a program, an item or a jurisdiction a plain word; a marking has the form of its dimension. */
const value = z.string().regex(/^[a-z0-9][a-z0-9_.%-]{0,252}$/, 'want lower case letters, digits and hyphens')

export const defineLabel = z
  .strictObject({
    dimension,
    value,
    title: reasonText,
    /** An item has one. */
    classification: classification.nullable(),
    /** Who decided what, and where that is kept. */
    basis: reasonText,
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
export type LabelView = z.infer<typeof label>
/** By name, at most 1,000; `next` is null on the last page. */
export const labels = z.object({ labels: z.array(label), next: z.string().nullable() })
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
export const identityChanged = z.object({ personId: z.uuid(), issuer: z.string(), subject: z.string(), receipt })
