// What entries make of labels, vaults and files.

import * as z from 'zod'
import { drop, put, type Fold, type ModuleTables } from '../ledger/index.ts'
import { valueText } from './tables/store.ts'

const label = z.object({
  fqn: z.string(),
  dimension: z.string(),
  value: z.string(),
  title: z.string(),
  classifiedBy: z.string(),
  basis: z.string(),
  /** Entries of before records were kept do not have it. */
  classificationId: z.string().nullable().default(null),
})
const labelDefined: Fold = ({ body }) => {
  const { fqn, classifiedBy, classificationId, ...rest } = label.parse(body)
  const columns = { ...rest, classified_by: classifiedBy, classification_id: classificationId, active: true }
  return [put('label', [fqn], columns)]
}

const vault = z.object({ name: z.string(), description: z.string(), labels: z.array(z.string()) })
const vaultMade: Fold = ({ about, body }) => [put('vault', [about], vault.parse(body))]

const reserved = z.object({
  vaultId: z.string(),
  name: z.string(),
  labels: z.array(z.string()),
  /** Entries of before files had keys of their own do not have it. */
  key: z.string().nullable().default(null),
  replaced: z.string().nullable().default(null),
})
const fileReserved: Fold = ({ about, actor, body }) => {
  const { vaultId, name, labels, key, replaced } = reserved.parse(body)
  return [
    ...(replaced === null ? [] : [drop('protected_file', [replaced]), drop('file_key', [replaced])]),
    put('protected_file', [about], {
      vault_id: vaultId,
      name,
      labels,
      state: 'reserved',
      sealed_bytes: null,
      sha256: null,
      object_key: null,
      protected_by: actor,
      deleted_at: null,
    }),
    ...(key === null ? [] : [put('file_key', [about], { kid: key, sealed: true })]),
  ]
}

const stored = z.object({ sealedBytes: z.number(), sha256: z.string() })
const fileStored: Fold = ({ about, actor, body }) => {
  const { sealedBytes, sha256 } = stored.parse(body)
  return [
    put(
      'protected_file',
      [about],
      { state: 'stored', sealed_bytes: sealedBytes, sha256, protected_by: actor, deleted_at: null },
      ['object_key', 'protected_at'],
    ),
  ]
}

const deleted = z.object({ key: z.string() })
const fileDeleted: Fold = ({ about, body }) => [
  put('protected_file', [about], { state: 'deleted' }, ['deleted_at']),
  ...(deleted.parse(body).key === 'erased' ? [put('file_key', [about], { sealed: false })] : []),
]

const reclassified = z.object({
  version: z.number(),
  to: z.array(z.string()),
  approvedBy: z.array(z.string()),
  reason: z.string(),
})
const fileReclassified: Fold = ({ id, about, actor, body }) => {
  const { version, to, approvedBy, reason } = reclassified.parse(body)
  const how = { changed_by: actor, approved_by: approvedBy, reason, entry_id: id }
  return [put('file_added_label', [about, String(version)], { labels: to, ...how })]
}

const rescued = z.object({
  request: z.string(),
  from: z.array(z.string()),
  to: z.array(z.string()),
  policySha256: z.string(),
  bindings: z.array(z.string()),
  isStored: z.boolean(),
  reason: z.string(),
  approvedBy: z.array(z.string()),
})
const fileRescued: Fold = ({ id, about, actor, body }) => {
  const { request, from, to, policySha256, bindings, isStored, reason, approvedBy } = rescued.parse(body)
  return [
    put('file_rescue', [request], {
      file_id: about,
      policy_sha256: policySha256,
      bindings,
      is_stored: isStored,
      instead: from,
      labels: to,
      requested_by: actor,
      approved_by: approvedBy,
      reason,
      entry_id: id,
      ended_at: null,
      ended_by: null,
      ended_reason: null,
      ended_entry_id: null,
    }),
  ]
}

const rescueEnd = z.object({ request: z.string(), reason: z.string() })
const rescueEnded: Fold = ({ id, actor, body }) => {
  const { request, reason } = rescueEnd.parse(body)
  return [put('file_rescue', [request], { ended_by: actor, ended_reason: reason, ended_entry_id: id }, ['ended_at'])]
}

