// Signing in with client certificates at a served enclave: authorities, lists and cards as OpenSSL makes them, everything that is not to
// be taken, and the ordinary listener, which takes none.

import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as api from '../protocol/src/api/index.ts'
import { parseEntry, type LedgerEntry } from '../protocol/src/ledger/index.ts'
import {
  gateClient,
  makeSite,
  serveHere,
  type Address,
  type GateClient,
  type Site,
} from '../server/src/http/testing.ts'
import { openPage, type BrowserPage } from '../server/src/http/testing/browser-page.ts'
import { freePort } from '../server/src/main/testing.ts'
import { makeAuthority, show, upnOf, type Authority, type Pair } from './pki.ts'

let site: Site
let address: Address & { readonly close: () => Promise<void> }
let client: GateClient
let folder: string
let origin: string
let root: Authority
let works: Authority
let straight: Authority
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-cards-'))
  root = makeAuthority(at('root'), 'Agency Root')
  works = root.below('issuing')
  straight = makeAuthority(at('straight'), 'Keys')
  root.list(at('root.crl'))
  works.list(at('works.crl'))
  straight.list(at('straight.crl'))
  site = await makeSite()
  const port = await freePort(9965)
  origin = `https://localhost:${await freePort(port + 1)}`
  const agency = { id: 'agency', anchors: root.cert, intermediates: works.cert, subject: 'upn' }
  const authorities = [
    { ...agency, revocationLists: [at('root.crl'), at('works.crl')] },
    { id: 'keys', anchors: straight.cert, subject: 'key', revocationLists: [at('straight.crl')] },
  ]
  address = await serveHere(site, port, {
    SALLYPORT_CLIENT_CERTIFICATES_PUBLIC_URL: origin,
    SALLYPORT_CLIENT_CERTIFICATES_LISTEN_PORT: new URL(origin).port,
    SALLYPORT_CLIENT_CERTIFICATES_AUTHORITIES: JSON.stringify(authorities),
  })
  client = await gateClient(address)
}, 180_000)
afterAll(async () => {
  client?.close()
  await address?.close()
  await site?.stop()
  await rm(folder, { recursive: true, force: true })
})

const upn = (name: string) => upnOf(`${name}@works.example`)

async function begin(page: BrowserPage, returnTo = '/'): Promise<string> {
  const begun = await page.call('POST', '/api/v1/session/certificate', { body: { returnTo } })
  return api.signInBegun.parse(begun.value).url
}

/** Sign in with a certificate. Yields where that ends. */
async function signIn(page: BrowserPage, pair: Pair | null, returnTo = '/'): Promise<string> {
  const { status, location } = await show(await begin(page, returnTo), address.caFile, pair)
  expect(status).toBe(303)
  const end = await page.visit(location, '')
  return end.pathname + end.search
}

const sessionOf = async (page: BrowserPage) =>
  api.session.parse((await page.call('GET', '/api/v1/session')).value).session

async function entries(kind: string): Promise<readonly LedgerEntry[]> {
  const rows = await site.database.query('SELECT bytes FROM ledger_entries UNION SELECT bytes FROM ledger_pending')
  return rows.flatMap(({ bytes }) => parseEntry(bytes as Uint8Array) ?? []).filter((one) => one.kind === kind)
}

/** What was put on record of the refusals of a certificate. */
async function refusalsOf({ cert }: Pair): Promise<readonly unknown[]> {
  const sha256 = execFileSync('openssl', ['x509', '-in', cert, '-noout', '-fingerprint', '-sha256'])
    .toString()
    .replaceAll(/.*=|[:\s]/g, '')
    .toLowerCase()
  return (await entries('sign-in.refused'))
    .filter(({ body }) => body['sha256'] === sha256)
    .map(({ body }) => body['problem'])
}

async function personIdOf(subject: string): Promise<string> {
  const [row] = await site.database.query('SELECT person_id FROM identity_binding WHERE subject = $1', [subject])
  return String(row?.['person_id'])
}

