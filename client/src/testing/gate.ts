// A small gate for tests of its clients: real TLS, real DPoP, a real key access server and a real ledger, over data in
// memory. It decides nothing: a test says which route is refused, and how.

import type { ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { toBase64 } from '@sallyport/protocol'
import type { FileShownView, FileView } from '@sallyport/protocol/api'
import { parseKeyAccess } from '@sallyport/protocol/tdf'
import { decodeJwt } from 'jose'
import { createReleaseKey } from '../tdf/index.ts'
import { wrapShare } from '../tdf/wrap.ts'
import { makeCertificate, type TestCertificate } from './certificate.ts'
import { createIssuer, type HttpReply, type HttpRequest, type TestIssuer } from './issuer.ts'
import { makeLedger, signReceipt, type TestLedger } from './ledger.ts'
import { checkProof } from './proof.ts'
import { enclave, product } from './product.ts'
import { people, refusalReasons, sampleIds } from './records.ts'
import { json, problem, refusal } from './replies.ts'

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

export type SentDocument = {
  readonly found: readonly { readonly outside: string }[]
  readonly less: string | null
} | null

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

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
