// What every module says of its tables, in the order in which they are compared: what decides access first.

import { approvalsTables } from '../approvals/index.ts'
import { authorizationsTables } from '../authorizations/index.ts'
import { candidatesTables } from '../candidates/index.ts'
import { classificationsTables } from '../classifications/index.ts'
import { filesTables } from '../files/index.ts'
import { foundingTables } from '../founding/index.ts'
import { identityTables } from '../identity/index.ts'
import { keyChangesTables } from '../key-changes/index.ts'
import { ledgerTables, type ModuleTables } from '../ledger/index.ts'
import { noticesTables } from '../notices/index.ts'
import { policyTables } from '../policy/index.ts'
import { requestsTables } from '../requests/index.ts'
import { rosterTables } from '../roster/index.ts'
import { triageTables } from '../triage/index.ts'

/** Of what keeps no table. */
const entriesAlone: ModuleTables = {
  tables: [],
  leftOut: {},
  folds: {},
  withoutRows: {
    'release.refused': 'a key that was not released',
    'release.failed': 'a key that was not released',
    'packet.made': 'evidence that left',
    'backup.created': 'a copy that left',
    'backup.verified': 'a copy that was read again',
    'backup.restored': 'tables and ledger came back together, as one moment had them',
    'backup.drill.passed': 'a restore that was tried elsewhere',
  },
}

export const moduleTables: readonly ModuleTables[] = [
  policyTables,
  rosterTables,
  identityTables,
  authorizationsTables,
  classificationsTables,
  filesTables,
  keyChangesTables,
  approvalsTables,
  noticesTables,
  candidatesTables,
  requestsTables,
  triageTables,
  foundingTables,
  ledgerTables,
  entriesAlone,
]