/** Bind a certificate's identity to somebody: asked for by one, approved by two others. */
async function bind(person: string, subject: string, authority = 'agency'): Promise<void> {
  const body = { issuer: `urn:sallyport:certificate:${authority}`, subject, reason: 'has a card' }
  const path = `/people/${await personIdOf(person)}/identities/propose`
  const { approvalId } = await client.done(api.proposed, 'omar', 'POST', path, body)
  for (const by of ['grace', 'henry']) {
    const { digest } = await client.done(api.approvalShown, by, 'GET', `/approvals/${approvalId}`)
    await client.done(api.approvalGiven, by, 'POST', `/approvals/${approvalId}/approve`, { digest })
  }
}

describe('a client certificate', () => {
  test('signs in whoever it was bound to by two others, and nobody on the roster before that', async () => {
    const card = works.issue('ada', { name: upn('ada') })
    const page = await openPage(address)
    expect(api.session.parse((await page.call('GET', '/api/v1/session')).value).ways.certificate).toBe(true)
    expect(await signIn(page, card, '/files')).toBe('/files')
    const issuer = 'urn:sallyport:certificate:agency'
    const subject = 'upn:ada@works.example'
    expect(await sessionOf(page)).toMatchObject({ person: null, method: 'certificate', issuer, subject })
    expect((await page.call('GET', '/api/v1/files')).status).toBe(403)
    await bind('ada', subject)
    expect(await sessionOf(page)).toMatchObject({ person: { name: 'Ada Whitfield' }, place: 'this-machine' })
    expect((await page.call('GET', '/api/v1/files')).status).toBe(200)
    const started = (await entries('session.started')).find(({ body }) => body['subject'] === subject)
    expect(started?.body).toMatchObject({ method: 'certificate', certificate: { authority: 'agency' } })
  })

  test('is bound by its key, where an authority is configured so: a renewal with another key is nobody', async () => {
    const [one, other] = [straight.issue('ben'), straight.issue('ben again')]
    const [page, again] = [await openPage(address), await openPage(address)]
    await signIn(page, one)
    const { subject = '' } = (await sessionOf(page)) ?? {}
    expect(subject).toMatch(/^key:[\w-]{43}$/)
    await bind('ben', subject, 'keys')
    expect((await sessionOf(page))?.person).not.toBeNull()
    await signIn(again, other)
    expect((await sessionOf(again))?.person).toBeNull()
  })

  test('is not asked for without a proof of the key of the browser, and its sign-in makes a new secret', async () => {
    const page = await openPage(address)
    const body = { returnTo: '/' }
    expect((await page.call('POST', '/api/v1/session/certificate', { body, proof: null })).status).toBe(401)
    for (const returnTo of ['https://evil.example/', '//evil.example', '/\\evil.example']) {
      expect((await page.call('POST', '/api/v1/session/certificate', { body: { returnTo } })).status).toBe(400)
    }
    page.cookies.set('__Host-sallyport', 'A'.repeat(43))
    await signIn(page, works.issue('fresh', { name: upn('fresh') }))
    expect(page.cookies.get('__Host-sallyport')).not.toBe('A'.repeat(43))
  })
})

