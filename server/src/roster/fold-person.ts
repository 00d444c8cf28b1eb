// What entries about people make of their rows. What is personal in them stands sealed in the entries, under the person's own key.

import * as z from 'zod'
import { expects, put, type Columns, type Fold, type RowEffect } from '../ledger/index.ts'
import { personVersionColumns } from './person-columns.ts'
import { foldedName, lookOf } from '@sallyport/protocol/names'
import { nameColumns } from './store.ts'

const assignment = z.object({ program: z.string(), purpose: z.string() })
const verification = z.object({ by: z.string().nullable(), atMs: z.number().optional(), evidenceRef: z.string() })

/** `personalOf`, of any version; founding says less. */
const personal = z.object({
  displayName: z.string(),
  kind: z.string().optional(),
  externalId: z.string().nullable().optional(),
  mail: z.string().nullable().optional(),
  employer: z.string().nullable(),
  isRegularEmployee: z.boolean(),
  regularEmployeeBasis: z.string().nullable().optional(),
  actsForForeignEmployer: z.boolean().optional(),
  hasNda: z.boolean(),
  ndaSignedOn: z.string().nullable().optional(),
  briefedOn: z.string().nullable().optional(),
  assignments: z.array(assignment),
  basis: z.string().optional(),
  verification: verification.optional(),
})
type Personal = z.infer<typeof personal>

function personalColumns(is: Personal, status: string): Columns {
  const { externalId, verification: by } = is
  const { name_look, name_words } = nameColumns(is.displayName)
  const given = {
    display_name: is.displayName,
    kind: is.kind,
    external_id: externalId,
    name_look,
    name_words: [...new Set(name_words.split(' ').filter((word) => word !== ''))].toSorted(),
    external_id_key: externalId == null ? externalId : foldedName(externalId),
    external_id_look: externalId == null ? externalId : lookOf(externalId),
    mail: is.mail,
    employer: is.employer,
    is_regular_employee: is.isRegularEmployee,
    regular_employee_basis: is.regularEmployeeBasis,
    acts_for_foreign_employer: is.actsForForeignEmployer,
    has_nda: is.hasNda,
    nda_signed_on: is.ndaSignedOn,
    briefed_on: is.briefedOn,
    verified_by: by?.by ?? null,
    // Founding takes the time of its transaction, and leaves it to be put beside the entry.
    verified_at: by === undefined ? null : by.atMs,
    evidence_ref: by?.evidenceRef ?? null,
    // What an ended person was stays in the record.
    basis: status === 'ended' ? undefined : (is.basis ?? null),
  }
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** What every version of a person says of how it came about. */
function origin(change: string, by: string | null, approvedBy: readonly string[], entry: string): Columns {
  return { change, changed_by: by, approved_by: approvedBy, change_entry: entry }
}

const notEnded: Columns = { ended_kind: null, ended_by: null, ended_at: null, ended_reason: null }

function assignments(id: string, is: Personal | null): RowEffect {
  if (is === null) return { does: 'unsay', table: 'person_assignment', key: [id], columns: ['assignments'] }
  return put('person_assignment', [id], { assignments: sorted(is.assignments) })
}

function sorted(all: readonly z.infer<typeof assignment>[]) {
  const order = ({ program, purpose }: z.infer<typeof assignment>) => `${program}\n${purpose}`
  return all.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)).map(({ program, purpose }) => ({ program, purpose }))
}

/** The person's row as the version that is kept of it. */
function kept(id: string, version: number): readonly RowEffect[] {
  const key = [id, String(version)]
  const of = (table: string) => ({ table, key: [id] })
  return [
    {
      does: 'copy',
      table: 'person_version',
      key,
      from: of('person'),
      columns: (row) => ({
        ...Object.fromEntries(Object.entries(row).filter(([name]) => name in personVersionColumns)),
        // Countries only where the version is of a foreign person.
        ...(row['status'] === 'foreign-person' ? {} : { sealed_ties: null }),
      }),
    },
    {
      does: 'copy',
      table: 'person_version',
      key,
      from: of('person_assignment'),
      columns: (row) => ({ ...row }),
    },
  ]
}

const addedBody = z.object({
  ceremony: z.string().optional(),
  version: z.literal(1),
  status: z.string(),
  roles: z.array(z.string()),
  splitFrom: z.string().optional(),
})
export const added: Fold = ({ id: entry, about: id, actor, body }, open) => {
  const { ceremony, status, roles, splitFrom } = addedBody.parse(body)
  const text = open()
  const is = text === null ? null : personal.parse(JSON.parse(text))
  // SPEC: the defaults of the migration, which founding leaves as they are.
  const founded =
    ceremony === undefined
      ? {}
      : {
          kind: 'employee',
          external_id: null,
          external_id_key: null,
          external_id_look: null,
          mail: null,
          regular_employee_basis: null,
          acts_for_foreign_employer: false,
          nda_signed_on: null,
          briefed_on: null,
        }
  return [
    put('person', [id], {
      version: 1,
      status,
      roles,
      ...notEnded,
      reviewed_at: null,
      ...founded,
      ...(is === null ? {} : personalColumns(is, status)),
      ...origin(splitFrom === undefined ? 'added' : 'split', actor, [], entry),
    }),
    assignments(id, is),
    ...kept(id, 1),
    ...(splitFrom === undefined ? [] : [put('person_split', [id], { old_id: splitFrom, entry_id: entry })]),
  ]
}

