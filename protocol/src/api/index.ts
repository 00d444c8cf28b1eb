// The product API, /api/v1: the shapes that the gate and its clients both parse. Routes and methods stand in `routes`, so
// that the OpenAPI document, the server and the client are written from one table.

export { acknowledgeProvisos, fileProvisos, provisosAcknowledged, type FileProvisos } from './provisos.ts'
export {
  answerRequest,
  makeRequest,
  personRequest,
  personRequests,
  requestAnswered,
  requestMade,
  type PersonRequestView,
} from './requests.ts'
export { fileShared, fileShares, fileUnshared, shareFile, sharedFiles, type FileShares } from './shares.ts'
export { problemBody, receipt, type ProblemBody } from './acknowledgement.ts'
export {
  amendAuthorization,
  approveAuthorization,
  authorization,
  authorizationAmended,
  authorizationChanged,
  authorizationHistory,
  authorizationRegistered,
  authorizations,
  authorizationTasks,
  drawAuthorization,
  draws,
  lineDrawn,
  takeBackDraw,
  authorizationsImported,
  endAuthorization,
  exemptions,
  type AuthorizationsImported,
  type AuthorizationHistoryView,
  type AuthorizationView,
  type DrawsView,
} from './authorizations.ts'
export {
  authorizationDuties,
  dutyRecorded,
  fulfilDuty,
  ownDuties,
  reopenDuty,
  type AuthorizationDutiesView,
} from './duties.ts'
export {
  classification,
  classificationCarriers,
  classificationChanged,
  classificationHistory,
  classificationLists,
  classificationRegistered,
  classifications,
  classificationTasks,
  registerClassification,
  withdrawClassification,
  type ClassificationView,
} from './classifications.ts'
export { accessChange, accessMap, accessMembers, accessMembersQuestion, accessQuestion } from './access.ts'
export {
  decisions,
  decisionsQuery,
  explanation,
  ownRefusal,
  ownRefusals,
  replayed,
  whatCan,
  whatCanAnswer,
  whoCan,
  whoCanAnswer,
  type Explanation,
  type OwnRefusalView,
} from './decisions.ts'
export { enclave, type EnclaveView } from './enclave.ts'
export {
  destroyKey,
  filesMoved,
  keyProposed,
  keys,
  moveFiles,
  rotateKey,
  type FilesMoved,
  type MovePlace,
} from './keys.ts'
export { peopleImported, type PeopleImported } from './import.ts'
export {
  checkPolicySet,
  policyEffect,
  policyEffectAnswer,
  policyExample,
  policySetChecked,
  policySets,
  policySetText,
  policySetVersions,
  proposePolicySet,
  type PolicyExample,
} from './policy-sets.ts'
export {
  deleteFile,
  endRescue,
  file,
  fileCopies,
  fileHistory,
  fileName,
  fileReclassified,
  fileReserved,
  files,
  fileShown,
  fileStored,
  reclassifyFile,
  rescueAsked,
  rescueEnded,
  rescueFile,
  reserveFile,
  vault,
  vaults,
  wrappingKey,
  type FileHistory,
  type FileShownView,
  type FileView,
  type VaultView,
} from './files.ts'
export {
  attestFounder,
  beginFounderPasskey,
  enrollFounder,
  enrollFounderPasskey,
  founding,
  foundingChanged,
  foundingClosed,
  type FounderView,
  type FoundingView,
} from './founding.ts'
export {
  approval,
  approvalDeclined,
  approvalEffect,
  approvalGiven,
  approvals,
  approvalShown,
  approvalWithdrawn,
  declineApproval,
  giveApproval,
  proposed,
  type ApprovalView,
} from './approvals.ts'
export { dueMailResent, dueMails, notice, notices, type NoticeView } from './notices.ts'
export {
  addPerson,
  changePerson,
  endPerson,
  lookAtTies,
  me,
  mergePeople,
  people,
  peopleMerged,
  person,
  personAdded,
  personChanged,
  personEnded,
  personHistory,
  personShown,
  personSplit,
  rosterCompared,
  splitPerson,
  tiesShown,
  type PersonShown,
  type PersonView,
} from './people.ts'
export {
  createVault,
  defineLabel,
  identity,
  identityChanged,
  labelDefined,
  labels,
  proposeIdentity,
  vaultCreated,
  type LabelView,
} from './labels.ts'
export {
  foundLabels,
  labelMapped,
  labelMappings,
  mapLabel,
  mappedRead,
  mappedWritten,
  outsideRead,
  readMapped,
  writeMapped,
  type OutsideRead,
} from './mappings.ts'
export {
  approvalsQuery,
  pageQuery,
  noticesQuery,
  asOfQuery,
  peopleQuery,
  compareQuery,
  exportQuery,
  replayQuery,
  timestampsQuery,
  contentQuery,
  filesQuery,
  importQuery,
  noQuery,
  packetQuery,
} from './query.ts'
export { exportReleasesQuery, releases, releasesQuery, type ReleaseView } from './releases.ts'
export { reasonText } from './reason-text.ts'
export {
  candidateChanged,
  candidates,
  candidatesQuery,
  closeCandidate,
  closeUnfiled,
  decideCandidate,
  type CandidateView,
} from './candidates.ts'
export { checkLegalData, legalDataChecked, legalDataProposed, legalDataShown, proposeLegalData } from './legal-data.ts'
export {
  askEnrollment,
  beginEnrollment,
  beginPasskey,
  enrollmentAsked,
  enrollmentBegun,
  enrollPasskey,
  passkeyChallenge,
  passkeyRemoved,
  passkeys,
  signInWithPasskey,
  type PasskeyAnswer,
  type PasskeyEnrollmentOptions,
  type PasskeyRegistration,
  type PasskeySignInOptions,
  type PasskeysView,
} from './passkeys.ts'
export {
  failedSignIns,
  session,
  sessionEnded,
  sessions,
  signInAtIssuer,
  signInBegun,
  signInByCertificate,
  askForProgram,
  exchangeGrant,
  grantToProgram,
  programAsked,
  programGranted,
  programSignedIn,
  signInMethods,
  type ListedSession,
  type SessionAnswer,
  type SessionView,
} from './sessions.ts'
export {
  refusals,
  refusalsQuery,
  refusalTriaged,
  triageRefusal,
  unusualReleases,
  type RefusalView,
  type UnusualRelease,
} from './refusals.ts'
export { changeSetting, settingChanged, settings, tasks } from './settings.ts'
export { backups, type BackupsView } from './backups.ts'
export { boundary, type BoundaryView } from './boundary.ts'
export { ledgerEntriesQuery, ledgerEntry, ledgerEntryList, type ListedEntry } from './ledger-entries.ts'
export { alarms, packetProgress, proveReceipt, receiptProved, reconciled, timestamps } from './ledger.ts'
export { problemsOf, takesKey, type Route } from './route.ts'
export { routes, type RouteName } from './routes.ts'
