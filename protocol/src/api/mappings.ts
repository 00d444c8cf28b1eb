// What labels of other systems mean here.

import * as z from 'zod'
import { outsideSystems } from '../markings/index.ts'
import { receipt } from './acknowledgement.ts'
import { reasonText } from './reason-text.ts'

/** `opentdf:<attribute value>`, `microsoft:<tenant>/<label>`, `google:<label>/<field>/<choice>`. */
const outside = z.string().min(1).max(800)
const labelNames = z.array(z.string().min(1).max(700)).min(1).max(50)

const mapping = z.object({
  outside: z.string(),
  version: z.number().int(),
  labels: z.array(z.string()),
  basis: z.string(),
  changedBy: z.uuid(),
  approvedBy: z.array(z.uuid()),
})
export const labelMappings = z.object({ mappings: z.array(mapping) })

export const mapLabel = z.strictObject({
  outside,
  /** Names of labels that are defined; null takes its meaning away, so that it stops whoever reads it. */
  labels: labelNames.nullable(),
  basis: reasonText,
})
export const labelMapped = z.object({
  outside: z.string(),
  /** What waits for approval; null for a change that is done. */
  approvalId: z.uuid().nullable(),
  needed: z.number().int(),
  receipt,
})

/** Labels as a document carries them, with whether they are switched on there. */
export const foundLabels = z.array(z.strictObject({ outside, isOn: z.boolean() })).max(50)

const state = z.enum(['mapped', 'unknown', 'elsewhere', 'off'])
export const outsideRead = z.array(
  z.object({
    outside: z.string(),
    isOn: z.boolean(),
    /** `unknown` stops; `elsewhere` is another tenant's; `off` was switched off or taken off. */
    state,
    labels: z.array(z.string()),
  }),
)
export type OutsideRead = z.infer<typeof outsideRead>

export const readMapped = z.strictObject({ found: foundLabels })
export const mappedRead = z.object({ read: outsideRead })

export const writeMapped = z.strictObject({
  system: z.enum(outsideSystems),
  /** Whose labels: a namespace of OpenTDF, a tenant of Microsoft, a label of Google Drive. */
  scope: z.string().min(1).max(253),
  labels: labelNames,
})
export const mappedWritten = z.object({ outside: z.array(z.string()) })