const changedBody = z.object({
  change: z.string(),
  version: z.number(),
  by: z.string(),
  approvedBy: z.array(z.string()),
  status: z.string(),
  roles: z.array(z.string()),
  /** Of an import, which makes one version of several. */
  changes: z.array(z.string()).default([]),
  from: z.object({ status: z.string(), roles: z.array(z.string()) }),
})
const changedSealed = z.object({ was: personal, is: personal })
const describedNames = [
  'display_name',
  'name_look',
  'name_words',
  'kind',
  'external_id',
  'external_id_key',
  'external_id_look',
  'mail',
  'employer',
  'is_regular_employee',
  'regular_employee_basis',
  'acts_for_foreign_employer',
  'has_nda',
  'nda_signed_on',
  'briefed_on',
  'verified_by',
  'verified_at',
  'evidence_ref',
  'basis',
]
export const changed: Fold = ({ id: entry, about: id, body }, open) => {
  const { change, changes, version, by, approvedBy, status, roles, from } = changedBody.parse(body)
  const text = open()
  const { was, is } = text === null ? { was: null, is: null } : changedSealed.parse(JSON.parse(text))
  const reviewed = [change, ...changes].includes('review') ? ['reviewed_at'] : []
  return [
    expects('person', [id], {
      version: version - 1,
      ...from,
      ...(was === null ? {} : personalColumns(was, from.status)),
    }),
    ...(was === null ? [] : [expects('person_assignment', [id], { assignments: sorted(was.assignments) })]),
    ...(is === null ? [{ does: 'unsay', table: 'person', key: [id], columns: describedNames } as const] : []),
    put(
      'person',
      [id],
      {
        version,
        status,
        roles,
        ...(status === 'ended' ? {} : notEnded),
        ...(is === null ? {} : personalColumns(is, status)),
        ...origin(change, by, approvedBy, entry),
      },
      ['sealed_ties', 'change_reason', ...reviewed],
    ),
    assignments(id, is),
    ...kept(id, version),
  ]
}

const endingChanges = ['ended_at', 'ended_reason', 'change_reason']

const endedBody = z.object({ version: z.number(), ending: z.string(), from: z.string() })
export const ended: Fold = ({ id: entry, about: id, actor, body }) => {
  const { version, ending, from } = endedBody.parse(body)
  return [
    expects('person', [id], { version: version - 1, status: from }),
    put(
      'person',
      [id],
      { version, status: 'ended', ended_kind: ending, ended_by: actor, ...origin('ended', actor, [], entry) },
      endingChanges,
    ),
    ...kept(id, version),
  ]
}

const mergedBody = z.object({ version: z.number(), into: z.string(), from: z.string() })
const mergedSealed = z.object({ is: z.object({ externalId: z.string().nullable() }).optional() })
export const merged: Fold = ({ id: entry, about: id, actor, body }, open) => {
  const { version, into, from } = mergedBody.parse(body)
  const text = open()
  const is = text === null ? undefined : mergedSealed.parse(JSON.parse(text)).is
  const number = is === undefined ? null : is.externalId
  return [
    { does: 'unsay', table: 'person', key: [id], columns: ['external_id', 'external_id_key', 'external_id_look'] },
    expects('person', [id], { version: version - 1, status: from }),
    put(
      'person',
      [id],
      {
        version,
        status: 'ended',
        ended_kind: 'merged',
        ended_by: actor,
        ...(is === undefined
          ? {}
          : {
              external_id: number,
              external_id_key: number === null ? null : foldedName(number),
              external_id_look: number === null ? null : lookOf(number),
            }),
        ...origin('merged', actor, [], entry),
      },
      endingChanges,
    ),
    put('person_merge', [id], { kept_id: into, entry_id: entry }),
    ...kept(id, version),
  ]
}

/** A version that counts up beside the record, as binding an identity makes one. Entries of before said no number. */
const boundBody = z.object({ ceremony: z.string().optional(), version: z.number().nullable().optional() })
export const marked =
  (change: string): Fold =>
  ({ id: entry, about: id, actor, body }) => {
    const { ceremony, version } = boundBody.parse(body)
    if (ceremony !== undefined || version === null) return []
    if (version === undefined) {
      const columns = ['version', ...Object.keys(origin('', null, [], '')), 'change_reason']
      return [
        { does: 'unsay', table: 'person', key: [id], columns },
        { does: 'may-have', table: 'person_version', mark: entry },
      ]
    }
    return [
      expects('person', [id], { version: version - 1 }),
      put('person', [id], { version, change_reason: null, ...origin(change, actor, [], entry) }, []),
      ...kept(id, version),
    ]
  }
