// For tests only: a page of the gate in a browser: its key, its cookies, and what a browser writes of itself. It goes where it is
// sent, and picks who to be where the sample's provider asks.

import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { exportJWK, SignJWT } from 'jose'
import type { Address } from '../testing.ts'

export interface PageReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly value: unknown
}

export interface PageCall {
  readonly body?: unknown
  /** Instead of what a browser writes; undefined leaves a header out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Without a proof, or with this one. */
  readonly proof?: string | null
}

export interface BrowserPage {
  /** By name. */
  readonly cookies: Map<string, string>
  readonly key: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
  /** `path` is under the origin. */
  readonly call: (method: string, path: string, options?: PageCall) => Promise<PageReply>
  readonly prove: (method: string, path: string, claims?: Readonly<Record<string, unknown>>) => Promise<string>
  /** Go to an address as a browser goes there, until it leads to no other. `pick` is who to be at a form that asks. */
  readonly visit: (url: string, pick: string, before?: (url: URL) => URL) => Promise<URL>
  /** Sign in at the issuer of that id. Yields where that ends. */
  readonly signIn: (person: string, issuer?: string, returnTo?: string) => Promise<URL>
}

/** Open a page of the gate at this address, in a browser of its own. */
export async function openPage({ url, caFile }: Pick<Address, 'url' | 'caFile'>): Promise<BrowserPage> {
  const ca = await readFile(caFile)
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const cookies = new Map<string, string>()
  const { origin } = new URL(url)

  const send = (
    method: string,
    at: URL,
    headers: Readonly<Record<string, string | undefined>>,
    body?: string,
  ): Promise<PageReply> =>
    new Promise((resolve, reject) => {
      const own = cookies.size === 0 ? undefined : [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const all = Object.entries({ cookie: own, ...headers }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as const],
      )
      const asked = request(at, { method, ca, agent: false, headers: Object.fromEntries(all) }, (answer) => {
        for (const line of answer.headers['set-cookie'] ?? []) keep(cookies, line)
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => (text += part))
        answer.on('error', reject)
        answer.on('end', () => {
          const isJson = /^application\/(problem\+)?json\b/.test(answer.headers['content-type'] ?? '')
          const value: unknown = isJson ? JSON.parse(text) : undefined
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, value })
        })
      })
      asked.on('error', reject)
      asked.end(body)
    })

  const page: BrowserPage = {
    cookies,
    key,
    async prove(method, path, claims = {}) {
      const htu = origin + new URL(path, origin).pathname
      return await new SignJWT({ jti: randomUUID(), htm: method, htu, ...claims })
        .setIssuedAt()
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(key.publicKey) })
        .sign(key.privateKey)
    },
    async call(method, path, { body, headers = {}, proof } = {}) {
      const dpop = proof === undefined ? await page.prove(method, path) : (proof ?? undefined)
      const json = body === undefined ? undefined : JSON.stringify(body)
      const written = {
        dpop,
        'sec-fetch-site': 'same-origin',
        ...(method === 'GET' ? {} : { origin }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      }
      return await send(method, new URL(path, origin), written, json)
    },
    async visit(start, pick, before = (at) => at) {
      let at = new URL(start)
      let form: string | undefined
      for (let hops = 0; hops < 20; hops++) {
        at = before(at)
        const isForm = form !== undefined
        const type = isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
        const reply = await send(isForm ? 'POST' : 'GET', at, { accept: 'text/html', ...type }, form)
        form = undefined
        const { location } = reply.headers
        if (location !== undefined) at = new URL(location, at)
        else {
          const found = formOf(reply.text, pick)
          if (found === null) return at
          at = new URL(found.action, at)
          form = new URLSearchParams(found.fields).toString()
        }
        // A path of the console is where it ends; the gate may have no page there.
        if (location !== undefined && at.origin === origin && !/^\/(sample-idp|session)\//.test(at.pathname)) return at
      }
      throw new Error('the sign-in goes round in circles')
    },
    async signIn(person, issuer = 'sample', returnTo = '/') {
      const begun = await page.call('POST', '/api/v1/session/issuer', { body: { issuer, returnTo } })
      const { url: address } = begun.value as { readonly url?: string }
      if (address === undefined) throw new Error(`no sign-in begins: ${begun.status} ${begun.text}`)
      return await page.visit(address, person)
    },
  }
  return page
}

/** What to send where a provider asks who one is: the sample's, or the one outside with its two forms. */
function formOf(
  text: string,
  pick: string,
): { readonly action: string; readonly fields: Record<string, string> } | null {
  if (text.includes('name="person"')) return { action: '', fields: { person: pick } }
  const action = /<form[^>]*action="([^"]+)"/.exec(text)?.[1]
  const prompt = /name="prompt" value="([a-z]+)"/.exec(text)?.[1]
  if (action === undefined || prompt === undefined) return null
  return { action, fields: prompt === 'login' ? { prompt, login: pick, password: 'theirs' } : { prompt } }
}

function keep(cookies: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^\s*([^=;\s]+)=([^;]*)/.exec(line) ?? []
  const isGone = value === '' || /;\s*max-age=0\b/i.test(line) || /;\s*expires=Thu, 01 Jan 1970/i.test(line)
  if (isGone) cookies.delete(name)
  else cookies.set(name, value)
}
