// A small life of a real enclave, by its API: founding, people of every kind with a past, requests in every state, authorizations,
// rules, labels, a vault, files, and decisions both ways. Few entries, because what is kept stays in the repository.

import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseId, parseLabel, type ClassificationTerms, type Id } from '@sallyport/protocol'
import { call, upload, type Connection } from '../../client/src/index.ts'
import { send } from '../../client/src/gate/index.ts'
import { sealFile } from '../../client/src/tdf/index.ts'
import { stampOnce } from '../../server/src/ledger/timestamps/stamp.ts'
import { startTestAuthority } from '../../server/src/ledger/timestamps/testing.ts'
import { openKeptFile, type Figures } from './ask.ts'
import { answered, approveEntry, effectOf, type KeptGate } from './gate.ts'

export interface Lived {
  readonly officer: string
  readonly moments: readonly string[]
  readonly about: Figures['about']
}

const table = `external id,name,kind,mail,status,basis,evidence,employer,regular employee,foreign employer,nda date,briefing date,roles,assignments,citizenships,former citizenships,permanent residencies
E-1,Ada Whitfield,employee,,us-person,citizen,HR 1,,direct-permanent,,,2026-02-03,engineer,falcon:design,,,
E-2,James Fielding,employee,,foreign-person,,HR 2,,direct-permanent,,2026-01-05,2026-02-03,engineer,falcon:co-development,GB,IN,CA
E-3,Lin Zhao,employee,,foreign-person,,HR 4,,direct-permanent,,2026-01-05,2026-02-03,engineer,falcon:design,CN,,
C-1,Mára Lindgren,contractor,,us-person,lpr,HR 3,calder-aero,long-term-contract,yes,2026-01-06,,engineer,,,,
V-1,Viktor Amsel,visitor,,unverified,,,,,,,,,,,,
S-1,Selma Ruiz,vendor-staff,,us-person,refugee,HR 5,ruiz-tooling,,,,,auditor,,,,
W-1,Olga Brandt,service-owner,,us-person,temporary-resident-1160a,HR 6,,,,,,engineer,heron:analysis,,,
`