describe('a certificate is not taken, and the browser is told why', () => {
  const problem = async (pair: Pair | null) => {
    const page = await openPage(address)
    const end = await signIn(page, pair)
    expect(await sessionOf(page)).toBeNull()
    return end.replace('/sign-in?problem=', '')
  }

  test('where there is none, or it comes from elsewhere or from itself, and that fills no record', async () => {
    const before = (await entries('sign-in.refused')).length
    expect(await problem(null)).toBe('certificate-missing')
    const impostor = makeAuthority(at('impostor'), 'Agency Root')
    expect(await problem(impostor.issue('ada', { name: upn('ada') }))).toBe('certificate-unknown')
    expect(await problem(impostor.below('issuing').issue('ada', { name: upn('ada') }))).toBe('certificate-unknown')
    expect(await problem({ cert: impostor.cert, key: impostor.key })).toBe('certificate-unknown')
    expect(await entries('sign-in.refused')).toHaveLength(before)
  })

  test('where somebody whom an authority certified makes certificates of their own', async () => {
    const holder = works.issue('holder', { name: upn('holder'), usage: 'critical,digitalSignature,keyCertSign' })
    const forged = makeAuthority(at('forged'), 'x')
    await copyFile(holder.cert, forged.cert)
    await copyFile(holder.key, forged.key)
    const { cert, key } = forged.issue('ada', { name: upn('ada') })
    // With its chain, as somebody sends it who wants it to be found.
    const chain = at('forged chain.pem')
    await writeFile(chain, `${await readFile(cert, 'utf8')}${await readFile(holder.cert, 'utf8')}`)
    for (const one of [cert, chain]) expect(await problem({ cert: one, key })).toBe('certificate-unknown')
  })

  test('once it has expired, and before it is valid', async () => {
    const [over, early] = [
      works.issue('over', { name: upn('over'), days: [-20, -10] }),
      works.issue('early', { name: upn('early'), days: [5, 10] }),
    ]
    expect(await problem(over)).toBe('certificate-expired')
    expect(await problem(early)).toBe('certificate-expired')
    expect(await refusalsOf(over)).toEqual(['certificate-expired'])
  })

  test.each([
    ['another purpose', { purposes: 'serverAuth' }],
    ['no purpose', { purposes: null }],
    ['any purpose alone', { purposes: 'anyExtendedKeyUsage' }],
    ['the card and not its holder', { purposes: 'clientAuth,2.16.840.1.101.3.6.8' }],
    ['no signatures', { usage: 'critical,keyAgreement' }],
  ])('where it is for %s', async (name, options) => {
    const card = works.issue(`for ${name}`, { name: upn('ada'), ...options })
    expect(await problem(card)).toBe('certificate-usage')
    expect(await refusalsOf(card)).toEqual(['certificate-usage'])
  })

  test('where it is the certificate of an authority', async () => {
    expect(await problem({ cert: works.cert, key: works.key })).toBe('certificate-usage')
  })

  test.each([
    ['no name', {}],
    ['a name of another kind', { name: 'email:ada@works.example' }],
    ['two names', { name: `${upn('ada')},${upn('ben')}` }],
  ])('where it has %s', async (name, options) => {
    expect(await problem(works.issue(`with ${name}`, options))).toBe('certificate-name')
  })

  test('where it was revoked, from the list that says so on, once on record', async () => {
    const card = works.issue('lost', { name: upn('lost') })
    const page = await openPage(address)
    expect(await signIn(page, card)).toBe('/')
    works.revoke(card.cert)
    works.list(at('works.crl'))
    for (let n = 0; n < 3; n++) expect(await problem(card)).toBe('certificate-revoked')
    expect(await refusalsOf(card)).toEqual(['certificate-revoked'])
  })

  test('where the authority between it and the root was revoked', async () => {
    const other = root.below('other issuing')
    await writeFile(at('between.pem'), await readFile(other.cert))
    const [, before] = [root.revoke(other.cert), await readFile(at('root.crl'))]
    root.list(at('root.crl'))
    // Nobody configured it, so that it is of no use before it is known to be revoked, either.
    expect(await problem(other.issue('ada', { name: upn('ada') }))).toBe('certificate-unknown')
    root.revoke(works.cert)
    root.list(at('root.crl'))
    const card = works.issue('of a revoked one', { name: upn('ada') })
    expect(await problem(card)).toBe('certificate-revoked')
    await writeFile(at('root.crl'), before)
    const page = await openPage(address)
    expect(await signIn(page, card)).toBe('/')
  })

  test('where the status of whoever it names has ended', async () => {
    const card = works.issue('noah', { name: upn('noah') })
    await bind('noah', 'upn:noah@works.example')
    await client.done(api.personEnded, 'grace', 'POST', `/people/${await personIdOf('noah')}/end`, {
      kind: 'left',
      reason: 'last day',
    })
    expect(await problem(card)).toBe('ended')
  })
})

