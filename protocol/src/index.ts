// The pure words of Sallyport, shared by the gate, its clients and the console: no I/O, nothing of Node or of a browser.
// Formats with a specification of their own stand beside this face: ./tdf, ./kas, ./ledger, ./packet, ./api.

export { parseId, type Id } from './ids.ts'
export { alikeTogether } from './alike.ts'
export {
  concat,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from './bytes.ts'
export { canonicalJson, type Json, type JsonObject } from './canonical-json.ts'
export { Problem, problems, type ProblemCode } from './problems.ts'
export {
  actions,
  type Action,
  type Obligation,
  type Reason,
  type Reliance,
  type ResourceKind,
  type ResourceOf,
} from './decision.ts'
export { isOlderThanAYear } from './legal-age.ts'
export { mailAddress, parseMailAddress, type MailAddress } from './mail-address.ts'
export {
  noticeEvents,
  noticeStates,
  noticeTroubles,
  type NoticeEvent,
  type NoticeState,
  type NoticeTrouble,
} from './notice.ts'
export { parseLabel, type Label, type LabelFqn } from './labels.ts'
export {
  personKinds,
  personStatuses,
  regularEmployeeBases,
  roles,
  usPersonBases,
  type Assignment,
  type Country,
  type CountryTies,
  type PersonKind,
  type PersonStatus,
  type RegularEmployeeBasis,
  type Role,
  type UsPersonBasis,
} from './person.ts'
export {
  amendmentRoutes,
  authorizationKinds,
  particularNames,
  authorizationStates,
  authorizationTerms,
  coveredActions,
  employeeOptions,
  partyRoles,
  slug,
  type AmendmentRoute,
  type AuthorizationKind,
  type AuthorizationState,
  type AuthorizationTerms,
  type CommodityLine,
  type Proviso,
  type ProvisoCondition,
} from './authorization.ts'
export { countriesMeant, country, countryFault, countryToday } from './countries.ts'
export {
  countryTies,
  oneLine,
  personChange,
  personChangeWords,
  tieKinds,
  widens,
  type PersonChange,
  type TieKind,
} from './person-change.ts'
export {
  classificationNumber,
  classificationStates,
  classificationTerms,
  classificationText,
  itemOf,
  jurisdictions,
  lineText,
  parseEccn,
  parseUsml,
  usmlCategories,
  type ClassificationBasis,
  type ClassificationLine,
  type ClassificationState,
  type ClassificationTerms,
  type Jurisdiction,
} from './classification.ts'
