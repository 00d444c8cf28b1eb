import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemRandomness } from '../base/index.ts'
import { serveConsole } from './console.ts'
import { answerProblem } from './problem-json.ts'

const script = 'console.log("the console")\n'.repeat(100)
let folder: string
let app: FastifyInstance

function served(from: string): FastifyInstance {
  const made = fastify()
  made.setErrorHandler((error: Error, request, reply) => answerProblem(error, request, reply, () => undefined))
  made.get('/api/v1/enclave', () => ({ name: 'the gate' }))
  serveConsole(made, systemRandomness, from)
  return made
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-console-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<meta property="csp-nonce" nonce="__NONCE__"><b nonce="__NONCE__"></b>')
  await writeFile(join(folder, 'secret.js'), 'outside of the assets')
  await writeFile(join(folder, 'assets', 'index-1a2b.js'), script)
  await writeFile(join(folder, 'assets', 'index-1a2b.js.br'), brotliCompressSync(script))
  await writeFile(join(folder, 'assets', 'index-1a2b.js.gz'), gzipSync(script))
  app = served(folder)
})
afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

const asset = (headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url: '/assets/index-1a2b.js', headers })

describe('serveConsole() assets', () => {
  test.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip', 'gzip', gunzipSync],
    ['identity', undefined, (body: Buffer) => body],
  ])('accepting %s gets what lies there compressed so', async (accepted, encoding, read) => {
    const reply = await asset({ 'accept-encoding': accepted })
    expect(reply.headers['content-encoding']).toBe(encoding)
    expect(String(read(reply.rawPayload))).toBe(script)
    expect(reply.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    })
  })

  test('a tag is of one encoding, and whoever has that gets nothing again', async () => {
    const { etag } = (await asset({ 'accept-encoding': 'br' })).headers
    expect(etag).toMatch(/^"[\w-]{43}-br"$/)
    expect((await asset({ 'accept-encoding': 'br', 'if-none-match': String(etag) })).statusCode).toBe(304)
    expect((await asset({ 'accept-encoding': 'gzip', 'if-none-match': String(etag) })).statusCode).toBe(200)
  })

  test('a script that is started as a worker loads what stands beside it and talks to this gate', async () => {
    const reply = await app.inject({ method: 'GET', url: '/assets/index-1a2b.js' })
    expect(String(reply.headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
    ])
  })

  test.each([
    '/assets/other.js',
    '/assets/../secret.js',
    '/assets/%2e%2e/secret.js',
    '/assets/index-1a2b.js.br',
    '/assets/',
  ])('%s is not there', async (url) => {
    const reply = await app.inject({ method: 'GET', url })
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8'])
  })
})

describe('serveConsole() pages', () => {
  test.each([
    '/',
    '/people',
    '/people/0190c0de-0000-7000-8000-000000000001?asOf=2026-01-01',
    '/sign-in',
    '/accessibility',
  ])('%s is the index page with a nonce of this answer', async (url) => {
    const [one, other] = [await app.inject({ method: 'GET', url }), await app.inject({ method: 'GET', url })]
    expect(one.statusCode).toBe(200)
    const nonces = [one, other].map(
      ({ headers }) => /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1],
    )
    expect(nonces[0]).not.toBe(nonces[1])
    expect(Buffer.from(nonces[0] ?? '', 'base64')).toHaveLength(16)
    expect(one.body).toBe(`<meta property="csp-nonce" nonce="${nonces[0]}"><b nonce="${nonces[0]}"></b>`)
  })

  test('a page runs its own scripts, talks to this gate, and stands in nobody else', async () => {
    const { headers } = await app.inject({ method: 'GET', url: '/people' })
    const policy = String(headers['content-security-policy']).replace(/nonce-[^']+/, 'nonce-n')
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "img-src 'self' blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "worker-src 'self'",
      'trusted-types sallyport-worker',
      "style-src 'self' 'nonce-n'",
    ])
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'permissions-policy': expect.stringContaining('camera=()') as string,
    })
  })

  test.each([
    ['GET', '/api/v1/nothing'],
    ['GET', '/api'],
    ['GET', '/ledger/nothing'],
    ['GET', '/kas/nothing'],
    ['GET', '/access/v1/nothing'],
    ['GET', '/session/nothing'],
    ['GET', '/.well-known/nothing'],
    ['GET', '/wp-login.php'],
    ['GET', '/%61pi/v1/nothing'],
    ['GET', '//api/v1/enclave'],
    ['GET', '/people//one'],
    ['POST', '/people'],
    ['DELETE', '/'],
  ] as const)('%s %s is no page', async (method, url) => {
    const reply = await app.inject({ method, url })
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8'])
  })

  test('a console that was not built says so, and is there once it is', async () => {
    const late = await mkdtemp(join(tmpdir(), 'sallyport-console-'))
    const other = served(late)
    const before = await other.inject({ method: 'GET', url: '/' })
    expect([before.statusCode, before.body]).toEqual([503, expect.stringContaining('npm run build:console')])
    await mkdir(join(late, 'assets'))
    await writeFile(join(late, 'index.html'), '<p>there</p>')
    expect((await other.inject({ method: 'GET', url: '/' })).body).toBe('<p>there</p>')
    await other.close()
    await rm(late, { recursive: true })
  })
})
