// The sign-in pages of a sample enclave, walked without a browser: follow redirects with cookies, choose the person in the
// form that asks for one, submit the others as they are, until the way leads back to the client.

import { Problem } from '@sallyport/protocol'
import type { Issuer } from './issuer.ts'

interface Form {
  readonly action: string
  readonly fields: Map<string, string>
  /** What the field `person` may be, each with the words beside it; empty when anything may be typed. */
  readonly people: readonly { value: string; title: string }[]
  readonly asksForPerson: boolean
}

const maxSteps = 15

/** Walk until the redirect to `redirectUri` and return that address with its code. Throws Problem not-signed-in. */
export async function walkSignInPages(
  { visit }: Pick<Issuer, 'visit'>,
  { url, redirectUri }: { url: URL; redirectUri: string },
  person: string,
): Promise<URL> {
  const cookies = new Map<string, string>()
  let at = url
  let form: Form | null = null
  for (let step = 0; step < maxSteps; step++) {
    // INVARIANT: what was typed and every cookie go to the identity provider's own origin and nowhere else.
    if (at.origin !== url.origin) throw lost(`it leads to ${at.origin}`)
    const body = form === null ? undefined : new URLSearchParams([...form.fields]).toString()
    const response = await visit(at, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'text/html',
        ...(cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', origin: at.origin }),
      },
      ...(body === undefined ? {} : { body }),
    })
    keepCookies(cookies, response)
    const location = response.headers.get('location')
    if (location !== null) {
      at = new URL(location, at)
      form = null
      if (at.origin + at.pathname === redirectUri) return at
      continue
    }
    const page = await response.text()
    const found = readForm(page)
    if (found === null || !response.ok) throw lost(`it answered ${response.status} without a form`)
    form = found.asksForPerson ? withPerson(found, person) : found
    at = new URL(form.action, at)
  }
  throw lost(`it did not end after ${maxSteps} steps`)
}

function withPerson(form: Form, wanted: string): Form {
  const lower = wanted.toLowerCase()
  const { people } = form
  const exact = people.filter(({ value, title }) => value.toLowerCase() === lower || title.toLowerCase() === lower)
  const parts = people.filter(({ value, title }) => `${value} ${title}`.toLowerCase().includes(lower))
  const [chosen, second] = exact.length > 0 ? exact : parts
  if (people.length > 0 && (chosen === undefined || second !== undefined)) {
    const names = people.map(({ value }) => value).join(', ')
    const state = chosen === undefined ? 'nobody of that name' : 'several people of that name'
    throw new Problem(
      'invalid-request',
      `cannot sign in as ${wanted}: ${state} in this sample enclave, want one of ${names}`,
    )
  }
  return { ...form, fields: new Map([...form.fields, ['person', chosen?.value ?? wanted]]) }
}

function keepCookies(cookies: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(line) ?? []
    if (name === undefined || value === undefined) continue
    if (value === '' || /;\s*max-age=0/i.test(line) || /;\s*expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name)
    else cookies.set(name, value)
  }
}

/** Read the first form of a page, as much of HTML as the sample pages use. */
function readForm(page: string): Form | null {
  const [, open, inner] = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(page) ?? []
  if (open === undefined || inner === undefined) return null
  const fields = new Map<string, string>()
  const people: { value: string; title: string }[] = []
  let asksForPerson = false
  for (const [, tag = '', attributes = '', after = ''] of inner.matchAll(
    /<(input|button|select|option)\b((?:"[^"]*"|'[^']*'|[^>])*)>((?:(?!<(?:input|button|select|option)\b|<\/(?:button|option|label)>)[\s\S])*)/gi,
  )) {
    const kind = tag.toLowerCase()
    const name = attribute(attributes, 'name')
    const value = attribute(attributes, 'value')
    const type = attribute(attributes, 'type')?.toLowerCase()
    if (name === 'person') asksForPerson = true
    const isChoice =
      kind === 'option' || (name === 'person' && (kind === 'button' || type === 'radio' || type === 'submit'))
    if (isChoice && value) people.push({ value, title: textOf(after) })
    else if (kind === 'input' && type === 'hidden' && name) fields.set(name, value ?? '')
  }
  return { action: attribute(open, 'action') ?? '', fields, people, asksForPerson }
}

function attribute(attributes: string, name: string): string | null {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(attributes)
  const value = match?.[1] ?? match?.[2] ?? match?.[3]
  return value === undefined ? null : unescape(value)
}

function textOf(html: string): string {
  return unescape(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

function unescape(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text.replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal))
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
    return named[name] ?? whole
  })
}

function lost(state: string): Problem {
  return new Problem('not-signed-in', `cannot walk the sample's sign-in pages: ${state}, want its form for a person`)
}