export async function liveIn(gate: KeptGate, codes: ReadonlyMap<string, string>): Promise<Lived> {
  const names = ['grace', 'henry', 'wanda', 'omar', 'ada', 'james', 'lin', 'mallory'] as const
  const people = new Map<string, Connection>()
  for (const name of names) people.set(name, await gate.as(name))
  const at = (name: (typeof names)[number]): Connection => {
    const found = people.get(name)
    if (found === undefined) throw new Error(`nobody is ${name}`)
    return found
  }
  const moments: string[] = []
  const moment = async () => {
    await setTimeout(5)
    moments.push(new Date().toISOString())
    await setTimeout(5)
  }

  await found(at, codes)
  const officer = (await answered(at('grace'), 'me', {})).person?.id ?? ''
  await moment()

  const [grace, henry, wanda, omar] = [at('grace'), at('henry'), at('wanda'), at('omar')]
  const approve = async (approvalId: string, ...by: Connection[]) => {
    for (const one of by) {
      // Not asked for by the API: each look would be an entry.
      const [row] = await gate.ground.database.query('SELECT kind, digest FROM approval_request WHERE id = $1', [
        approvalId,
      ])
      const effect = row?.['kind'] === 'authorization.amend' ? await effectOf(one, approvalId) : {}
      await call(one, 'giveApproval', { params: { approvalId }, body: { digest: String(row?.['digest']), ...effect } })
    }
  }
  await classify(grace, [henry, wanda], approve)
  const define = (dimension: 'jurisdiction' | 'program' | 'item', value: string, record: string | null) =>
    answered(grace, 'defineLabel', {
      body: { dimension, value, title: `Label ${value}`, record, basis: 'memorandum of 2 June' },
    })
  const labels = [
    await define('jurisdiction', 'itar', 'FAL-0043'),
    await define('program', 'falcon', null),
    await define('item', 'iv-h-1', 'FAL-0043'),
  ].map(({ label }) => label.fqn)
  const { vault } = await answered(grace, 'createVault', {
    body: { name: 'falcon', description: 'What Falcon is made of', labels },
  })

  const added = async (name: string, externalId: string, subject: string) => {
    const body = { name, kind: 'employee', externalId } as const
    const { person } = await answered(omar, 'addPerson', { body })
    await answered(omar, 'bindIdentity', { params: { personId: person.id }, body: { subject } })
    return person.id
  }
  const ada = await added('Ada Whitfield', 'E-1', 'ada')
  const james = await added('James Fielding', 'E-2', 'james')
  await added('Lin Zhao', 'E-3', 'lin')
  await moment()
  const content = new TextEncoder().encode(table)
  const preview = await send(grace, 'importPeople', { content })
  if (preview.outcome === 'refused' || preview.value.faults.length > 0) throw new Error(JSON.stringify(preview))
  const imported = await send(grace, 'importPeople', {
    content,
    query: { apply: preview.value.digest, reason: 'HR list of 1 March' },
  })
  const importId = imported.outcome === 'answered' ? imported.value.applied?.approvalId : null
  if (importId === null || importId === undefined) throw new Error(JSON.stringify(imported))

  await approve(importId, henry, wanda)
  await moment()

  const roster = (await answered(grace, 'people', {})).people
  const who = (externalId: string) => {
    const person = roster.find((one) => one.externalId === externalId)
    if (person === undefined) throw new Error(`nobody has ${externalId}`)
    return person
  }
  await requests(gate, { grace, henry }, { mara: who('C-1'), viktor: who('V-1'), olga: who('W-1') }, approve)
  await authorizations(grace, [henry, wanda], james)
  await answered(grace, 'changeSetting', {
    body: { setting: 'review-interval', role: 'engineer', task: 'status-review', months: 12, reason: 'counsel memo 7' },
  })
  await answered(grace, 'changeSetting', {
    body: { setting: 'foreign-employer-bars', on: true, reason: 'counsel memo 4' },
  })

  const { approvalId: rotation } = await answered(omar, 'rotateKey', { body: { door: 'file', reason: 'yearly' } })
  await approve(rotation, grace)

  const canary = await protect(at('ada'), vault.id, 'canary.txt', 'A canary: nothing in here is controlled.\n')
  await answered(at('ada'), 'reserveFile', { body: { vaultId: vault.id, name: 'never-sent.txt' } })
  await openKeptFile(at('james'), canary, gate.url)
  const { label } = await define('item', 'xi-d', 'FAL-0043')
  const relabel = (add: string[], takeOff: string[]) =>
    answered(grace, 'reclassifyFile', { params: { fileId: canary }, body: { add, takeOff, reason: 'CJ 0123-26' } })
  await relabel([label.fqn], [])
  await approve((await relabel([], [label.fqn])).approvalId ?? '', henry)
  const outside = 'google:aBcD1/f1/c1'
  const meaning = (names: string[] | null) =>
    answered(grace, 'mapLabel', { body: { outside, labels: names, basis: 'IT ticket 311' } })
  await approve((await meaning([label.fqn])).approvalId ?? '', henry, wanda)
  await meaning(null)
  const ofCanary = { params: { fileId: canary } }
  const rescue = { labels, manifest: null, reason: 'sealed in haste' }
  await approve((await answered(grace, 'rescueFile', { ...ofCanary, body: rescue })).approvalId, henry)
  await answered(wanda, 'endRescue', { ...ofCanary, body: { reason: 'as it was' } })
  await answered(at('ada'), 'shareFile', { ...ofCanary, body: { with: { program: 'falcon' } } })
  const params = { personId: who('S-1').id }
  await answered(grace, 'endPerson', { params, body: { kind: 'left', reason: 'last day' } })
  const refused = await openKeptFile(omar, canary, gate.url)
  if (!refused.startsWith('refused')) throw new Error('an administrator opened a file')
  await moment()

  if (!(await openKeptFile(at('lin'), canary, gate.url)).startsWith('refused')) throw new Error('Lin opened a file')
  await gate.enclave.ledger.sequenceOnce()
  const [candidate] = (await answered(grace, 'candidates', {})).candidates
  const ofCandidate = { params: { candidateId: candidate?.id ?? '' } }
  await answered(grace, 'decideCandidate', {
    ...ofCandidate,
    body: { reason: 'asked by mail as well' },
  })
  await answered(grace, 'closeCandidate', { ...ofCandidate, body: { filing: 'VD-2025-0117', filedOn: '2025-06-03' } })
  await gate.enclave.ledger.sequenceOnce()
  await haveStamped(gate)
  const decisions = [
    ...(await gate.enclave.ledger.search({ kind: 'decision.deny', limit: 100 })),
    ...(await gate.enclave.ledger.search({ kind: 'decision.permit', actor: james as Id<'person'>, limit: 100 })),
  ].map(({ id }) => id as string)
  return { officer, moments, about: { foreigner: james, engineer: ada, canary, decisions } }
}

