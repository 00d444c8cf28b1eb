// `init`: founding a real enclave from nothing, step by step. Each step is durable before the next begins and says what is
// decided and why. What was interrupted goes on with `resume`, from what is there; nothing is guessed and nothing is deleted.

import { mkdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { shippedLegalData } from '../authorizations/index.ts'
import { refuseIncompleteRestore } from '../backup/index.ts'
import type { Config, Logger } from '../base/index.ts'
import {
  beginFounding,
  issueCodes,
  openFounding,
  readFounding,
  voidEnrollment,
  whatIsStuck,
  type Founders,
  type FoundingDependencies,
  type FoundingStatus,
  type IssuedCode,
} from '../founding/index.ts'
import { createKeystore, enclaveKeys, makeFieldKeys, makeLedgerSigners, openKeystore } from '../keys/index.ts'
import { foundLedger, openLedger, readHead } from '../ledger/index.ts'
import { makePolicyProver, readCeremony, readEnclave, shippedPolicies } from '../policy/index.ts'
import { makePersonVault } from '../roster/index.ts'
import { dataFolder } from './data-folder.ts'
import { ledgerOptions, type Ground } from './open-enclave.ts'
import { contentOf, isThere, namesOf, openRealGround, refuseUnfit } from './real-ground.ts'

/** What a step did, for whoever watches. */
export interface Step {
  readonly name: 'ground' | 'begin' | 'keys' | 'ledger' | 'open' | 'codes'
  readonly decided: string
  readonly why: string
}

export interface InitOptions {
  readonly config: Config
  readonly founders: Founders
  readonly log: Logger
  /** Go on with a founding that was interrupted, or see how far it is. */
  readonly resume: boolean
  /** With `resume`: new codes for all who have not enrolled. */
  readonly newCodes?: boolean
  /** With `resume`: take back this founder's enrollment. */
  readonly voided?: string
  /** Told after each step, once it is durable. */
  readonly tell: (step: Step) => void
}

export interface InitOutcome {
  /** To be shown once. Empty when the founding was open already. */
  readonly codes: readonly IssuedCode[]
  readonly status: FoundingStatus
  readonly attention: readonly string[]
}

/** It remembers: what ships is proved once by a process, however often that begins anew. */
const prove = makePolicyProver()

/**
 * Found, up to the point where the founders enroll. Throws Problem `conflict` when anything is there already (without
 * `resume`), when the enclave is a sample or founded, or when it was begun with other founders.
 */
export async function initEnclave(options: InitOptions): Promise<InitOutcome> {
  const { config, founders, resume, tell } = options
  refuseUnfit(config)
  await refuseContent(config, resume)
  const ground = await openRealGround(config, options.log, namesOf(config.publicUrl, founders.namespace))
  try {
    tell({
      name: 'ground',
      decided: `The enclave keeps everything in ${ground.folder.root}${config.database === 'embedded' ? '' : ' and in the database that is configured'}.`,
      why: '`sallyport backup` takes all of it. What opens the keystore lies elsewhere, and its copy is kept apart.',
    })
    await refuseOthers(ground, resume)
    const attention = whatIsStuck(founders)
    await begin(ground, options)
    const before = await readFounding(ground.database, null)
    if (before?.isOpen === true) return await goOn(ground, options, attention)
    await makeParts(ground, tell)
    const policies = await shippedPolicies()
    await prove(policies)
    const codes = await withParts(ground, async (deps) =>
      openFounding(deps, {
        legalData: JSON.parse(await readFile(shippedLegalData, 'utf8')),
        policies,
      }),
    )
    tell({
      name: 'open',
      decided: 'Legal data and policies are in force, the founders are named, and each has a code that opens once.',
      why: 'A code binds the identity that its holder signs in with. Hand each to its founder in person, and to nobody else.',
    })
    return { codes, status: await statusOf(ground), attention }
  } finally {
    await ground.close()
  }
}

async function refuseContent(config: Config, resume: boolean): Promise<void> {
  const folder = dataFolder(resolve(config.data))
  await refuseIncompleteRestore(folder.root)
  const content = await contentOf(folder)
  if (content.includes('sample-keystore.key'))
    throw new Problem('conflict', `cannot found here: ${folder.root} is a sample, want another folder`)
  if (!resume && content.length > 0) {
    throw new Problem(
      'conflict',
      `cannot found here: ${folder.root} holds ${content.slice(0, 5).join(', ')}, want an empty folder, ` +
        'or --resume for a founding that was interrupted',
    )
  }
  await mkdir(folder.root, { recursive: true, mode: 0o700 })
}

async function refuseOthers({ database, folder }: Ground, resume: boolean): Promise<void> {
  const enclave = await readEnclave(database)
  if (enclave !== null)
    throw new Problem(
      'conflict',
      `cannot found here: ${enclave.name} (${enclave.kind}) is founded, want an empty database`,
    )
  const [ceremony, head] = [await readCeremony(database), await readHead(database)]
  if (ceremony !== null && !resume) throw begunAlready()
  if (ceremony !== null && head !== null && !(await isThere(folder.keystore)))
    throw new Problem(
      'conflict',
      `cannot resume: ${folder.root} does not hold the keys of this ledger, want the folder that it was begun with`,
    )
  if (ceremony === null && head !== null)
    throw new Problem(
      'conflict',
      'cannot found here: the database holds the ledger of another enclave, want an empty one',
    )
}

function begunAlready(): Problem {
  return new Problem('conflict', 'cannot found here: somebody has begun already, want an empty database, or --resume')
}

async function begin(ground: Ground, { founders, resume, tell }: InitOptions): Promise<void> {
  const { database, clock, random, names } = ground
  if ((await readCeremony(database)) === null) {
    if (await isThere(ground.folder.keystore))
      throw new Problem(
        'conflict',
        `cannot found here: ${ground.folder.keystore} belongs to another enclave, want it gone or another folder`,
      )
    await beginFounding({ database, clock, random }, founders, names)
    tell({
      name: 'begin',
      decided: `This is ${founders.enclave}. Its labels begin with https://${names.namespace}/, its ledger is ${names.ledgerOrigin}.`,
      why: 'Both are written into every file and every receipt, and stay for good, also when the address changes.',
    })
    return
  }
  if (!resume) throw begunAlready()
  const begun = await readFounding(database, null)
  if (begun?.foundersDigest !== founders.digest)
    throw new Problem(
      'conflict',
      'cannot resume: the founding was begun with another founders file, want that one, or an empty folder and database',
    )
}

/** Keystore and ledger, each made unless it is there. */
async function makeParts(ground: Ground, tell: InitOptions['tell']): Promise<void> {
  const { clock } = ground
  if (!(await isThere(ground.folder.keystore))) {
    await createKeystore(
      ground.seal,
      enclaveKeys({ rsa: false, isInToken: ground.seal.secret.kind === 'token' }),
      clock,
    )
    tell({ name: 'keys', ...toldKeys(ground) })
  }
  const provider = await openKeystore(ground.seal)
  try {
    const signers = makeLedgerSigners(provider, ground.names.ledgerOrigin)
    await foundLedger(ledgerOptions(ground, signers), { isResumed: true })
  } finally {
    provider.close()
  }
  tell({
    name: 'ledger',
    decided: 'The ledger begins, empty and signed. Everything from here on is an entry in it.',
    why: 'Its keys are what outsiders verify with. Clients pin them when they first meet this gate.',
  })
}

function toldKeys({ seal }: Ground): Pick<Step, 'decided' | 'why'> {
  if (seal.secret.kind === 'token') {
    return {
      decided: 'The keys are made, on the token, which does not let them out.',
      why: "No backup of this gate holds them. Copy them now by the token's own means, to another token: without one no file of this enclave ever opens again.",
    }
  }
  return {
    decided: 'The keys are made, in a keystore that is sealed under the secret of the configuration.',
    why: 'Without that secret no file of this enclave ever opens again. Keep a copy of it where the keystore is not.',
  }
}

async function withParts<T>(ground: Ground, work: (deps: FoundingDependencies) => Promise<T>): Promise<T> {
  const { database, clock, random } = ground
  const provider = await openKeystore(ground.seal)
  try {
    const ledger = await openLedger(ledgerOptions(ground, makeLedgerSigners(provider, ground.names.ledgerOrigin)))
    const fields = makePersonVault({ fieldKeys: makeFieldKeys(provider), random })
    return await work({ database, ledger, clock, random, fields })
  } finally {
    provider.close()
  }
}

/** An open founding: see how far it is, hand out new codes, or take an enrollment back. */
async function goOn(
  ground: Ground,
  { newCodes, voided, tell }: InitOptions,
  attention: readonly string[],
): Promise<InitOutcome> {
  if (newCodes !== true && voided === undefined) return { codes: [], status: await statusOf(ground), attention }
  const codes = await withParts(ground, (deps) =>
    voided === undefined ? issueCodes(deps) : voidEnrollment(deps, voided),
  )
  tell({
    name: 'codes',
    decided:
      voided === undefined ? 'New codes are issued.' : `The enrollment of ${voided} is void; a new code is issued.`,
    why: 'Earlier codes of these founders open nothing any more, and the ledger says that they were replaced.',
  })
  return { codes, status: await statusOf(ground), attention }
}

async function statusOf({ database }: Ground): Promise<FoundingStatus> {
  const status = await readFounding(database, null)
  if (status === null) throw new Problem('internal', 'cannot show the founding: there is none')
  return status
}
