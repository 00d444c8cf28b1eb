// People as the product API shows them. Nationality is never part of these answers.

import * as z from 'zod'
import { personKinds, personStatuses, regularEmployeeBases, roles, usPersonBases } from '../person.ts'
import { mailAddress } from '../mail-address.ts'
import { oneLine, personChange, recordedTies } from '../person-change.ts'
import { slug } from '../authorization.ts'
import { receipt } from './acknowledgement.ts'
import { identity } from './labels.ts'
import { reasonText } from './reason-text.ts'

export const person = z.object({
  id: z.uuid(),
  /** Incremented with each change; a change names the version that it is meant for. */
  version: z.number().int(),
  name: z.string(),
  kind: z.enum(personKinds),
  externalId: z.string().nullable(),
  /** Where notices go. */
  mail: z.string().nullable(),
  status: z.enum(personStatuses),
  roles: z.array(z.enum(roles)),
  assignments: z.array(z.object({ program: slug, purpose: slug })),
  employer: z.string().nullable(),
  regularEmployee: z.boolean(),
  regularEmployeeBasis: z.enum(regularEmployeeBases).nullable(),
  actsForForeignEmployer: z.boolean(),
  nda: z.boolean(),
  ndaSignedOn: z.iso.date().nullable(),
  briefedOn: z.iso.date().nullable(),
  verifiedAt: z.iso.datetime().nullable(),
  verifiedBy: z.uuid().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** The record that was kept when this one was merged into it; that one may be merged itself by now. */
  mergedInto: z.uuid().nullable(),
})
export type PersonView = z.infer<typeof person>

const named = z.object({ id: z.uuid(), name: z.string() })

/** What a verification rests on: never the evidence itself, and never a country. */
const verification = z.object({
  /** Of a U.S. person (22 CFR 120.62); null for a foreign person, who needs none. */
  ground: z.enum(usPersonBases).nullable(),
  /** Where the evidence is kept. */
  evidenceRef: z.string(),
})

/** One person, with what stands behind their status. */
export const personShown = person.extend({
  /** Null for somebody whom nobody has verified. */
  verification: verification
    .extend({
      at: z.iso.datetime(),
      /** Who looked at the evidence and said so; null where it was so from the founding on. */
      by: named.nullable(),
      /** Who confirmed it. */
      approvedBy: z.array(named),
    })
    .nullable(),
  /** When somebody last confirmed that the status holds, besides verifying it. */
  reviewedAt: z.iso.datetime().nullable(),
  /** When it is looked at again, by the intervals of their roles, the earliest first; none of a moment that is past. */
  due: z.array(
    z.object({
      task: z.enum(['status-review', 'briefing']),
      role: z.enum(roles),
      last: z.iso.datetime().nullable(),
      due: z.iso.datetime(),
    }),
  ),
})
export type PersonShown = z.infer<typeof personShown>

/** At most 1,000; `next` is null on the last page. */
export const people = z.object({ people: z.array(person), next: z.string().nullable() })

export const addPerson = z.strictObject({
  name: oneLine(200),
  kind: z.enum(personKinds),
  externalId: oneLine(100).nullable().default(null),
  mail: mailAddress.nullable().default(null),
  /** Party whose employee the person is; null for the enclave's own people. */
  employer: slug.nullable().default(null),
  regularEmployee: z.enum(regularEmployeeBases).nullable().default(null),
  actsForForeignEmployer: z.boolean().default(false),
  ndaSignedOn: z.iso.date().nullable().default(null),
  briefedOn: z.iso.date().nullable().default(null),
})
export const personAdded = z.object({
  person,
  /** People whose names could be taken for this one, at most 100. */
  similar: z.array(z.object({ personId: z.uuid(), name: z.string(), match: z.enum(['same', 'look-alike']) })),
  receipt,
})

/** A change to the version of a person that it names: applied at once, or proposed to two others. */
export const changePerson = z.strictObject({ change: personChange, reason: reasonText, version: z.number().int() })
export const personChanged = z.object({ person, receipt })