async function haveStamped({ ground, enclave }: KeptGate): Promise<void> {
  const { database, clock, random, log } = ground
  const authority = await startTestAuthority()
  try {
    const asked = { url: authority.url, ca: authority.ca, deadlineMs: 20_000 }
    const parts = { database, clock, random, log, ledger: enclave.ledger, authority: asked, everyMs: 0 }
    const outcome = await stampOnce({ ...parts, failing: { set() {} } }, new AbortController().signal)
    if (outcome !== 'stamped') throw new Error(`the checkpoint has no timestamp: ${outcome}`)
  } finally {
    await authority.stop()
  }
}

type At = (name: 'grace' | 'henry' | 'wanda' | 'omar' | 'mallory') => Connection

type Approve = (approvalId: string, ...by: Connection[]) => Promise<void>

/** A first record, one that only raises in its place, one that waits, and one that was withdrawn. */
async function classify(grace: Connection, others: readonly Connection[], approve: Approve): Promise<void> {
  const register = (terms: ClassificationTerms) =>
    answered(grace, 'registerClassification', { body: { terms, reason: 'board of 2 June' } })
  const line = { usml: 'IV(h)(1)', sme: false, mtcr: false, classified: false }
  const terms: ClassificationTerms = {
    number: 'FAL-0042',
    title: 'Nozzle of the Falcon',
    parts: ['FN-100'],
    program: 'falcon',
    jurisdiction: 'itar',
    lines: [line],
    basis: { kind: 'self', orderOfReview: 'IV(a) to (g) no, IV(h)(1) yes.' },
    decidedBy: 'Classification board',
    decidedOn: '2025-06-02',
    nextReview: '2028-06-02',
  }
  const first = await register(terms)
  await approve(first.approvalId ?? '', ...others)
  const lines = [line, { ...line, usml: 'XI(d)' }]
  await register({ ...terms, number: 'FAL-0043', lines, supersedes: 'FAL-0042' })
  await register({
    ...terms,
    number: 'FAL-0044',
    jurisdiction: 'ear',
    lines: [{ eccn: '9E610.a' }],
    supersedes: 'FAL-0043',
  })
  const { classification } = await register({ ...terms, number: 'FAL-0045' })
  await answered(grace, 'withdrawClassification', {
    params: { classificationId: classification.id },
    body: { reason: 'entered twice' },
  })
}

async function found(at: At, codes: ReadonlyMap<string, string>): Promise<void> {
  await call(at('mallory'), 'enrollFounder', { body: { code: '00000-00000-00000-00000-00000-0' } }).catch(() => null)
  for (const [founder, code] of codes) {
    const name = founder.split(' ')[0]?.toLowerCase() as Parameters<At>[0]
    await answered(at(name), 'enrollFounder', { body: { code } })
  }
  const { founders } = await answered(at('grace'), 'founding', {})
  const attest = (by: Parameters<At>[0], whom: string) => {
    const founderId = founders.find(({ name }) => name.startsWith(whom))?.id ?? ''
    return answered(at(by), 'attestFounder', { body: { founderId, statement: 'met in person' } })
  }
  await attest('grace', 'Henry')
  await attest('henry', 'Grace')
  await attest('omar', 'Wanda')
  await attest('wanda', 'Omar')
  await answered(at('grace'), 'closeFounding', {})
}

interface Somebody {
  readonly id: string
  readonly version: number
}

