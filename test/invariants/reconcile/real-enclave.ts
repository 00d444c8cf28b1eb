// A real enclave that was lived in until every table has rows, and every kind of change that there is was made.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { authorizationTerms } from '@sallyport/protocol'
import { call, type Connection } from '../../../client/src/index.ts'
import { silentLogger, type Database } from '../../../server/src/base/index.ts'
import { temporaryDatabase } from '../../../server/src/base/testing.ts'
import { removeLeftovers } from '../../../server/src/files/index.ts'
import { parseFounders } from '../../../server/src/founding/index.ts'
import { registerPasskey, registrationOptions } from '../../../server/src/identity/index.ts'
import type { TablesCompared } from '../../../server/src/ledger/index.ts'
import { initEnclave } from '../../../server/src/main/init.ts'
import { openSignIn } from '../../../server/src/main/sign-in.ts'
import { databaseUrl, freePort } from '../../../server/src/main/testing.ts'
import { usualPace } from '../../../server/src/notices/index.ts'
import type { Mailer } from '../../../server/src/notices/mailer.ts'
import { lookForDue, sendDueMails } from '../../../server/src/notices/due/send-due-mails.ts'
import { sendNotices } from '../../../server/src/notices/send-notices.ts'
import { foundersText } from '../../founding-site.ts'
import { approveEntry, answered, keptConfig, openKeptGate, type KeptGate } from '../../kept/gate.ts'
import { liveIn } from '../../kept/live-in.ts'
import { register } from '../../software-authenticator.ts'

export interface RealEnclave {
  readonly gate: KeptGate
  readonly database: Database
  readonly compare: () => Promise<TablesCompared>
  readonly stop: () => Promise<void>
}

