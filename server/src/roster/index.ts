// The roster: who is on it, what export control knows of them, and since when. It keeps the decision and its basis, never
// documents. For a U.S. person there is no place to record a country, because none ever matters; a foreign person's
// countries are sealed under that person's own key, and reach the decision point through the view `roster_subject`, which
// shows them only while the person is a foreign person. People come in by the founding ceremony, or later unverified and by
// one person. What widens (status, roles, programs, whatever coverage rests on) is proposed, bound to the version that it was
// proposed for, and executed with the second approval of others. What narrows or corrects one officer does at once. Every
// version stays, with who, when and why.

import type { ModuleMigrations } from '../base/index.ts'
import { fillNames } from './names/fill-names.ts'

export const rosterMigrations: ModuleMigrations = {
  module: 'roster',
  folder: new URL('migrations/', import.meta.url),
  fills: { '011-names.sql': fillNames },
}

export { addPerson } from './add-person.ts'
export { addUnverified, type Newcomer } from './add-unverified.ts'
export { applyChange } from './apply-change.ts'
export type { EndDependencies, RosterDependencies } from './dependencies.ts'
export { endPerson } from './end-person.ts'
export type { Decided, EndingEvidence } from './history/ending-evidence.ts'
export {
  compareRoster,
  findPersonAsOf,
  listPeopleAsOf,
  personHistory,
  type Difference,
  type HistoryDependencies,
  type PersonHistory,
  type ToldVersion,
} from './history/read-history.ts'
export { goOnIn, type RelatedRecord } from './history/related-records.ts'
export {
  applyImport,
  compareImport,
  exportPeople,
  importApprovals,
  personImportRequest,
  type ExportFormat,
  type ImportApplied,
  type ImportCompared,
  type ImportPlan,
  type PlannedPerson,
} from './import/index.ts'
export { lookAtRecordedTies } from './look-at-recorded-ties.ts'
export { lookAtTies } from './look-at-ties.ts'
export { markPerson } from './mark-person.ts'
export { mergePeople, type MergeDependencies } from './merge/merge-people.ts'
export { personApprovals } from './person-approvals.ts'
export type { Ending, NewPerson, Person } from './person.ts'
export { personChangeRequest, proposeChange } from './propose-change.ts'
export { groundOf, readPerson, type PersonBehind } from './history/read-person.ts'
export {
  countByStatus,
  displayNames,
  findPeople,
  findPerson,
  listPeople,
  openSealedEntry,
  personOf,
} from './read-people.ts'
export {
  changeSetting,
  dueReviews,
  readSettings,
  setReviewInterval,
  settingApprovals,
  settingRequest,
} from './settings/change-setting.ts'
export { personKeyOf } from './store.ts'
export { splitPerson } from './merge/split-person.ts'
export { allRecordsOf } from './merge/store.ts'
export { makePersonVault, type FieldKeys, type PersonVault } from './vault.ts'
export { rosterTables } from './tables.ts'
export { raiseRetention, usPersonRetention } from './settings/retention.ts'
