// What entries make of the roster's tables.

import * as z from 'zod'
import { drop, put, type Fold, type LedgerTable, type ModuleTables } from '../ledger/index.ts'
import { added, changed, ended, marked, merged } from './fold-person.ts'
import { personColumns, personVersionColumns } from './person-columns.ts'
import { personKeysOf } from './store.ts'
import { assignmentsText, textText } from './tables/store.ts'

const person: LedgerTable = {
  name: 'person',
  key: { id: 'uuid' },
  columns: personColumns,
  leftOut: { person_key: 'wrapped anew at any time; that it opens what entries seal for the person is tried instead' },
}

const personVersion: LedgerTable = {
  name: 'person_version',
  key: { person_id: 'uuid', version: 'integer' },
  columns: personVersionColumns,
  markedBy: 'change_entry',
  settle: ['SET CONSTRAINTS person_version_kept IMMEDIATE', 'SET CONSTRAINTS person_version_kept DEFERRED'],
}

const settingBody = z.union([
  z.object({ setting: z.string(), isOn: z.boolean(), by: z.string(), reason: z.string() }),
  z.object({
    interval: z.object({ role: z.string(), task: z.string(), months: z.number().nullable() }),
    reason: z.string(),
  }),
])
const settingChanged: Fold = ({ actor, body }) => {
  const said = settingBody.parse(body)
  if ('setting' in said) {
    const { setting, isOn, by, reason } = said
    return [
      put('roster_setting', [setting], { is_on: isOn, set_by: by, reason }),
      { does: 'newest', table: 'roster_setting_past', by: 'name', is: setting },
    ]
  }
  const { role, task, months } = said.interval
  if (months === null) return [drop('review_interval', [role, task])]
  return [put('review_interval', [role, task], { months, set_by: actor, reason: said.reason })]
}

/** SPEC: the rules that the migration brings, as they stood when the enclave was founded. */
const rules = ['foreign-employer-bars'].flatMap((name) => [
  put('roster_setting', [name], {}),
  { does: 'newest', table: 'roster_setting_past', by: 'name', is: name } as const,
])

const raised = z.object({ rule: z.string(), years: z.number(), reason: z.string() })
const retentionRaised: Fold = ({ actor, body }) => {
  const { rule, years, reason } = raised.parse(body)
  return [put('retention_rule', [rule], { years, set_by: actor, reason })]
}

const pointer = { at: 'time', entry_id: 'value' } as const

export const rosterTables: ModuleTables = {
  tables: [
    person,
    personVersion,
    {
      name: 'person_assignment',
      key: { person_id: 'uuid' },
      columns: { assignments: 'value' },
      source: assignmentsText,
    },
    { name: 'person_merge', key: { duplicate_id: 'uuid' }, columns: { kept_id: 'value', ...pointer } },
    { name: 'person_split', key: { new_id: 'uuid' }, columns: { old_id: 'value', ...pointer } },
    {
      name: 'roster_setting',
      key: { name: 'text' },
      columns: { is_on: 'value', set_by: 'value', set_at: 'time', reason: 'value' },
    },
    {
      name: 'roster_setting_past',
      key: { name: 'text', since: 'text' },
      columns: { is_on: 'value' },
      source: textText,
      markedBy: 'name',
      order: 't.since::numeric',
    },
    {
      name: 'retention_rule',
      key: { name: 'text' },
      columns: { years: 'value', set_by: 'value', set_at: 'time', reason: 'value' },
    },
    {
      name: 'review_interval',
      key: { role: 'text', task: 'text' },
      columns: { months: 'value', set_by: 'value', set_at: 'time', reason: 'value' },
    },
  ],
  leftOut: {},
  // SPEC: the row that the migration brings.
  initial: [
    put('roster_setting', ['foreign-employer-bars'], {
      is_on: false,
      set_by: null,
      reason: 'a recorded fact without effect until counsel decides',
    }),
    put('retention_rule', ['us-person-releases'], {
      years: 5,
      set_by: null,
      reason: 'as long as records of the other releases',
    }),
  ],
  folds: {
    'person.added': added,
    'person.changed': changed,
    'person.ended': ended,
    'person.merged': merged,
    'identity.bound': marked('identity-bound'),
    'identity.unbound': marked('identity-unbound'),
    'setting.changed': settingChanged,
    'retention.raised': retentionRaised,
    'enclave.founded': () => rules,
  },
  withoutRows: {
    'ties.shown': 'somebody looked',
    'people.imported': 'what it did to each person is an entry of its own',
  },
  personKeys: personKeysOf,
}
