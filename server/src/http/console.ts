// The console's files as a browser gets them: read once from what `npm run build:console` wrote, sent compressed as they lie there.
// An asset has the hash of its content in its name and never changes; every other page of the console is the one index page, of
// which each answer allows styles by a nonce of its own.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Problem } from '@sallyport/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Randomness } from '../base/index.ts'

type Encoding = 'br' | 'gzip' | 'identity'

interface Asset {
  readonly type: string
  readonly hash: string
  readonly bodies: Readonly<Partial<Record<Encoding, Buffer>>> & { readonly identity: Buffer }
}

interface Built {
  readonly index: string
  readonly assets: ReadonlyMap<string, Asset>
}

const builtFolder = fileURLToPath(new URL('../../../console/dist/', import.meta.url))
/** Stands in the built index page where the nonce of an answer goes. */
const noncePlace = '__NONCE__'
const endings = { br: '.br', gzip: '.gz' } as const
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const assetsPath = '/assets/'
/** What a path of a page looks like, and under which it never is one: what answers there says itself that there is nothing. */
const pagePath = /^\/([\w-]+(\/[\w-]+)*)?\/?$/
const notPages = /^\/(api|ledger|kas|access|assets|session|healthz|readyz|metrics)(?![a-z0-9-])/i

/** Tell whether a request is for the console: an asset, or a page that no route of the gate answers. */
export function isForConsole(request: FastifyRequest): boolean {
  const [path = ''] = request.url.split('?')
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  if (!request.is404) return request.routeOptions.url === `${assetsPath}*`
  return pagePath.test(path) && !notPages.test(path)
}

/** Serve the assets, and the index page at every path of a page that nothing else answers. */
export function serveConsole(app: FastifyInstance, random: Randomness, folder = builtFolder): void {
  let reading: Promise<Built> | null = null
  // Not while the gate starts: one whose console was not built serves everything else.
  const built = (): Promise<Built> =>
    (reading ??= readBuilt(folder).catch((cause: unknown) => {
      reading = null
      throw new Problem('unavailable', 'cannot show the console: it is not built, want `npm run build:console`', {
        cause,
      })
    }))
  app.get(`${assetsPath}*`, async (request, reply) => sendAsset(await built(), request, reply))
  app.setNotFoundHandler(async (request, reply) => {
    if (!isForConsole(request)) throw new Problem('not-found', 'cannot answer: there is no such route')
    const { index } = await built()
    const nonce = Buffer.from(random(16)).toString('base64')
    return reply.headers(pageHeaders(nonce)).send(index.replaceAll(noncePlace, nonce))
  })
}

async function readBuilt(folder: string): Promise<Built> {
  const names = await readdir(join(folder, 'assets'))
  const assets = new Map<string, Asset>()
  for (const name of names.filter((one) => types[extname(one)] !== undefined)) {
    const read = (ending: string) => readFile(join(folder, 'assets', name + ending))
    const identity = await read('')
    const hash = createHash('sha256').update(identity).digest('base64url')
    const [br, gzip] = await Promise.all([read(endings.br), read(endings.gzip)])
    assets.set(name, { type: types[extname(name)] ?? '', hash, bodies: { identity, br, gzip } })
  }
  return { index: await readFile(join(folder, 'index.html'), 'utf8'), assets }
}

function sendAsset({ assets }: Built, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const asset = assets.get((request.params as { '*': string })['*'])
  if (asset === undefined) throw new Problem('not-found', 'cannot answer: there is no such file of the console')
  const encoding = acceptedBy(request.headers['accept-encoding'] ?? '')
  // SPEC: RFC 9110 section 8.8.3: a strong tag is of one encoding.
  const tag = `"${asset.hash}-${encoding}"`
  void reply.headers({
    etag: tag,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
    'cross-origin-resource-policy': 'same-origin',
    ...(asset.type.startsWith('text/javascript') ? { 'content-security-policy': workerPolicy } : {}),
  })
  if (request.headers['if-none-match'] === tag) return reply.code(304).send()
  if (encoding !== 'identity') void reply.header('content-encoding', encoding)
  return reply.type(asset.type).send(asset.bodies[encoding])
}

function acceptedBy(accepted: string): Encoding {
  const names = accepted
    .split(',')
    .flatMap((one) => (/;\s*q=0(\.0*)?\s*$/.test(one) ? [] : [one.split(';')[0]?.trim()]))
  if (names.includes('br')) return 'br'
  return names.includes('gzip') ? 'gzip' : 'identity'
}

/** What a browser may do on a page of the console: run its own scripts and talk to this gate, and nothing else. */
const pagePolicy = [
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
  // Of this one policy the console's code is the maker: it lets its worker be started and nothing else.
  'trusted-types sallyport-worker',
]

/** A worker has the policy of its own script: it loads what stands beside it, and talks to this gate. */
const workerPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"

const nobodyMay = ['camera', 'display-capture', 'geolocation', 'microphone', 'midi', 'payment', 'serial', 'usb', 'hid']

function pageHeaders(nonce: string): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [...pagePolicy, `style-src 'self' 'nonce-${nonce}'`].join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': [
      ...nobodyMay.map((feature) => `${feature}=()`),
      'publickey-credentials-get=(self)',
      'publickey-credentials-create=(self)',
    ].join(', '),
    'referrer-policy': 'no-referrer',
  }
}
