// Every page of the console, in the order of the navigation. A page is a folder beside this file: see CONTRIBUTING.md, "A page".

import { rootRoute, shellRoute } from '../shell/routes.ts'
import { accessRoute } from './access/route.ts'
import { approvalRoute } from './approval/route.ts'
import { approvalsRoute } from './approvals/route.ts'
import { decisionRoute } from './decision/route.ts'
import { decisionsRoute } from './decisions/route.ts'
import { authorizationRoute } from './authorization/route.ts'
import { authorizationsRoute } from './authorizations/route.ts'
import { backupsRoute } from './backups/route.ts'
import { boundaryRoute } from './boundary/route.ts'
import { checksRoute } from './checks/route.ts'
import { candidatesRoute } from './candidates/route.ts'
import { classificationRoute } from './classification/route.ts'
import { classificationsRoute } from './classifications/route.ts'
import { enrollRoute } from './enroll/route.ts'
import { entryRoute } from './entry/route.ts'
import { evidenceRoute } from './evidence/route.ts'
import { failedSignInsRoute } from './failed-sign-ins/route.ts'
import { fileRoute } from './file/route.ts'
import { filesRoute } from './files/route.ts'
import { firstStepsRoute } from './first-steps/route.ts'
import { foundingRoute } from './founding/route.ts'
import { homeRoute } from './home/route.ts'
import { importAuthorizationsRoute } from './import-authorizations/route.ts'
import { importPeopleRoute } from './import-people/route.ts'
import { keysRoute } from './keys/route.ts'
import { legalDataRoute } from './legal-data/route.ts'
import { meRoute } from './me/route.ts'
import { peopleRoute } from './people/route.ts'
import { personRoute } from './person/route.ts'
import { policiesRoute } from './policies/route.ts'
import { policyEditorRoute } from './policy-editor/route.ts'
import { recordRoute } from './record/route.ts'
import { programRoute } from './program/route.ts'
import { receiptsRoute } from './receipts/route.ts'
import { refusalsRoute } from './refusals/route.ts'
import { registerAuthorizationRoute } from './register-authorization/route.ts'
import { releasesRoute } from './releases/route.ts'
import { requestsRoute } from './requests/route.ts'
import { signInRoute } from './sign-in/route.ts'
import { signInsRoute } from './sign-ins/route.ts'
import { vaultRoute } from './vault/route.ts'
import { whatCanRoute } from './what-can/route.ts'
import { whoCanRoute } from './who-can/route.ts'

export const pages = rootRoute.addChildren([
  signInRoute,
  enrollRoute,
  foundingRoute,
  shellRoute.addChildren([
    homeRoute,
    firstStepsRoute,
    approvalsRoute,
    approvalRoute,
    refusalsRoute,
    requestsRoute,
    peopleRoute,
    personRoute,
    failedSignInsRoute,
    importPeopleRoute,
    authorizationsRoute,
    authorizationRoute,
    registerAuthorizationRoute,
    importAuthorizationsRoute,
    releasesRoute,
    candidatesRoute,
    classificationsRoute,
    classificationRoute,
    legalDataRoute,
    filesRoute,
    vaultRoute,
    fileRoute,
    decisionsRoute,
    decisionRoute,
    accessRoute,
    whoCanRoute,
    whatCanRoute,
    policiesRoute,
    policyEditorRoute,
    recordRoute,
    entryRoute,
    evidenceRoute,
    checksRoute,
    boundaryRoute,
    keysRoute,
    backupsRoute,
    signInsRoute,
    meRoute,
    receiptsRoute,
    programRoute,
  ]),
])
