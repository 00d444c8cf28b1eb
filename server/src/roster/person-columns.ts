// How the columns of people and of their versions are compared with the ledger.

const described = {
  display_name: 'value',
  kind: 'value',
  external_id: 'value',
  mail: 'value',
  employer: 'value',
  is_regular_employee: 'value',
  regular_employee_basis: 'value',
  acts_for_foreign_employer: 'value',
  has_nda: 'value',
  nda_signed_on: 'value',
  briefed_on: 'value',
  roles: 'value',
  status: 'value',
  basis: 'value',
  verified_by: 'value',
  evidence_ref: 'value',
  ended_kind: 'value',
  ended_by: 'value',
  change: 'value',
  changed_by: 'value',
  approved_by: 'value',
  change_entry: 'value',
} as const

export const personColumns = {
  ...described,
  version: 'value',
  // By what people are found; it says nothing that their names do not.
  name_look: 'value',
  name_words: 'words',
  external_id_key: 'value',
  external_id_look: 'value',
  verified_at: 'time',
  reviewed_at: 'time',
  ended_at: 'time',
  sealed_ties: 'sealed',
  ended_reason: 'sealed',
  change_reason: 'sealed',
} as const

export const personVersionColumns = {
  ...described,
  assignments: 'json-set',
  valid_from: 'time',
  verified_at: 'time-said',
  reviewed_at: 'time-said',
  ended_at: 'time-said',
  sealed_ties: 'sealed-said',
  change_reason: 'sealed-said',
} as const
