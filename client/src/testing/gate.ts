// A small gate for tests of its clients: real TLS, real DPoP, a real key access server and a real ledger, over data in
// memory. It decides nothing: a test says which route is refused, and how.

import type { ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { createHash, randomUUID } from 'node:crypto'
import { toBase64 } from '@sallyport/protocol'
import type { EnclaveView, FileShownView, FileView } from '@sallyport/protocol/api'
import { parseKeyAccess } from '@sallyport/protocol/tdf'
import { decodeJwt } from 'jose'
import { createReleaseKey } from '../tdf/index.ts'
import { wrapShare } from '../tdf/wrap.ts'
import { explanation, foundDecision, ownRefusal } from './decisions.ts'
import { makeCertificate, type TestCertificate } from './certificate.ts'
import { createIssuer, type HttpReply, type HttpRequest, type TestIssuer } from './issuer.ts'
import { makeLedger, signReceipt, type TestLedger } from './ledger.ts'
import { checkProof } from './proof.ts'
import { authorization, authorizationHistory, people, refusalReasons, sampleIds, shownWhole, vault } from './records.ts'
import { rosterAnswer } from './roster.ts'

export interface TestGate {
  readonly url: string
  readonly certificate: TestCertificate
  readonly issuer: TestIssuer
  readonly files: Map<string, { view: FileView; content: Uint8Array | null; deletion?: FileShownView['deletion'] }>
  /** Method and path of every request to the product API and the key access server. */
  readonly seen: string[]
  /** Bodies of the requests that change the roster, as they were sent. */
  readonly changes: unknown[]
  kind: 'sample' | 'real'
  state: 'founding' | 'founded'
  isReady: boolean
  ledger: TestLedger
  /** Sign receipts with another key than the ledger's. */
  isReceiptFalse: boolean
  /** Paths (by their end) that are refused by decision. */
  readonly refused: Set<string>
  /** Answers that are given instead, once each, to paths by their end, with or without what follows the question mark. */
  readonly once: Map<string, HttpReply>
  /** Paths (by their end) of which the next answers are cut off, and how many. */
  readonly cutOff: Map<string, number>
  /** Keys of the requests that had one. */
  readonly keys: string[]
  /** Nonce that proofs must carry; null for none. */
  nonce: string | null
  /** Every release carries two provisos that are to be acknowledged. */
  hasConditions: boolean
  /** Origins of the gates that files may be split with. */
  alsoWrapTo: string[]
  /** What files were reserved with of their documents. */
  readonly documents: SentDocument[]
  /** Label that an outside label means. */
  readonly meanings: Map<string, FileView['labels'][number]>
  close(): Promise<void>
}

type SentDocument = { readonly found: readonly { readonly outside: string }[]; readonly less: string | null } | null

export async function startTestGate(): Promise<TestGate> {
  const certificate = makeCertificate()
  const kasKey = await createReleaseKey()
  let url = ''
  const gate: TestGate = {
    get url() {
      return url
    },
    certificate,
    issuer: createIssuer(
      () => url,
      people.map(({ name }) => ({ value: name.split(' ')[0]?.toLowerCase() ?? '', title: name })),
    ),
    files: new Map(),
    seen: [],
    changes: [],
    kind: 'sample',
    state: 'founded',
    isReady: false,
    ledger: makeLedger(['{"n":0}', '{"n":1}', '{"n":2}']),
    isReceiptFalse: false,
    refused: new Set(),
    once: new Map(),
    cutOff: new Map(),
    keys: [],
    nonce: null,
    hasConditions: false,
    alsoWrapTo: [],
    documents: [],
    meanings: new Map(),
    close: () => stop(server),
  }
  const server = createServer({ cert: certificate.cert, key: certificate.key }, (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = '', headers } = request
      const asked = { method, url: new URL(request.url ?? '/', url), headers, body: Buffer.concat(parts) }
      void respond(asked, response)
    })
  })

  async function respond(request: HttpRequest, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await answer(request)
    const [end = '', times = 0] = [...gate.cutOff].find(([one]) => request.url.pathname.endsWith(one)) ?? []
    if (times > 0) {
      gate.cutOff.set(end, times - 1)
      response.destroy()
      return
    }
    response.writeHead(status, { ...headers }).end(body)
  }

  async function answer(request: HttpRequest): Promise<HttpReply> {
    const ofIssuer = await gate.issuer.answer(request)
    if (ofIssuer !== null) return ofIssuer
    const path = request.url.pathname
    gate.seen.push(`${request.method} ${path}`)
    const { 'idempotency-key': key } = request.headers
    if (key !== undefined) gate.keys.push(String(key))
    for (const [end, reply] of gate.once) {
      if (!path.endsWith(end) && !`${path}${request.url.search}`.endsWith(end)) continue
      gate.once.delete(end)
      return reply
    }
    if (path === '/api/v1/enclave') return json(200, enclave(gate, kasKey.publicKeyPem))
    if (path === '/ledger/checkpoint')
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: gate.ledger.note }
    const person = await signedIn(request)
    if (typeof person !== 'string') return person
    if ([...gate.refused].some((end) => path.endsWith(end)))
      return path.startsWith('/kas')
        ? rewrapRefused()
        : path.endsWith('ByFqns')
          ? json(404, { code: 'not_found' })
          : refusal()
    if (path.endsWith('/GetAttributeValuesByFqns')) return json(200, { fqnAttributeValues: {} })
    if (path === '/kas.AccessService/Rewrap') return rewrap(request)
    return product(gate, request, person, kasKey.publicKeyPem)
  }

  async function signedIn({ method, url: at, headers }: HttpRequest): Promise<string | HttpReply> {
    const accessToken = /^DPoP (.+)$/.exec(String(headers['authorization']))?.[1] ?? ''
    const token = gate.issuer.tokens.get(accessToken)
    const proof = await checkProof(headers['dpop'], { method, url: at, accessToken })
    if (token === undefined || proof === null || proof.thumbprint !== token.thumbprint) {
      return problem(401, 'not-signed-in', {}, { 'www-authenticate': 'DPoP error="invalid_token"' })
    }
    if (gate.nonce !== null && proof.nonce !== gate.nonce) {
      const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': gate.nonce }
      return problem(401, 'not-signed-in', {}, challenge)
    }
    return token.person
  }

  async function rewrap({ body, headers }: HttpRequest): Promise<HttpReply> {
    const context = Buffer.from(String(headers['x-rewrap-additional-context']), 'base64').toString('utf8')
    const { obligations } = JSON.parse(context) as { obligations: { fulfillableFQNs: readonly string[] } }
    const isAcknowledged = obligations.fulfillableFQNs.includes(obligation)
    if (gate.hasConditions && !isAcknowledged) return rewrapRefused(unacknowledged)
    const { signedRequestToken } = JSON.parse(body.toString('utf8')) as { signedRequestToken: string }
    const claims = decodeJwt<{ requestBody: string }>(signedRequestToken)
    const { clientPublicKey, requests } = JSON.parse(claims.requestBody) as RewrapBody
    const asked = requests[0]?.keyAccessObjects[0]
    const access = parseKeyAccess(asked?.keyAccessObject)
    if (access.type !== 'ec-wrapped') throw new TypeError('the test gate opens ec wraps alone')
    const share = await kasKey.unwrap(access.wrappedKey, access.ephemeralPublicKey)
    const answered = await wrapShare(share, '', { url, kid: 'session', publicKeyPem: clientPublicKey })
    const metadata = {
      'X-Required-Obligations': gate.hasConditions ? [obligation] : [],
      'X-Sallyport-Decision': sampleIds.decision,
      'X-Sallyport-Receipt': signReceipt(gate.isReceiptFalse ? makeLedger([]) : gate.ledger, sampleIds.decision),
      'X-Sallyport-Obligations': gate.hasConditions ? worded : [],
    }
    const result = {
      keyAccessObjectId: 'kao-0',
      status: 'permit',
      kasWrappedKey: toBase64(answered.wrappedKey),
      metadata,
    }
    return json(200, {
      sessionPublicKey: answered.ephemeralPublicKey,
      responses: [{ policyId: 'policy', results: [result] }],
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `https://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`
  return gate
}

const obligation = 'https://aldebaran.example/obl/proviso/value/acknowledge'
const worded = [
  { fqn: obligation, text: 'Use for co-development only.' },
  { fqn: obligation, text: 'Return when asked.' },
]
const unacknowledged = {
  'X-Required-Obligations': [obligation, 'https://aldebaran.example/obl/export/value/obligation-not-fulfillable'],
  'X-Sallyport-Obligations': worded,
  'X-Sallyport-Reasons': [
    { code: 'obligation-not-fulfillable', text: 'The release carries a condition.', fix: 'Fulfil it.', ask: 'officer' },
  ],
}

interface RewrapBody {
  readonly clientPublicKey: string
  readonly requests: readonly { keyAccessObjects: readonly { keyAccessObject: unknown }[] }[]
}

function enclave(gate: TestGate, publicKeyPem: string): EnclaveView {
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

function product(gate: TestGate, request: HttpRequest, signedInAs: string, publicKeyPem: string): HttpReply {
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

export function refusal(): HttpReply {
  return problem(403, 'refused', { decisionId: sampleIds.decision, reasons: refusalReasons })
}

function rewrapRefused(more: Record<string, unknown> = {}): HttpReply {
  const metadata = {
    'X-Required-Obligations': [],
    'X-Sallyport-Decision': sampleIds.decision,
    'X-Sallyport-Reasons': refusalReasons,
    ...more,
  }
  const error = 'permission_denied: request error\nrpc error: code = PermissionDenied desc = forbidden'
  const result = { keyAccessObjectId: 'kao-0', status: 'fail', error, metadata }
  return json(200, { sessionPublicKey: '', responses: [{ policyId: 'policy', results: [result] }] })
}

export function problem(
  status: number,
  code: string,
  members: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): HttpReply {
  const body = JSON.stringify({ type: `urn:sallyport:problem:${code}`, title: `title of ${code}`, status, ...members })
  return { status, headers: { 'content-type': 'application/problem+json', ...headers }, body }
}

function json(status: number, value: unknown): HttpReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
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
