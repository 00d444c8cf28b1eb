// The product API of the gate for tests, over data in memory.

import { createHash, randomUUID } from 'node:crypto'
import type { EnclaveView, FileView } from '@sallyport/protocol/api'
import { explanation, foundDecision, ownRefusal } from './decisions.ts'
import type { SentDocument, TestGate } from './gate.ts'
import type { HttpReply, HttpRequest } from './issuer.ts'
import { makeLedger, signReceipt } from './ledger.ts'
import { authorization, authorizationHistory, people, refusalReasons, sampleIds, shownWhole, vault } from './records.ts'
import { json, problem } from './replies.ts'
import { rosterAnswer } from './roster.ts'

export function enclave(gate: TestGate, publicKeyPem: string): EnclaveView {
  const { origin, keys } = gate.ledger
  return {
    name: 'Aldebaran (sample)',
    kind: gate.kind,
    state: gate.state,
    readyForControlledData: gate.isReady,
    publicUrl: gate.url,
    version: '0.1.0',
    wrappingKey: wrappingKey(gate, publicKeyPem),
    ledger: { origin, keys: [...keys], receiptKey: keys[0] ?? '' },
    signIn: { issuer: `${gate.url}/issuer`, clientId: 'sallyport', resource: `${gate.url}/api`, scope: 'gate' },
  }
}

function wrappingKey({ url }: TestGate, publicKeyPem: string): EnclaveView['wrappingKey'] {
  return { url: `${url}/kas`, kid: 'k1', algorithm: 'ec:secp256r1', publicKeyPem }
}

export function product(gate: TestGate, request: HttpRequest, signedInAs: string, publicKeyPem: string): HttpReply {
  const { method, url, body } = request
  const path = url.pathname.replace('/api/v1', '')
  const receipt = signReceipt(gate.isReceiptFalse ? makeLedger([]) : gate.ledger, sampleIds.entry)
  const [, noun, id, verb] = path.split('/')
  const sent = () => JSON.parse(body.toString('utf8')) as Record<string, string>
  const views = [...gate.files.values()].map(({ view }) => view)
  const held = gate.files.get(id ?? '')
  const person = people.find((one) => one.id === id)
  const asked = `${method} ${noun}${id === undefined ? '' : verb === undefined ? '/one' : `/${verb}`}`
  switch (asked) {
    case 'GET me':
      return json(200, {
        person: people.find(({ name }) => name.toLowerCase().startsWith(signedInAs)) ?? null,
        issuer: `${gate.url}/issuer`,
        subject: signedInAs,
      })
    case 'GET vaults':
      return json(200, { vaults: [{ ...vault, fileCount: gate.files.size }], next: null })
    case 'POST files': {
      const { name, document } = JSON.parse(body.toString('utf8')) as { name: string; document: SentDocument }
      gate.documents.push(document)
      const file = reserve(gate, name)
      if (document?.less === null) {
        file.labels = [...file.labels, ...document.found.flatMap(({ outside }) => gate.meanings.get(outside) ?? [])]
      }
      return json(200, {
        file,
        key: wrappingKey(gate, publicKeyPem),
        alsoWrapTo: gate.alsoWrapTo,
        receipt,
      })
    }
    case 'PUT files/content':
      if (held === undefined) return problem(404, 'not-found')
      held.content = new Uint8Array(body)
      Object.assign(held.view, {
        state: 'stored',
        sealedBytes: body.length,
        sha256: createHash('sha256').update(body).digest('hex'),
      })
      return json(200, { file: held.view, receipt })
    case 'GET files':
      return json(200, {
        files: views.filter(
          ({ vaultId, name }) =>
            vaultId === (url.searchParams.get('vaultId') ?? vaultId) && beginsLike(name, url.searchParams.get('name')),
        ),
        next: null,
      })
    case 'GET files/one':
      return held === undefined
        ? problem(404, 'not-found')
        : json(200, { ...held.view, deletion: held.deletion ?? null })
    case 'GET files/content':
      if (held?.content == null) return problem(404, 'not-found')
      return { status: 200, body: held.content.subarray(Number(url.searchParams.get('from') ?? '0')) }
    case 'GET people':
      return json(200, { people, next: null })
    case 'GET people/one':
      return person === undefined ? problem(404, 'not-found') : json(200, shownWhole(person))
    case 'POST people/end':
      return json(200, { person: { ...person, status: 'ended', endedAt: '2026-11-24T10:00:00.000Z' }, receipt })
    case 'GET authorizations':
      return json(200, { authorizations: [authorization], next: null })
    case 'GET authorizations/one':
      return json(200, authorization)
    case 'GET authorizations/history':
      return json(200, authorizationHistory)
    case 'GET authorizations/draws':
      return json(200, {
        balances: [],
        exhaustedAt: null,
        retained: { until: '2032-01-01T00:00:00.000Z', rule: retention },
        draws: [],
      })
    case 'POST authorizations':
      return json(200, {
        authorization: { ...authorization, terms: sent(), approvals: { have: 0, need: 2 } },
        warnings: [],
        receipt,
      })
    case 'POST authorizations/approve':
      gate.changes.push(sent())
      return json(200, {
        authorization: { ...authorization, state: 'effective', approvals: { have: 2, need: 2 } },
        receipt,
      })
    case 'POST authorizations/amend': {
      const { terms, amendment } = sent()
      const amended = { ...authorization, terms, version: amendment === undefined ? 3 : 2, state: 'effective' }
      return json(200, {
        authorization: amended,
        approvalId: amendment === undefined ? null : sampleIds.decision,
        receipt,
      })
    }
    case 'POST authorizations/end':
      return json(200, { authorization: { ...authorization, state: 'ended' }, receipt })
    case 'GET decisions':
      return json(200, { decisions: [foundDecision()], next: null })
    case 'GET backups':
      return json(200, sampleBackups)
    case 'GET own-refusals':
      return json(200, { refusals: [ownRefusal(sampleIds.decision)], next: null })
    case 'GET own-refusals/one':
      return json(200, ownRefusal(id ?? ''))
    case 'GET decisions/one':
      return json(200, explanation(id ?? ''))
    case 'POST decisions/one':
      return json(200, id === 'who-can' ? whoCan(sent()['fileId'] ?? '') : whatCan(sent()['personId'] ?? ''))
    case 'GET ledger/one':
      return { status: 200, body: gate.ledger.exported }
    default: {
      if (method === 'POST' && body.length > 0) gate.changes.push(sent())
      const ofRoster = rosterAnswer(asked, body.length === 0 ? {} : sent(), receipt)
      return ofRoster === null ? problem(404, 'not-found') : json(200, ofRoster)
    }
  }
}

