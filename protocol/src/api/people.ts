// People as the product API shows them. Nationality is never part of these answers.

import * as z from 'zod'
import { personStatuses, roles } from '../person.ts'
import { slug } from '../authorization.ts'
import { receipt } from './acknowledgement.ts'
import { reasonText } from './reason-text.ts'

export const person = z.object({
  id: z.uuid(),
  name: z.string(),
  status: z.enum(personStatuses),
  roles: z.array(z.enum(roles)),
  assignments: z.array(z.object({ program: slug, purpose: slug })),
  employer: z.string().nullable(),
  verifiedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
})
export type PersonView = z.infer<typeof person>

export const people = z.object({ people: z.array(person) })

/** End a person's status at once: somebody who left, or whose status itself ended. */
export const endPerson = z.strictObject({
  kind: z.enum(['left', 'status-ended']),
  reason: reasonText,
})

export const personEnded = z.object({ person, receipt })

export const me = z.object({
  person: person.nullable(),
  issuer: z.string(),
  subject: z.string(),
})
