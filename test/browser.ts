// A browser as a person uses one to sign in: follows redirects, keeps cookies, fills in the one form.

import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

interface Page {
  readonly status: number
  readonly location: string | null
  readonly text: string
}

/** Sign in at the address that a program opened, as `name`. Ends where the program listens. Throws when no form leads on. */
export async function signInByBrowser(address: URL, name: string, ca: string): Promise<void> {
  const cookies = new Map<string, string>()
  let at = address
  let form: Record<string, string> | null = null
  for (let hops = 0; hops < 20; hops++) {
    const page = await visit(at, form, cookies, ca)
    form = null
    if (page.location !== null) {
      at = new URL(page.location, at)
      continue
    }
    if (at.hostname === '127.0.0.1') return
    const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1]
    const prompt = /name="prompt" value="([a-z]+)"/.exec(page.text)?.[1]
    if (action === undefined || prompt === undefined) throw new Error(`no form leads on (${page.status}): ${page.text}`)
    at = new URL(action, at)
    form = prompt === 'login' ? { prompt, login: name, password: 'theirs' } : { prompt }
  }
  throw new Error('the sign-in goes round in circles')
}

function visit(url: URL, form: Record<string, string> | null, cookies: Map<string, string>, ca: string): Promise<Page> {
  const isSecure = url.protocol === 'https:'
  const body = form === null ? null : new URLSearchParams(form).toString()
  const headers = {
    cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; '),
    accept: 'text/html',
    ...(body === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  }
  return new Promise((resolve, reject) => {
    const method = body === null ? 'GET' : 'POST'
    const ask = (isSecure ? httpsRequest : httpRequest)(
      url,
      { method, headers, ...(isSecure ? { ca } : {}) },
      (answer) => {
        for (const line of answer.headers['set-cookie'] ?? []) {
          const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
          if (value === '') cookies.delete(key)
          else cookies.set(key, value)
        }
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => (text += part))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? null, text }),
        )
      },
    )
    ask.on('error', reject)
    ask.end(body ?? undefined)
  })
}