export async function realEnclave(firstPort: number): Promise<RealEnclave> {
  const temporary = await temporaryDatabase([])
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-reconcile-'))
  const stop = async () => {
    await temporary.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const config = await keptConfig(folder, await freePort(firstPort), databaseUrl(temporary.connection))
    const founders = parseFounders(`namespace: gate.example\n${foundersText}`, 'founders.yaml')
    const { codes } = await initEnclave({ config, founders, log: silentLogger, resume: false, tell: () => undefined })
    const gate = await openKeptGate(config)
    await liveIn(gate, new Map(codes.map(({ founder, code }) => [founder, code])))
    await liveOn(gate)
    const { ledger, records } = gate.enclave
    return {
      gate,
      database: temporary.database,
      compare: () => ledger.compareTables(records.openForPerson),
      stop: async () => {
        await gate.stop()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What nobody did yet: records merged and split, identities taken away, a share and a file ended, rules back, a key destroyed. */
async function liveOn(gate: KeptGate): Promise<void> {
  const [grace, henry, wanda, omar, ada] = await Promise.all(
    ['grace', 'henry', 'wanda', 'omar', 'ada'].map((name) => gate.as(name)),
  )
  if (!grace || !henry || !wanda || !omar || !ada) throw new Error('somebody is missing')
  const approve = async (approvalId: string | null, ...by: Connection[]) => {
    const [row] = await gate.ground.database.query('SELECT digest FROM approval_request WHERE id = $1', [approvalId])
    const digest = String(row?.['digest'])
    for (const one of by)
      await answered(one, 'giveApproval', { params: { approvalId: approvalId ?? '' }, body: { digest } })
  }
  const add = async (name: string, subject: string, externalId: string) => {
    const { person } = await answered(omar, 'addPerson', { body: { name, kind: 'employee', externalId } })
    await answered(omar, 'bindIdentity', { params: { personId: person.id }, body: { subject } })
    return person.id
  }
  const versionOf = async (id: string) =>
    (await answered(grace, 'people', {})).people.find((one) => one.id === id)?.version ?? 0

  const [kept, duplicate] = [await add('Nils Sand', 'nils', 'N-1'), await add('Nils A. Sand', 'nils.a', 'N-2')]
  // A request about one of the two, approved under neither: from the merge on it excludes both.
  const body = {
    change: { change: 'verify-us-person', basis: 'citizen', evidenceRef: 'HR 9' } as const,
    reason: 'hired',
    version: await versionOf(kept),
  }
  await answered(grace, 'proposePersonChange', { params: { personId: kept }, body })
  await answered(grace, 'mergePeople', {
    params: { personId: kept },
    body: {
      duplicate: { id: duplicate, version: await versionOf(duplicate) },
      version: await versionOf(kept),
      reason: 'one and the same',
    },
  })
  await answered(omar, 'unbindIdentity', { params: { personId: kept }, body: { subject: 'nils' } })
  const split = { name: 'Nora Sand', reason: 'two after all', version: await versionOf(kept) }
  await answered(grace, 'splitPerson', { params: { personId: kept }, body: split })

  const { setting, role, task } = { setting: 'review-interval', role: 'engineer', task: 'briefing' } as const
  for (const months of [6, null]) {
    await answered(grace, 'changeSetting', { body: { setting, role, task, months, reason: 'counsel memo 8' } })
  }
  const longer = { setting: 'us-person-release-retention', years: 10, reason: 'counsel memo 12' } as const
  await answered(grace, 'changeSetting', { body: longer })
  const off = { setting: 'foreign-employer-bars', on: false, reason: 'counsel memo 9' } as const
  const { approvalId } = await answered(grace, 'changeSetting', { body: off })
  await approve(approvalId ?? null, henry, wanda)

  const { files } = await answered(ada, 'files', {})
  const canary = files.find(({ name }) => name === 'canary.txt')?.id ?? ''
  const { shares } = await answered(ada, 'fileShares', { params: { fileId: canary } })
  await answered(ada, 'unshareFile', { params: { fileId: canary, shareId: shares[0]?.id ?? '' } })
  await answered(ada, 'shareFile', { params: { fileId: canary }, body: { with: { program: 'falcon' } } })
  await acknowledge(gate, canary, [grace, henry, wanda])
  await ask(gate, grace)
  const deletion = await answered(grace, 'deleteFile', { params: { fileId: canary }, body: { reason: 'superseded' } })
  await approve(deletion.approvalId, henry)

  const henryId = (await answered(grace, 'people', {})).people.find(({ name }) => name.startsWith('Henry'))?.id ?? ''
  const mail = { change: 'correct', mail: 'henry@works.example' } as const
  const correction = { change: mail, reason: 'new address', version: await versionOf(henryId) }
  await answered(grace, 'changePerson', { params: { personId: henryId }, body: correction })
  await enroll(gate, henryId, [omar, grace, wanda])
  const card = { subject: 'henry.card', reason: 'has a card' }
  const asked = await answered(omar, 'proposeIdentity', { params: { personId: henryId }, body: card })
  await approve(asked.approvalId, grace, wanda)
  await notify(gate)
  // Else the gate does it at a moment of its own, while a test compares.
  await removeLeftovers(gate.enclave.files)
  await gate.enclave.ledger.sequenceOnce()
}

/** The authorization of somebody with a proviso in place of its own, and its words acknowledged by them. */
async function acknowledge(
  gate: KeptGate,
  fileId: string,
  [grace, ...others]: readonly [Connection, ...Connection[]],
): Promise<void> {
  const { authorizations } = await answered(grace, 'authorizations', {})
  const standing = authorizations.find(({ state }) => state === 'effective')
  if (standing === undefined) throw new Error('nothing is authorized')
  const end = { params: { authorizationId: standing.id }, body: { reason: 'anew' } }
  await answered(grace, 'endAuthorization', end)
  const condition = { kind: 'condition', id: 'p-1', text: 'I send none of it on.', acknowledged: true } as const
  const body = { ...standing.terms, number: 'DSP5-0818', provisos: [condition] }
  const { authorization } = await answered(grace, 'registerAuthorization', { body: authorizationTerms.parse(body) })
  for (const one of others) await approveEntry(one, authorization.id)
  const james = await gate.as('james')
  const { provisos } = await answered(james, 'fileProvisos', { params: { fileId } })
  const texts = provisos.map(({ textSha256 }) => textSha256)
  await answered(james, 'acknowledgeProvisos', { params: { fileId }, body: { texts } })
}

/** A passkey of somebody: asked for by the first, approved by the others. */
async function enroll(gate: KeptGate, personId: string, [asks, ...others]: readonly Connection[]): Promise<void> {
  if (asks === undefined) throw new Error('somebody is missing')
  const body = { recovery: false, reason: 'first day' }
  const { approvalId, code } = await answered(asks, 'askEnrollment', { params: { personId }, body })
  const { digest } = await answered(asks, 'approval', { params: { approvalId } })
  let link = ''
  for (const one of others) {
    const input = { params: { approvalId }, body: { digest } }
    link = (await answered(one, 'giveApproval', input)).enrollment?.link ?? link
  }
  const { passkeys } = openSignIn(gate.ground, gate.enclave, {
    issuers: [],
    browserIssuers: [],
    certificates: null,
    name: 'reconciled',
  })
  const halves = { secret: link.split('#')[1] ?? '', code }
  const keyThumbprint = 'a browser'
  const { challengeId, options } = await registrationOptions(passkeys, halves, {
    keyThumbprint,
    personName: async () => 'Henry',
  })
  const response = register(options, gate.ground.config.publicUrl)
  await registerPasskey(passkeys, halves, { challengeId, response, keyThumbprint })
}

/** Requests after a refusal: one that is answered, one that is taken back, one that waits. */
async function ask(gate: KeptGate, grace: Connection): Promise<void> {
  const ada = await gate.as('ada')
  const made: string[] = []
  for (const [text, what] of [
    ['to answer', 'people'],
    ['to take back', 'authorizations'],
    ['to wait', 'keys'],
  ] as const) {
    const refused = await call(ada, what, {})
    if (refused.outcome !== 'refused' || refused.decisionId === null) throw new Error(`ada may read ${what}`)
    const body = { decisionId: refused.decisionId, text }
    made.push((await answered(ada, 'makeRequest', { body })).requestId)
    const triage = { from: null, state: 'looking', note: text } as const
    await answered(grace, 'triageRefusal', { params: { decisionId: refused.decisionId }, body: triage })
  }
  const [first = '', second = ''] = made
  const body = { outcome: 'done', text: 'told by mail' } as const
  await answered(grace, 'answerRequest', { params: { requestId: first }, body })
  await answered(ada, 'withdrawRequest', { params: { requestId: second } })
}

/** Notices, sent to nowhere. */
async function notify({ ground, enclave }: KeptGate): Promise<void> {
  const { database, clock, random, log } = ground
  const mailer: Mailer = { send: async () => ({ outcome: 'sent' }), probe: async () => null }
  const parts = { database, clock, random, log, ledger: enclave.ledger, kinds: enclave.approvals.kinds, mailer }
  const more = { publicUrl: 'https://gate.example', counted: { add() {} }, pace: usualPace }
  const { signal } = new AbortController()
  await sendNotices({ ...parts, ...more }, signal)
  await lookForDue(parts)
  await sendDueMails({ ...parts, ...more }, signal)
}
