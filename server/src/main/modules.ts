// The modules' migrations, in the order in which they stand on each other.

import { approvalsMigrations } from '../approvals/index.ts'
import { authorizationsMigrations } from '../authorizations/index.ts'
import type { ModuleMigrations } from '../base/index.ts'
import { candidatesMigrations } from '../candidates/index.ts'
import { classificationsMigrations } from '../classifications/index.ts'
import { filesMigrations } from '../files/index.ts'
import { foundingMigrations } from '../founding/index.ts'
import { identityMigrations } from '../identity/index.ts'
import { keyChangesMigrations } from '../key-changes/index.ts'
import { ledgerMigrations } from '../ledger/index.ts'
import { noticesMigrations } from '../notices/index.ts'
import { policyMigrations } from '../policy/index.ts'
import { requestsMigrations } from '../requests/index.ts'
import { rosterMigrations } from '../roster/index.ts'
import { triageMigrations } from '../triage/index.ts'

export const migrations: readonly ModuleMigrations[] = [
  ledgerMigrations,
  policyMigrations,
  approvalsMigrations,
  rosterMigrations,
  authorizationsMigrations,
  identityMigrations,
  classificationsMigrations,
  filesMigrations,
  foundingMigrations,
  noticesMigrations,
  requestsMigrations,
  keyChangesMigrations,
  candidatesMigrations,
  triageMigrations,
]
