// An OpenID provider for the sample enclave, where one picks who to be. It signs real tokens over real protocols, so that the
// gate believes it by the same rules as any other issuer; what it does not do is check anybody.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { Problem, toBase64Url } from '@sallyport/protocol'
import type { JSONWebKeySet } from 'jose'
import { errors, interactionPolicy, Provider, type Configuration, type KoaContextWithOIDC } from 'oidc-provider'
import type { Clock, Randomness } from '../../base/index.ts'
import { sampleClients } from './clients.ts'
import { escaped, page, pageHeaders, pickPage, type PersonToPick } from './pages.ts'
import { addSamplePersonGrant } from './sample-person-grant.ts'
import { makeRecords } from './records.ts'
import { accessTokenSeconds, resourceFacts, scope } from './resource.ts'
import { publicKeys, secretFor, signingKeys } from './signing-keys.ts'

export interface SampleIdentityProviderOptions {
  /** Anything else refuses: nobody is checked here. */
  readonly sample: boolean
  /** Its own address, with the path that it is mounted under: `https://localhost:8443/sample-idp`. */
  readonly issuer: string
  /** The gate's public address: the audience of every access token. */
  readonly audience: string
  readonly people: readonly PersonToPick[]
  readonly clock: Clock
  readonly random: Randomness
  /** Secret of the client `opentdf-web`; made at random unless given. */
  readonly openTdfSecret?: string
  /** Where the signing keys are kept; in memory unless given. */
  readonly keysFile?: string
  /** Where sign-ins under way are kept, for several processes; in memory unless given. Wants `keysFile` as well. */
  readonly recordsFolder?: string
}

type Request = IncomingMessage | Http2ServerRequest
type Response = ServerResponse | Http2ServerResponse

export interface SampleIdentityProvider {
  /** Answer a request whose path begins with the issuer's path. Its body must not have been read. */
  readonly answer: (request: Request, response: Response) => void
  readonly issuer: string
  /** Public keys, for a verifier in the same process. */
  readonly jwks: JSONWebKeySet
  readonly openTdfSecret: string
}

/** Make the sample's identity provider. Throws Problem `refused` outside a sample enclave. */
export async function makeSampleIdentityProvider(
  options: SampleIdentityProviderOptions,
): Promise<SampleIdentityProvider> {
  if (!options.sample) {
    throw new Problem('refused', 'cannot start sample sign-in: this is not a sample enclave, want one')
  }
  const keys = await signingKeys(options.keysFile)
  const openTdfSecret = options.openTdfSecret ?? toBase64Url(options.random(24))
  const mount = new URL(options.issuer).pathname.replace(/\/$/, '')
  const provider = new Provider(options.issuer, configuration(options, keys, openTdfSecret, mount))
  addSamplePersonGrant(provider, options.people, options.audience)
  const answerProvider = provider.callback()

  const answer = (request: Request, response: Response): void => {
    const path = request.url ?? '/'
    if (!path.startsWith(`${mount}/`)) {
      response.statusCode = 404
      response.end()
      return
    }
    if (path.startsWith(`${mount}/interaction/`)) {
      pick(provider, options.people, request, response).catch((cause: unknown) => showFault(response, cause))
      return
    }
    if (/^\/auth[?/]/.test(path.slice(mount.length))) forgetWhoOneWas(request)
    // The provider tells the path that it is mounted under from the difference between the two.
    const inner = path.slice(mount.length)
    const url = inner === openTdfTokenPath ? '/token' : inner
    Object.assign(request, { originalUrl: mount + url, url })
    void answerProvider(request, response)
  }
  return { answer, issuer: options.issuer, jwks: publicKeys(keys), openTdfSecret }
}

/** Whoever signs in is nobody until they have picked: else the provider would first ask to sign out whoever one was before. */
function forgetWhoOneWas({ headers }: Request): void {
  const kept = (headers.cookie ?? '').split(';').filter((pair) => !/^\s*_session(\.[\w.]+)?=/.test(pair))
  headers.cookie = kept.join(';')
}

/** Where OpenTDF's web client asks for tokens without having looked for the endpoint. */
const openTdfTokenPath = '/protocol/openid-connect/token'

async function pick(
  provider: Provider,
  people: readonly PersonToPick[],
  request: Request,
  response: Response,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response)
  if (request.method !== 'POST') {
    send(response, 200, pickPage(people, String(params['client_id'])))
    return
  }
  const form = await readForm(request)
  const person = people.find(({ subject }) => subject === form.get('person'))
  if (person === undefined && form.get('cancel') === null) {
    send(response, 400, page('Nobody of that name', '<p>Go back and pick one of the sample people.</p>'))
    return
  }
  const result =
    person === undefined
      ? { error: 'access_denied', error_description: 'nobody was picked' }
      : { login: { accountId: person.subject, remember: false } }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}