describe('a revocation list', () => {
  let card: Pair
  beforeAll(() => {
    card = works.issue('listed', { name: upn('listed') })
  })
  const end = async () => await signIn(await openPage(address), card)
  const closed = '/sign-in?problem=certificate-lists'

  test.each([
    ['that is over', () => works.list(at('works.crl'), { made: -4, until: -1 })],
    ['that was made too long ago', () => works.list(at('works.crl'), { made: -49, until: 100 })],
    ['that is yet to come', () => works.list(at('works.crl'), { made: 2, until: 48 })],
    ['of another issuer', () => straight.list(at('works.crl'))],
    ['of another issuer of that name', () => makeAuthority(at(`namesake`), 'issuing').list(at('works.crl'))],
    ['that is missing', () => rm(at('works.crl'))],
    ['that is none', () => writeFile(at('works.crl'), 'x'.repeat(1000))],
    ['that is only a part', () => partial(at('works.crl'))],
    ['with a byte altered', () => altered(at('works.crl'))],
  ])('%s closes this way to sign in, on record, and a good one opens it again', async (_, spoil) => {
    works.list(at('works.crl'))
    expect(await end()).toBe('/')
    await spoil()
    expect(await end()).toBe(closed)
    expect(await refusalsOf(card)).toEqual(['certificate-lists'])
    // The other authority's are as good as before.
    expect(await signIn(await openPage(address), straight.issue('meanwhile'))).toBe('/')
    works.list(at('works.crl'))
    expect(await end()).toBe('/')
  })

  test('of an authority that revoked 40,000 is read as any other', async () => {
    const [lost, kept] = [straight.issue('one of many'), straight.issue('none of many')]
    straight.revoke(lost.cert)
    straight.revokeOthers(40_000)
    straight.list(at('straight.crl'))
    expect(await signIn(await openPage(address), kept)).toBe('/')
    expect(await signIn(await openPage(address), lost)).toBe('/sign-in?problem=certificate-revoked')
  })

  test('stands in the boundary: until when it is good, or why nobody signs in by its issuer', async () => {
    const told = async () => (await client.done(api.boundary, 'omar', 'GET', '/boundary')).clientCertificates
    works.list(at('works.crl'))
    const good = { name: expect.stringContaining('Agency Root'), listUntil: expect.any(String), trouble: null }
    expect(await told()).toMatchObject({
      url: origin,
      authorities: [
        { id: 'agency', issuers: [good, { name: expect.stringContaining('issuing'), trouble: null }] },
        { id: 'keys', issuers: [{ listUntil: expect.any(String), trouble: null }] },
      ],
    })
    works.list(at('works.crl'), { made: -4, until: -1 })
    const stale = { listUntil: null, trouble: expect.stringMatching(/^its list was good until/) }
    expect((await told())?.authorities[0]?.issuers).toMatchObject([good, stale])
    works.list(at('works.crl'))
  })

  /** A list with an extension that says it is about some certificates alone, which must not be passed over. */
  async function partial(path: string): Promise<void> {
    const config = join(works.cert, '../ca.cnf')
    await writeFile(
      `${config}.part`,
      `${await readFile(config, 'utf8')}[part]\n2.5.29.28=critical,DER:30:03:81:01:FF\n`,
    )
    execFileSync(
      'openssl',
      ['ca', '-batch', '-config', `${config}.part`, '-gencrl', '-crlexts', 'part', '-out', path],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
  }
  async function altered(path: string): Promise<void> {
    works.list(path)
    execFileSync('openssl', ['crl', '-in', path, '-outform', 'DER', '-out', path], { stdio: 'pipe' })
    const bytes = await readFile(path)
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1
    await writeFile(path, bytes)
  }
})

describe('a ticket of a certificate', () => {
  let card: Pair
  beforeAll(() => {
    works.list(at('works.crl'))
    card = works.issue('ticket', { name: upn('ticket') })
  })
  const ticketFor = async (page: BrowserPage) => (await show(await begin(page), address.caFile, card)).location
  const ends = async (page: BrowserPage, url: string) => {
    const end = await page.visit(url, '')
    return end.pathname + end.search
  }

  test('is good once, and only in the browser that began', async () => {
    const [page, victim] = [await openPage(address), await openPage(address)]
    const ticket = await ticketFor(page)
    expect(await ends(victim, ticket)).toBe('/sign-in?problem=expired')
    await begin(victim)
    expect(await ends(victim, ticket)).toBe('/sign-in?problem=mismatch')
    expect(await sessionOf(victim)).toBeNull()
    const cookie = page.cookies.get('__Host-sallyport-sign-in') ?? ''
    expect(await ends(page, ticket)).toBe('/')
    page.cookies.set('__Host-sallyport-sign-in', cookie)
    expect(await ends(page, ticket)).toBe('/sign-in?problem=expired')
  })

  test('is nothing that anybody else makes, and names nobody to whoever sees it', async () => {
    const page = await openPage(address)
    const ticket = await ticketFor(page)
    expect(Buffer.from(ticket.split('=')[1] ?? '', 'base64url').toString('latin1')).not.toContain('works.example')
    for (const url of [`${ticket}A`, ticket.slice(0, -3), `${address.url}/session/certificate`, `${ticket}&ticket=x`]) {
      await begin(page)
      expect(await ends(page, url)).toBe('/sign-in?problem=expired')
    }
  })

  test('is not made for a sign-in that nobody began', async () => {
    for (const query of ['', '?begun=', '?begun=x', `?begun=${'a'.repeat(44)}`]) {
      const { location } = await show(`${origin}/session/certificate${query}`, address.caFile, card)
      expect(location).toBe(`${address.url}/sign-in?problem=expired`)
    }
  })
})

describe('the listeners', () => {
  test('that asks for certificates answers at one address and serves nothing else', async () => {
    const card = works.issue('curious', { name: upn('curious') })
    for (const path of [
      '/',
      '/api/v1/session',
      '/api/openapi.json',
      '/metrics',
      '/session/certificate/',
      '//session/certificate',
    ]) {
      expect((await show(origin + path, address.caFile, card)).status).toBe(404)
    }
  })

  test('that serves everybody asks for no certificate, and a header that claims one is nobody', async () => {
    const card = works.issue('smuggled', { name: upn('ada') })
    const pem = (await readFile(card.cert, 'utf8')).replaceAll('\n', '')
    const claims = {
      'x-ssl-client-cert': pem,
      'x-ssl-client-verify': 'SUCCESS',
      'ssl-client-cert': pem,
      'x-forwarded-client-cert': `Cert="${encodeURIComponent(pem)}"`,
      'x-client-cert': pem,
      'x-arr-clientcert': Buffer.from(pem).toString('base64'),
      'client-cert': `:${Buffer.from(pem).toString('base64')}:`,
    }
    const page = await openPage(address)
    expect((await page.call('GET', '/api/v1/me', { headers: claims })).status).toBe(401)
    const asked = await page.call('GET', '/api/v1/session', { headers: claims })
    expect(api.session.parse(asked.value).session).toBeNull()
    // On the listener that asks, a header counts as little beside a connection without a certificate.
    const { location } = await show(await begin(page), address.caFile, null, claims)
    expect(location).toBe(`${address.url}/sign-in?problem=certificate-missing`)
    // What OpenSSL tells of a server that asks.
    const told = async (url: string) =>
      await text(
        spawn('openssl', ['s_client', '-connect', new URL(url).host], { stdio: ['ignore', 'pipe', 'ignore'] }).stdout,
      )
    expect(await told(origin)).toContain('Requested Signature Algorithms')
    const ordinary = await told(address.url)
    expect(ordinary).toContain('BEGIN CERTIFICATE')
    expect(ordinary).not.toContain('Requested Signature Algorithms')
  })

  test('verify every connection anew: none is resumed', async () => {
    const card = works.issue('resuming', { name: upn('resuming') })
    const [cert, key] = [await readFile(card.cert), await readFile(card.key)]
    const port = Number(new URL(origin).port)
    const open = async (session?: Buffer) =>
      await new Promise<{ readonly isReused: boolean; readonly session: Buffer | undefined }>((resolve, reject) => {
        const more = session === undefined ? {} : { session }
        const how = { host: 'localhost', port, cert, key, rejectUnauthorized: false, maxVersion: 'TLSv1.2' } as const
        const socket = connect({ ...how, ...more })
        socket.once('secureConnect', () => {
          resolve({ isReused: socket.isSessionReused(), session: socket.getSession() })
          socket.destroy()
        })
        socket.once('error', reject)
      })
    const first = await open()
    expect(first.session?.length).toBeGreaterThan(0)
    expect((await open(first.session)).isReused).toBe(false)
  })
})

const engine = '/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so'
const softhsm = '/usr/lib/softhsm/libsofthsm2.so'
const isCardThere =
  [engine, softhsm, '/usr/bin/curl', '/usr/bin/pkcs11-tool'].every((path) => existsSync(path)) ||
  process.env['SALLYPORT_NOTHING_SKIPPED'] !== undefined

test.skipIf(!isCardThere)(
  `a card whose key never leaves it signs in (Debian packages softhsm2, opensc, libengine-pkcs11-openssl, curl${isCardThere ? '' : ', which are not here'})`,
  async () => {
    await mkdir(at('tokens'))
    await writeFile(
      at('softhsm.conf'),
      `directories.tokendir = ${at('tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    )
    const env = { ...process.env, SOFTHSM2_CONF: at('softhsm.conf'), PKCS11_MODULE_PATH: softhsm }
    const run = (program: string, ...args: readonly string[]) =>
      execFileSync(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }).toString()
    const token = ['--token-label', 'card', '--login', '--pin', '1234']
    run('softhsm2-util', '--init-token', '--free', '--label', 'card', '--so-pin', '5678', '--pin', '1234')
    run(
      'pkcs11-tool',
      '--module',
      softhsm,
      ...token,
      '--keypairgen',
      '--key-type',
      'EC:prime256v1',
      '--id',
      '01',
      '--label',
      'auth',
    )
    const key = 'pkcs11:token=card;object=auth;type=private;pin-value=1234'
    const csr = at('card.csr')
    run(
      'openssl',
      'req',
      '-new',
      '-engine',
      'pkcs11',
      '-keyform',
      'engine',
      '-key',
      key,
      '-subj',
      '/O=Works/CN=card',
      '-out',
      csr,
    )
    works.list(at('works.crl'))
    const { cert } = works.issue('card', { name: upn('card'), csr })
    const page = await openPage(address)
    const url = await begin(page)
    const asked = ['-sS', '--cacert', address.caFile, '-o', '/dev/null', '-w', '%{redirect_url}', url]
    const shown = ['--engine', 'pkcs11', '--key-type', 'ENG', '--key', key, '--cert', cert]
    const { stdout: location } = await promisify(execFile)('curl', [...shown, ...asked], { env })
    expect((await page.visit(location, '')).pathname).toBe('/')
    expect(await sessionOf(page)).toMatchObject({ method: 'certificate', subject: 'upn:card@works.example' })
  },
)