const share = z.object({
  share: z.string(),
  with: z.object({ person: z.string().optional(), program: z.string().optional() }),
  sharedBy: z.string(),
})
const fileShared: Fold = ({ about, body }) => {
  const { share: id, with: whom, sharedBy } = share.parse(body)
  return [
    put('file_share', [id], {
      file_id: about,
      person_id: whom.person ?? null,
      program: whom.program ?? null,
      shared_by: sharedBy,
      ended_at: null,
      ended_by: null,
    }),
  ]
}
const fileUnshared: Fold = ({ actor, body }) => [
  put('file_share', [share.parse(body).share], { ended_by: actor }, ['ended_at']),
]

const mapped = z.object({
  version: z.number(),
  to: z.array(z.string()).nullable(),
  basis: z.string(),
  approvedBy: z.array(z.string()),
})
const labelMapped: Fold = ({ id, about, actor, body }) => {
  const { version, to, basis, approvedBy } = mapped.parse(body)
  const row = { labels: to ?? [], basis, changed_by: actor, approved_by: approvedBy, entry_id: id }
  return [put('label_mapping', [about, String(version)], row)]
}

export const filesTables: ModuleTables = {
  tables: [
    {
      name: 'label',
      key: { fqn: 'text' },
      columns: {
        dimension: 'value',
        value: 'value',
        title: 'value',
        active: 'value',
        classified_by: 'value',
        classified_at: 'time',
        basis: 'value',
        classification_id: 'value',
      },
    },
    { name: 'vault', key: { id: 'uuid' }, columns: { name: 'value', description: 'value', labels: 'set' } },
    {
      name: 'protected_file',
      key: { id: 'uuid' },
      columns: {
        vault_id: 'value',
        name: 'value',
        labels: 'set',
        state: 'value',
        sealed_bytes: 'value',
        sha256: 'hex',
        // Forgotten once the object of a deleted file is removed.
        object_key: 'fact-or-null',
        protected_by: 'value',
        protected_at: 'time',
        deleted_at: 'time',
      },
      source: valueText,
    },
    {
      name: 'file_key',
      key: { file_id: 'uuid' },
      // Sealed again under another key of the keystore, it says the same; what else stands there does not open.
      columns: { kid: 'value', sealed: 'presence' },
    },
    {
      name: 'file_added_label',
      key: { file_id: 'uuid', version: 'integer' },
      columns: {
        labels: 'set',
        changed_by: 'value',
        approved_by: 'value',
        changed_at: 'time',
        reason: 'value',
        entry_id: 'value',
      },
    },
    {
      name: 'file_rescue',
      key: { id: 'uuid' },
      columns: {
        file_id: 'value',
        policy_sha256: 'value',
        bindings: 'value',
        is_stored: 'value',
        instead: 'set',
        labels: 'set',
        requested_by: 'value',
        approved_by: 'value',
        reason: 'value',
        began_at: 'time',
        entry_id: 'value',
        ended_at: 'time',
        ended_by: 'value',
        ended_reason: 'value',
        ended_entry_id: 'value',
      },
    },
    {
      name: 'label_mapping',
      key: { outside: 'text', version: 'integer' },
      columns: {
        labels: 'set',
        basis: 'value',
        changed_by: 'value',
        approved_by: 'value',
        changed_at: 'time',
        entry_id: 'value',
      },
    },
    {
      name: 'file_share',
      key: { id: 'uuid' },
      columns: {
        file_id: 'value',
        person_id: 'value',
        program: 'value',
        shared_by: 'value',
        shared_at: 'time',
        ended_at: 'time',
        ended_by: 'value',
      },
    },
  ],
  leftOut: { object_upload: 'uploads that are being written' },
  folds: {
    'label.defined': labelDefined,
    'vault.made': vaultMade,
    'file.reserved': fileReserved,
    'file.stored': fileStored,
    'file.deleted': fileDeleted,
    'file.reclassified': fileReclassified,
    'file.rescued': fileRescued,
    'file.rescue-ended': rescueEnded,
    'label.mapped': labelMapped,
    'file.shared': fileShared,
    'file.unshared': fileUnshared,
  },
  withoutRows: {},
}