const mostFormBytes = 4_096

async function readForm(request: Request): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk)
    if (text.length > mostFormBytes)
      throw new Problem('too-large', 'cannot read form: it is too large, want 4 KiB or less')
  }
  return new URLSearchParams(text)
}

/** Most often a sign-in that was left open too long, or a cookie of another browser. */
function showFault(response: Response, cause: unknown): void {
  const status =
    cause instanceof errors.OIDCProviderError ? cause.statusCode : cause instanceof Problem ? cause.status : 500
  const text = '<p>It has expired, or was begun in another browser. Begin again.</p>'
  send(response, status, page('This sign-in cannot go on', text))
}

function send(response: Response, status: number, html: string): void {
  if (!response.headersSent) {
    response.statusCode = status
    for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value)
  }
  response.end(html)
}

function configuration(
  { audience, people, clock, recordsFolder }: SampleIdentityProviderOptions,
  keys: JSONWebKeySet,
  openTdfSecret: string,
  mount: string,
): Configuration {
  const policy = interactionPolicy.base()
  // Asked every time, because in a sample one is somebody else every other minute.
  const { Check } = interactionPolicy
  const everyTime = (ctx: KoaContextWithOIDC) => ctx.oidc.result?.login === undefined
  policy.get('login')?.checks.add(new Check('sample', 'the sample asks every time', everyTime))
  // Picking somebody is consent as well.
  policy.remove('consent')
  return {
    adapter: makeRecords(clock, recordsFolder),
    clients: sampleClients(openTdfSecret, `${audience}/session/callback/sample`),
    jwks: keys,
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    cookies: {
      keys: [toBase64Url(secretFor('cookies', keys))],
      short: { path: mount, signed: true },
      long: { path: mount, signed: true },
    },
    scopes: ['openid', scope],
    claims: { openid: ['sub'], profile: ['name'] },
    findAccount: (_, id) => {
      const person = people.find((one) => one.subject === id)
      return person && { accountId: id, claims: () => ({ sub: id, name: person.name }) }
    },
    interactions: { policy, url: (_, { uid }) => `${mount}/interaction/${uid}` },
    loadExistingGrant: (ctx) => grantEverything(ctx, audience),
    pkce: { required: () => true },
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      AuthorizationCode: 60,
      DeviceCode: accessTokenSeconds,
      Interaction: accessTokenSeconds,
      Session: accessTokenSeconds,
      Grant: accessTokenSeconds,
      IdToken: accessTokenSeconds,
    },
    clientBasedCORS: (_, origin) => /^https?:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(origin),
    renderError: (ctx, out) => {
      show(ctx, page('This sign-in cannot go on', `<p>${escaped(out.error_description ?? out.error)}</p>`))
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: Buffer.from(secretFor('nonces', keys)) },
      resourceIndicators: resourceIndicators(audience),
      deviceFlow: deviceFlow(),
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
  }
}

function resourceIndicators(audience: string): NonNullable<Configuration['features']>['resourceIndicators'] {
  return {
    enabled: true,
    defaultResource: () => audience,
    useGrantedResource: () => true,
    getResourceServerInfo: (_, resource) => {
      if (resource !== audience) throw new errors.InvalidTarget()
      return resourceFacts(audience)
    },
  }
}

function deviceFlow(): NonNullable<Configuration['features']>['deviceFlow'] {
  return {
    enabled: true,
    userCodeInputSource: (ctx, form, _, fault) => {
      const text =
        fault === undefined ? 'Enter the code that your program shows.' : 'That code does not fit. Enter it again.'
      show(ctx, page('Sign in a program', `<p>${text}</p>${form}<button form="op.deviceInputForm">Continue</button>`))
    },
    userCodeConfirmSource: (ctx, form, client, _, code) => {
      const asked = `<p>Does <b>${escaped(client.clientName ?? client.clientId)}</b> show this code?</p>`
      const buttons = `<button form="op.deviceConfirmForm">Yes, it shows this code</button>
        <button form="op.deviceConfirmForm" name="abort" value="yes">No: cancel</button>`
      show(ctx, page('Is this your program?', `${asked}<p><code>${escaped(code)}</code></p>${form}${buttons}`))
    },
    successSource: (ctx) => {
      show(ctx, page('Signed in', '<p>Go back to your program; this page can be closed.</p>'))
    },
  }
}

/** Grant everything that the client may ask for. */
async function grantEverything(ctx: KoaContextWithOIDC, audience: string) {
  const { client, session, provider } = ctx.oidc
  if (client === undefined || session?.accountId === undefined) return undefined
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope('openid')
  grant.addResourceScope(audience, scope)
  await grant.save()
  return grant
}

function show(ctx: KoaContextWithOIDC, html: string): void {
  ctx.set({ ...pageHeaders })
  ctx.body = html
}
