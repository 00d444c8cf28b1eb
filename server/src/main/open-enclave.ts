// Opens the parts of an enclave in their order and wires them: database, keys, ledger, decision point, modules. What is not
// there is not made: founding is a ceremony of its own.

import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { ApprovalsDependencies } from '../approvals/index.ts'
import {
  authorizationApprovals,
  amendmentApprovals,
  amendmentRequest,
  effectRequest,
  legalDataApprovals,
  legalDataRequest,
  makeCoverage,
  type AuthorizationDependencies,
} from '../authorizations/index.ts'
import { refuseIncompleteRestore } from '../backup/index.ts'
import {
  migrate,
  openDatabase,
  openMetrics,
  startEmbeddedPostgres,
  systemClock,
  systemRandomness,
  type Clock,
  type Config,
  type Database,
  type Logger,
  type Metrics,
  type Randomness,
} from '../base/index.ts'
import type { CandidateDependencies } from '../candidates/index.ts'
import {
  classificationApprovals,
  classificationRequest,
  type ClassificationDependencies,
} from '../classifications/index.ts'
import { packetTurns, type EvidenceDependencies } from '../evidence/index.ts'
import type { ReleaseDependencies } from '../releases/index.ts'
import {
  deletionApprovals,
  deletionRequest,
  folderObjects,
  mappingApprovals,
  mappingRequest,
  reclassificationApprovals,
  reclassificationRequest,
  rescueApprovals,
  rescueRequest,
  type FilesDependencies,
  type WrappingKey,
} from '../files/index.ts'
import {
  destructionApprovals,
  destructionRequest,
  fileKeyMaker,
  keyOfFile,
  openKeysInUse,
  rotationApprovals,
  rotationRequest,
  type KeyChangeDependencies,
  type KeysInUse,
} from '../key-changes/index.ts'
import {
  endSessionsIn,
  enrollmentApprovals,
  enrollmentRequest,
  identityApprovals,
  identityRequest,
  unbindIn,
  type BindDependencies,
} from '../identity/index.ts'
import {
  makeFieldKeys,
  makeLedgerSigners,
  type KeyProvider,
  type KeystoreSeal,
  type LedgerSigners,
  type ReleaseRules,
} from '../keys/index.ts'
import { findingProblem, openLedger, type Ledger, type LedgerOptions } from '../ledger/index.ts'
import {
  digestInForce,
  makeDecisionPoint,
  makePolicyProver,
  makePolicyReader,
  policySets,
  shippedPolicies,
  type CompareParts,
  type DecisionPoint,
  type ExplainParts,
  type FactRules,
  type ReplayParts,
  type SearchParts,
} from '../policy/index.ts'
import { policySetApprovals, policySetRequest, type PolicySetDependencies } from '../policy-sets/index.ts'
import {
  importApprovals,
  makePersonVault,
  markPerson,
  openSealedEntry,
  personApprovals,
  personChangeRequest,
  personImportRequest,
  personKeyOf,
  settingApprovals,
  settingRequest,
  type HistoryDependencies,
  type MergeDependencies,
  type EndDependencies,
} from '../roster/index.ts'
import type { TriageDependencies } from '../triage/index.ts'
import { dataFolder, type DataFolder } from './data-folder.ts'
import { migrations } from './modules.ts'
import { passkeyRules } from './passkey-rules.ts'
import { moduleTables } from './tables.ts'
import { auditedBefore, tellAudited } from './processes.ts'

/** What names an enclave's things outside of it. */
export interface Names {
  /** Host part of its labels and obligations. */
  readonly namespace: string
  /** Schema-less URL of its ledger. */
  readonly ledgerOrigin: string
}

/** The ground that founding and serving both stand on. */
export interface Ground {
  readonly config: Config
  readonly names: Names
  readonly folder: DataFolder
  readonly database: Database
  readonly clock: Clock
  readonly random: Randomness
  readonly log: Logger
  readonly metrics: Metrics
  readonly seal: KeystoreSeal
  close(): Promise<void>
}

