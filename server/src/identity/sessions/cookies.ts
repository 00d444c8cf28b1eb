// The cookies of sign-in. SPEC: RFC 6265bis section 4.1.3: the prefix `__Host-` keeps every other host and path from setting them.

/** A session's secret. Never sent along by another site's page. */
const sessionCookie = '__Host-sallyport'
/** A sign-in under way at another provider, whose answer comes from there: so it is sent along with a navigation. */
const signInCookie = '__Host-sallyport-sign-in'

type CookieName = 'session' | 'sign-in'

const names: Readonly<Record<CookieName, string>> = { session: sessionCookie, 'sign-in': signInCookie }

/** Read a cookie. Null where there is none; empty, which is nobody's, where its name stands more than once: one of them is somebody else's. */
export function readCookie(header: string | undefined, which: CookieName): string | null {
  const found = (header ?? '').split(';').flatMap((pair) => {
    const [name = '', ...value] = pair.trim().split('=')
    return name === names[which] ? [value.join('=')] : []
  })
  if (found.length > 1) return ''
  return found[0] ?? null
}

/** Write the cookie of a session. It goes when the browser does; the gate ends it earlier. */
export function sessionCookieOf(secret: string): string {
  return `${sessionCookie}=${secret}; Path=/; Secure; HttpOnly; SameSite=Strict`
}

/** Write the cookie of a sign-in under way. */
export function signInCookieOf(sealed: string, lifetimeMs: number): string {
  return `${signInCookie}=${sealed}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${Math.ceil(lifetimeMs / 1000)}`
}

/** Write what takes a cookie away again. */
export function clearedCookie(which: CookieName): string {
  const site = which === 'session' ? 'Strict' : 'Lax'
  return `${names[which]}=; Path=/; Secure; HttpOnly; SameSite=${site}; Max-Age=0`
}