/** A request in every state but executed, which the import's is, and withdrawn, which the ended authorization's is. */
async function requests(
  { ground }: KeptGate,
  { grace, henry }: Readonly<Record<'grace' | 'henry', Connection>>,
  { mara, viktor, olga }: Readonly<Record<'mara' | 'viktor' | 'olga', Somebody>>,
  approve: (approvalId: string, ...by: Connection[]) => Promise<void>,
): Promise<void> {
  const ask = async (by: Connection, { id, version }: Somebody, program: string) => {
    const change = { change: 'assign', program, purpose: 'design' } as const
    const body = { change, reason: 'work package 3', version }
    return (await answered(by, 'proposePersonChange', { params: { personId: id }, body })).approvalId
  }
  const expired = await ask(grace, olga, 'merlin')
  await ground.database.query(
    `UPDATE approval_request SET requested_at = requested_at - interval '31 days', expires_at = expires_at - interval '31 days'
     WHERE id = $1`,
    [expired],
  )
  await approve(expired, henry).catch(() => undefined)

  const outdated = await ask(grace, mara, 'osprey')
  const correct = { change: 'correct', displayName: 'Mára Lindgren-Vale', mail: 'mara@calder.example' } as const
  const body = { change: correct, reason: 'married', version: mara.version }
  await answered(grace, 'changePerson', { params: { personId: mara.id }, body })
  await approve(outdated, henry).catch(() => undefined)

  const change = { change: 'verify-foreign-person', evidenceRef: 'HR 4', ties: noTies } as const
  const asked = { change, reason: 'attested', version: viktor.version }
  const pending = await answered(grace, 'proposePersonChange', { params: { personId: viktor.id }, body: asked })
  await approve(pending.approvalId, henry)
  await ground.database.query("UPDATE approval_request SET expires_at = '2126-01-01' WHERE state = 'pending'")
}

const noTies = { citizenships: ['AT', 'DE'], formerCitizenships: [], permanentResidencies: ['CH'] }

/** One in each state. */
async function authorizations(grace: Connection, others: readonly Connection[], person: string): Promise<void> {
  const register = async (number: string) => {
    const body = {
      number,
      kind: 'DSP-5' as const,
      citation: '22 CFR 123.1(a)(1)',
      title: 'Foreign person employment, one British engineer',
      parties: [{ id: 'real-works', name: 'Real works', country: 'US', side: 'us' as const }],
      persons: [person],
      countries: ['GB', 'IN', 'CA'],
      items: ['iv-h-1'],
      programs: ['falcon'],
      purposes: ['co-development'],
      provisos: [
        { kind: 'obligation' as const, id: 'p-1', text: 'Read the proviso first.', obligation: 'acknowledge' },
        { kind: 'duty' as const, id: 'p-2', text: 'Report every year.', owner: 'Export control' },
      ],
      determinations: [],
      lines: [
        { id: 'valves', description: 'Valves', item: 'iv-h-1', quantity: 10, unit: 'each', valueCents: 1_000_000 },
      ],
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2126-01-01T00:00:00Z',
    }
    return (await answered(grace, 'registerAuthorization', { body })).authorization.id
  }
  const effective = await register('DSP5-0815')
  for (const one of others) await approveEntry(one, effective)
  const params = { authorizationId: effective }
  const draw = { line: 'valves', quantity: 4, valueCents: 400_000, reference: 'X20260301000001' }
  const { drawId } = await answered(grace, 'drawAuthorization', { params, body: draw })
  await answered(grace, 'takeBackDraw', { params, body: { drawId, reason: 'never shipped' } })
  const evidence = { kind: 'filing' as const, reference: 'DDTC 0815', filedOn: '2026-02-02' }
  await answered(grace, 'fulfilDuty', { params, body: { duty: 'p-2', evidence } })
  await answered(grace, 'reopenDuty', { params, body: { duty: 'p-2', reason: 'filed for another' } })
  const used = await register('DSP5-0820')
  for (const one of others) await approveEntry(one, used)
  const all = { ...draw, quantity: 10 }
  await answered(grace, 'drawAuthorization', { params: { authorizationId: used }, body: all })
  const ended = await register('DSP5-0816')
  await answered(grace, 'endAuthorization', {
    params: { authorizationId: ended },
    body: { reason: 'superseded' },
  })
  await register('DSP5-0817')
}

async function protect(engineer: Connection, vaultId: string, name: string, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-keep-file-'))
  try {
    const [source, sealed] = [join(folder, 'content'), join(folder, 'sealed.tdf')]
    await writeFile(source, content)
    const { file, key } = await answered(engineer, 'reserveFile', { body: { vaultId, name } })
    const uuid = parseId<'policy'>(file.id)
    const labels = file.labels.map(({ fqn }) => parseLabel(fqn)?.fqn).filter((fqn) => fqn !== undefined)
    if (uuid === null) throw new Error('the file has no id')
    await sealFile({ source, target: sealed, policy: { uuid, labels }, kas: key })
    const { size } = await stat(sealed)
    const stored = await upload(engineer, { fileId: file.id, size, content: () => createReadStream(sealed) })
    if (stored.outcome === 'refused') throw new Error(JSON.stringify(stored))
    return file.id
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
