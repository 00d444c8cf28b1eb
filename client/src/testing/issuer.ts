// The identity provider of the test gate: discovery, a sign-in page with a form for a person, a consent page, the device
// grant, and a token endpoint that checks PKCE and the DPoP proof.

import { createHash, randomUUID } from 'node:crypto'
import { checkProof } from './proof.ts'

export interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

export interface HttpReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string | Uint8Array
}

export interface TestIssuer {
  readonly tokens: Map<string, { person: string; thumbprint: string }>
  /** Seconds that new tokens live. */
  lifetimeS: number
  answer(request: HttpRequest): Promise<HttpReply | null>
}

interface Started {
  readonly query: URLSearchParams
  person: string | null
}

export function createIssuer(origin: () => string, people: readonly { value: string; title: string }[]): TestIssuer {
  const started = new Map<string, Started>()
  const codes = new Map<string, { query: URLSearchParams; person: string }>()
  const tokens: TestIssuer['tokens'] = new Map()
  let devicePolls = 0

  async function token({ url, headers, body }: HttpRequest): Promise<HttpReply> {
    const form = new URLSearchParams(body.toString('utf8'))
    const proof = await checkProof(headers['dpop'], { method: 'POST', url, accessToken: null })
    if (proof === null) return json(400, { error: 'invalid_dpop_proof' })
    let person = 'ada'
    if (form.get('grant_type') === 'authorization_code') {
      const code = codes.get(form.get('code') ?? '')
      codes.delete(form.get('code') ?? '')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      const isRight =
        code?.query.get('code_challenge') === challenge &&
        code.query.get('redirect_uri') === form.get('redirect_uri') &&
        code.query.get('resource') === form.get('resource')
      if (code === undefined || !isRight) return json(400, { error: 'invalid_grant' })
      person = code.person
    } else if (devicePolls++ === 0) return json(400, { error: 'authorization_pending' })
    const accessToken = `token-${randomUUID()}`
    tokens.set(accessToken, { person, thumbprint: proof.thumbprint })
    return json(200, { access_token: accessToken, token_type: 'DPoP', expires_in: issuer.lifetimeS })
  }

  function interaction({ method, url, headers, body }: HttpRequest): HttpReply {
    const id = url.pathname.split('/')[2] ?? ''
    const one = started.get(id)
    if (one === undefined || !String(headers['cookie']).includes(`_interaction=${id}`))
      return { status: 400, body: 'no' }
    const form = new URLSearchParams(body.toString('utf8'))
    if (method === 'GET') return { status: 200, body: one.person === null ? personPage(id) : consentPage(id) }
    if (form.get('csrf') !== `csrf&${id}`) return { status: 400, body: 'csrf' }
    if (one.person === null) {
      one.person = form.get('person')
      return { status: 303, headers: { location: `/interaction/${id}` } }
    }
    const code = randomUUID()
    codes.set(code, { query: one.query, person: one.person })
    const back = new URL(one.query.get('redirect_uri') ?? '')
    back.search = new URLSearchParams({
      code,
      state: one.query.get('state') ?? '',
      iss: `${origin()}/issuer`,
    }).toString()
    return { status: 303, headers: { location: back.href } }
  }

  const personPage = (id: string): string =>
    `<!doctype html><form method="post" action="/interaction/${id}"><input type="hidden" name="csrf" value="csrf&amp;${id}">
    ${people.map(({ value, title }) => `<button name="person" value="${value}"><b>${title}</b>One line &amp; more.</button>`).join('\n')}</form>`
  const consentPage = (id: string): string =>
    `<form method="post"><input type="hidden" name="csrf" value="csrf&amp;${id}"><button>Continue</button></form>`

  const issuer: TestIssuer = {
    tokens,
    lifetimeS: 300,
    async answer(request) {
      const { url } = request
      const base = `${origin()}/issuer`
      if (url.pathname === '/issuer/.well-known/openid-configuration') {
        return json(200, {
          issuer: base,
          authorization_endpoint: `${base}/auth`,
          token_endpoint: `${base}/token`,
          device_authorization_endpoint: `${base}/device`,
          authorization_response_iss_parameter_supported: true,
          code_challenge_methods_supported: ['S256'],
        })
      }
      if (url.pathname === '/issuer/auth') {
        const id = randomUUID()
        started.set(id, { query: url.searchParams, person: null })
        const cookie = [`_interaction=${id}; path=/; httponly`, 'gone=; max-age=0']
        return { status: 303, headers: { location: `/interaction/${id}`, 'set-cookie': cookie } }
      }
      if (url.pathname === '/issuer/device') {
        const code = { device_code: 'device', user_code: 'WXYZ-1234', verification_uri: `${base}/type`, expires_in: 60 }
        return json(200, { ...code, interval: 0.01 })
      }
      if (url.pathname === '/issuer/token') return token(request)
      if (url.pathname.startsWith('/interaction/')) return interaction(request)
      return null
    },
  }
  return issuer
}

function json(status: number, value: unknown): HttpReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