export interface Enclave {
  readonly provider: KeyProvider
  readonly keys: KeyChangeDependencies
  readonly signers: LedgerSigners
  readonly fileKey: ReleaseRules['fileKey']
  readonly ledger: Ledger
  readonly decisions: DecisionPoint
  readonly search: SearchParts
  /** What reads entries: decisions explained and decided again, tables compared with them, the ledger exported. */
  readonly records: ExplainParts & ReplayParts & CompareParts & { readonly ledger: Ledger }
  readonly roster: EndDependencies & HistoryDependencies
  readonly bindings: BindDependencies
  readonly merges: MergeDependencies
  readonly approvals: ApprovalsDependencies
  readonly policySets: PolicySetDependencies
  readonly authorizations: AuthorizationDependencies
  readonly files: FilesDependencies
  readonly classifications: ClassificationDependencies
  readonly candidates: CandidateDependencies
  readonly evidence: EvidenceDependencies
  readonly releases: ReleaseDependencies
  readonly triage: TriageDependencies
}

const maxSealedBytes = 1024 ** 4

/** Start or reach the database and bring it up to this version. `names` may stand in it. */
export async function openGround(
  config: Config,
  names: Names | ((database: Database) => Promise<Names>),
  secret: (folder: DataFolder) => Promise<KeystoreSeal['secret']>,
  log: Logger,
): Promise<Ground> {
  const folder = dataFolder(resolve(config.data))
  await refuseIncompleteRestore(folder.root)
  await mkdir(folder.root, { recursive: true, mode: 0o700 })
  const embedded =
    config.database === 'embedded' ? await startEmbeddedPostgres({ dataDirectory: folder.postgres, log }) : null
  const database = await openDatabase(embedded?.connection ?? config.database, {
    poolSize: 12,
    applicationName: 'sallyport',
    log,
  })
  const close = async (): Promise<void> => {
    await database.close()
    await embedded?.stop()
  }
  try {
    await migrate(database, migrations)
    return {
      config,
      names: typeof names === 'function' ? await names(database) : names,
      folder,
      database,
      clock: systemClock,
      random: systemRandomness,
      log,
      metrics: openMetrics(),
      seal: { path: folder.keystore, secret: await secret(folder), random: systemRandomness },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** How the ledger of this ground is opened or founded. */
export function ledgerOptions(ground: Ground, signers: LedgerSigners): LedgerOptions {
  const { database, clock, random, log, metrics, folder, names } = ground
  return {
    database,
    clock,
    random,
    log,
    metrics,
    signer: signers.checkpoint,
    receiptSigner: signers.receipt,
    checkpointFile: folder.checkpoint,
    origin: names.ledgerOrigin,
    tables: moduleTables,
  }
}

/** Open the enclave that was founded on this ground. Refuses, naming what disagrees, rather than serve on a damaged one. */
export async function openEnclave(ground: Ground): Promise<Enclave> {
  const { config, names, folder, database, clock, random, metrics } = ground
  const keys = await openKeysInUse(database, ground.seal)
  const { provider } = keys
  const signers = makeLedgerSigners(provider, names.ledgerOrigin)
  const ledger = await openLedger(ledgerOptions(ground, signers))
  await refuseAltered(ledger, config.ledger.readBeforeServing)
  const fields = makePersonVault({ fieldKeys: makeFieldKeys(provider), random })
  const rules: FactRules = {
    coverage: makeCoverage({ namespace: names.namespace }),
    openTies: fields.openTies,
    sealForPerson: fields.sealForPerson,
  }
  const policySet = policySets(database)
  const read = makePolicyReader()
  const prove = makePolicyProver(read)
  const decided = metrics.counter({
    name: 'sallyport_decisions',
    help: 'Decisions by action and effect.',
    labels: ['action', 'effect'],
  })
  const keyChanges = { database, ledger, clock, random, seal: ground.seal, keys }
  const roster: Enclave['roster'] = {
    database,
    ledger,
    clock,
    random,
    fields,
    endSessions: (tx, personId, by) => endSessionsIn(tx, { ledger }, { personId }, { ending: 'person-ended', by }),
  }
  const authorizations = { database, ledger, clock, random }
  const classifications = { database, ledger, clock, random }
  return {
    provider,
    keys: keyChanges,
    signers,
    fileKey: keyOfFile(keys, database, random),
    ledger,
    decisions: makeDecisionPoint({
      database,
      ledger,
      policySet,
      rules,
      clock,
      random,
      decided: (effect, action) => decided.add(1, { action, effect }),
    }),
    search: { database, policySet, rules },
    records: {
      ledger,
      policySet,
      openEntry: (sealed, personId) => openSealedEntry(roster, sealed, personId),
      openForPerson: (sealed, key, personId) => fields.open(sealed, 'entry', key, personId),
    },
    roster,
    bindings: { ...roster, markPerson },
    merges: { ...roster, unbindIn },
    authorizations,
    classifications,
    approvals: {
      search: { database, policySet, rules },
      database,
      ledger,
      clock,
      random,
      kinds: new Map([
        [effectRequest, authorizationApprovals(authorizations)],
        [legalDataRequest, legalDataApprovals(authorizations)],
        [amendmentRequest, amendmentApprovals(authorizations)],
        [classificationRequest, classificationApprovals(classifications)],
        [personChangeRequest, personApprovals(roster)],
        [personImportRequest, importApprovals(roster)],
        [settingRequest, settingApprovals(roster)],
        [
          enrollmentRequest,
          enrollmentApprovals({ ...roster, markPerson, rules: passkeyRules(config, ''), log: ground.log }),
        ],
        [identityRequest, identityApprovals({ ...roster, markPerson })],
        [deletionRequest, deletionApprovals({ database, ledger, clock, random })],
        [reclassificationRequest, reclassificationApprovals({ database, ledger, clock, random })],
        [mappingRequest, mappingApprovals({ database, ledger, clock, random })],
        [rescueRequest, rescueApprovals({ database, ledger, clock, random })],
        [policySetRequest, policySetApprovals({ database, ledger, clock, random, read, prove })],
        [rotationRequest, rotationApprovals(keyChanges)],
        [destructionRequest, destructionApprovals(keyChanges)],
      ]),
    },
    candidates: { database, ledger, clock, random, fields, personKey: (id) => personKeyOf(database, id) },
    evidence: {
      database,
      ledger,
      clock,
      turns: packetTurns(clock),
      namespace: names.namespace,
      folder: folder.root,
      timestampRoots: null,
    },
    releases: { database, ledger, namespace: names.namespace },
    triage: { database, ledger },
    policySets: { database, ledger, clock, random, read, prove, shipped: await shippedPolicies() },
    files: {
      database,
      ledger,
      clock,
      random,
      maxSealedBytes,
      objects: await folderObjects(resolve(config.objects.path ?? folder.objects), clock),
      wrappingKeys: async () => await wrappingKeys(keys, `${config.publicUrl}/kas`),
      alsoWrapTo: config.files.alsoWrapTo,
      makeFileKey: fileKeyMaker(keys, random),
    },
  }
}

async function wrappingKeys({ provider, upToDate }: KeysInUse, url: string): Promise<readonly WrappingKey[]> {
  await upToDate()
  return provider
    .list()
    .filter(({ door, algorithm, isWaiting }) => door === 'kas' && algorithm === 'ec:secp256r1' && !isWaiting)
    .map(({ kid, algorithm }) => ({ url, kid, algorithm }))
}

/**
 * INVARIANT: I7, what was recorded is what is there. Opening checked the edge of the tree; this reads the newest part of it, once for
 * all the processes of one start. The rest is read while it is served (`keepAuditing`).
 */
async function refuseAltered(ledger: Ledger, newest: number): Promise<void> {
  const { finding, note } = await ledger.auditAtStart({ since: auditedBefore(), newest })
  if (finding !== null) throw findingProblem('open', finding)
  tellAudited(note)
}

/** Throws Problem `unavailable` while the enclave cannot decide. */
export async function requireReady({ database }: Ground, { ledger, search }: Enclave): Promise<void> {
  const digest = await digestInForce(database)
  if (digest === null || (await search.policySet(digest)) === null) {
    throw new Problem('unavailable', 'cannot serve: no policy set is in force')
  }
  await ledger.head()
}