/** Why the countries of a foreign person are looked at. On record before they are shown. */
export const lookAtTies = z.strictObject({ purpose: reasonText })
export const tiesShown = z.object({
  /** Null where none are recorded. */
  ties: recordedTies.nullable(),
  /** Changes of countries that wait for approval. */
  proposed: z.array(z.object({ approvalId: z.uuid(), change: personChange })),
  receipt,
})

const decided = z.object({ at: z.iso.datetime(), action: z.string(), entryId: z.uuid() })

/** A record that belongs to another: merged into it or kept in its place, split from it or begun by that. */
const related = named.extend({ at: z.iso.datetime(), entryId: z.uuid() })

export const personHistory = z.object({
  personId: z.uuid(),
  /** The record in which this one goes on now, whatever merges are in between. */
  goesOnIn: named.nullable(),
  mergedFrom: z.array(related),
  splitFrom: related.nullable(),
  splitInto: z.array(related),
  versions: z.array(
    z.object({
      /** As the person was from then until the next version. */
      person,
      /** What their status rested on then. */
      verification: verification.nullable(),
      from: z.iso.datetime(),
      change: z.string(),
      /** Who did it or asked for it; null at founding. */
      by: named.nullable(),
      approvedBy: z.array(named),
      reason: z.string().nullable(),
      entryId: z.uuid().nullable(),
    }),
  ),
  /** Who looked at the countries. */
  looks: z.array(
    z.object({ at: z.iso.datetime(), by: named.nullable(), purpose: z.string().nullable(), entryId: z.uuid() }),
  ),
  /** Each ending of the status, newest first, with the decisions that the ledger has on both sides of it. */
  endings: z.array(
    z.object({
      at: z.iso.datetime(),
      by: named.nullable(),
      entryId: z.uuid(),
      lastPermit: decided.nullable(),
      /** Null where the person has asked for nothing since. */
      firstRefusal: decided.nullable(),
      /** A permit after the ending; null unless the record is of a fault. */
      permitAfter: decided.nullable(),
      /** From the entry of the ending to that of the first refusal. */
      untilRefusedMs: z.number().int().nullable(),
    }),
  ),
})

export const rosterCompared = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  people: z.array(
    z.object({
      personId: z.uuid(),
      before: person.nullable(),
      after: person.nullable(),
      differs: z.array(z.string()),
    }),
  ),
  next: z.string().nullable(),
})

/** End a person's status at once: somebody who left, or whose status itself ended. */
export const endPerson = z.strictObject({
  kind: z.enum(['left', 'status-ended']),
  reason: reasonText,
})

export const personEnded = z.object({ person, receipt })

const signIn = z.object({ issuer: z.string(), subject: z.string() })

/** Merge another record of the same human being into this one, each as of the version that is named. */
export const mergePeople = z.strictObject({
  duplicate: z.strictObject({ id: z.uuid(), version: z.number().int() }),
  version: z.number().int(),
  reason: reasonText,
})
export const peopleMerged = z.object({
  person,
  duplicate: person,
  /** In what the two disagreed, so that the kept record is unverified now; empty where it was left as it was. */
  disagreements: z.array(z.string()),
  /** What the duplicate signed in with; nobody's now. */
  identities: z.array(signIn),
  /** People of whom one change was asked for or approved under both records. */
  approvedTwice: z.array(named),
  receipt,
})

/** Split somebody new from a record that is of two human beings. */
export const splitPerson = z.strictObject({
  name: oneLine(200),
  kind: z.enum(personKinds).nullable().default(null),
  /** Of the record, to be taken away from it. */
  identities: z.array(identity).max(100).default([]),
  version: z.number().int(),
  reason: reasonText,
})
export const personSplit = z.object({ person, somebodyNew: person, identities: z.array(signIn), receipt })

export const me = z.object({
  person: person.nullable(),
  issuer: z.string(),
  subject: z.string(),
})
