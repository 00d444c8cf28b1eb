// The register of authorizations: licenses, agreements and exemptions as data, with the provisos that come with them. One
// officer registers, two others approve, one ends. Coverage is the heart: whether one live authorization covers a foreign
// person for one file, in all of its countries, items, programs and purposes, or not at all. Files under the EAR are held
// to the same union of countries as files under the ITAR, because the roster does not record which citizenship or
// residency is the most recent; that is stricter than the EAR. The list of 22 CFR 126.1 is dated data, replaceable
// without a release, and where it is not known what the law says after a day, the data refuses.

import type { ModuleMigrations } from '../base/index.ts'

export const authorizationsMigrations: ModuleMigrations = {
  module: 'authorizations',
  folder: new URL('migrations/', import.meta.url),
}

export { acknowledgeProvisos, bindingTerms, type AskedProviso } from './acknowledge-provisos.ts'
export { amendAuthorization, amendmentApprovals, amendmentRequest, type Amended } from './amend-authorization.ts'
export { approveAuthorization, authorizationApprovals } from './approve-authorization.ts'
export type { Authorization } from './authorization.ts'
export { makeCoverage } from './coverage.ts'
export type { AuthorizationDependencies } from './dependencies.ts'
export type { Balance } from './draws/balance.ts'
export { drawLine, takeBackDraw, type LineDrawn } from './draws/draw-line.ts'
export { readDraws, type DrawDown } from './draws/read-draws.ts'
export { dueMatters, listDue, type DueAuthorization } from './due/list-due.ts'
export type { Duty, DutyEvidence, DutyRecord } from './duties/duty.ts'
export { fulfilDuty, reopenDuty, type NamedEvidence } from './duties/fulfil-duty.ts'
export { listOwnDuties, readDuties } from './duties/read-duties.ts'
export { endAuthorization } from './end-authorization.ts'
export { legalData, loadLegalData, shippedLegalData, type LegalData } from './legal-data.ts'
export { legalDataInForce, type LegalDataInForce } from './legal-data-in-force.ts'
export { checkLegalData, rowsShown } from './compare-legal-data.ts'
export { showLegalData } from './read-legal-data.ts'
export { legalDataApprovals, legalDataRequest, proposeLegalData } from './replace-legal-data.ts'
export { authorizationHistory, type AuthorizationStep } from './history/read-history.ts'
export { findAuthorization, listAuthorizations, listExemptions } from './read-authorizations.ts'
export { effectRequest, foundAuthorization, registerAuthorization } from './register-authorization.ts'
export { numbersOf } from './store.ts'
export { exportRegister } from './table/export-register.ts'
export {
  applyRegister,
  compareRegister,
  type RegisterCompared,
  type RegisterLookedAt,
} from './table/import-register.ts'
export { authorizationsTables } from './tables.ts'