/** Whether the last part of a path begins as that of `wanted` does, as the gate has it. */
function beginsLike(name: string, wanted: string | null): boolean {
  const last = (path: string) => path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  return wanted === null || (last(name).startsWith(last(wanted)) && name.toLowerCase().includes(wanted.toLowerCase()))
}

/** Take a file in as the gate does when one is reserved. */
export function reserve(gate: TestGate, name: string, id: string = randomUUID()): FileView {
  const view: FileView = {
    id,
    vaultId: vault.id,
    name,
    state: 'reserved',
    labels: vault.labels,
    addedLabels: [],
    sealedBytes: null,
    sha256: null,
    protectedBy: sampleIds.ada,
    protectedAt: '2026-11-24T09:00:00.000Z',
  }
  gate.files.set(view.id, { view, content: null })
  return view
}

function whoCan(fileId: string): unknown {
  const answer = people.map(({ id, name, status }) => {
    const isPermitted = status === 'us-person'
    const [reason] = refusalReasons
    const text = 'No authorization in force covers you for this file, and none that is registered would.'
    const reasons = isPermitted ? [] : [{ ...reason, text }]
    return {
      personId: id,
      name,
      status,
      effect: isPermitted ? 'permit' : 'deny',
      authorization: null,
      citation: null,
      permittedBy: [],
      reasons,
    }
  })
  return { fileId, at: '2026-11-24T09:30:00.000Z', people: answer, next: null }
}

function whatCan(personId: string): unknown {
  const file = { fileId: sampleIds.entry, name: 'nozzle.stp', vault: vault.name }
  const files = [
    {
      ...file,
      effect: 'permit',
      authorization: 'TA-1234-26',
      citation: '22 CFR 124.1(a)',
      permittedBy: [{ code: 'engineer-files', text: 'Engineers open the files of their programs.' }],
      reasons: [],
    },
  ]
  return { personId, at: '2026-11-24T09:30:00.000Z', files, next: null }
}

const retention = {
  id: 'retention',
  figure: 5,
  unit: 'years from expiry',
  citation: '22 CFR 122.5',
  source: 'the regulation',
  sureness: 'yes',
}

const sampleBackups = {
  backups: [
    {
      entryId: sampleIds.decision,
      madeAt: '2026-11-02T04:00:00.000Z',
      by: { id: sampleIds.lucas, name: 'Lucas Moreau' },
      path: '/backup/monday',
      digest: 'ab'.repeat(32),
      bytes: 1_500_000,
      ledgerSize: 4200,
      objects: { stored: 12, included: 12 },
      verifiedAt: '2026-11-02T05:00:00.000Z',
      drill: null,
    },
    {
      entryId: sampleIds.file,
      madeAt: '2026-10-02T04:00:00.000Z',
      by: null,
      path: null,
      digest: 'cd'.repeat(32),
      bytes: 900_000,
      ledgerSize: 4000,
      objects: { stored: 11, included: 1 },
      verifiedAt: null,
      drill: null,
    },
  ],
  restoredAt: null,
  everyDays: 7,
  drillEveryDays: 90,
  due: ['backup', 'keys', 'first-drill'],
}
