// An identity provider outside of the gate, as an organization has one: a real OpenID provider over TLS, whose people sign in
// with a browser, each under the account that they name. The keys that it signs with can be changed.

import { createServer, type Server } from 'node:https'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { errors, interactionPolicy, Provider, type Configuration } from 'oidc-provider'
import type { SelfSigned } from '../server/src/base/index.ts'

export interface OutsideIssuer {
  readonly url: string
  /** Call an account something else in its tokens from here on: a user name, which people and administrators change. */
  readonly rename: (account: string, userName: string) => void
  /** Sign with a fresh key from here on, and publish no other. */
  readonly rotate: () => Promise<void>
  readonly stop: () => Promise<void>
  /** Listen again after `stop`, at the same address. */
  readonly start: () => Promise<void>
}

export const outsideClient = 'sallyport-cli'
/** The gate itself, for people with a browser. */
export const outsideBrowserClient = { id: 'sallyport-gate', secret: 'a secret of the gate at the test issuer' } as const

/** Start the issuer at https://localhost:<port>, for access tokens to `audience`. */
export async function startOutsideIssuer(options: {
  readonly port: number
  readonly audience: string
  /** Where the gate takes answers to sign-ins with a browser. */
  readonly callback: string
  readonly certificate: Pick<SelfSigned, 'certPem' | 'keyPem'>
}): Promise<OutsideIssuer> {
  const { port, audience, callback, certificate } = options
  const url = `https://localhost:${port}`
  const userNames = new Map<string, string>()
  let answer = await providerAnswer()
  let server: Server

  async function providerAnswer() {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const kid = `key-${Date.now()}-${Math.random().toString(36).slice(2)}`
    const jwk = { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' }
    return new Provider(url, configuration(jwk, { audience, callback }, userNames)).callback()
  }

  async function start(): Promise<void> {
    server = createServer({ cert: certificate.certPem, key: certificate.keyPem }, (request, response) => {
      void answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve))
  }

  await start()
  return {
    url,
    rename: (account, userName) => void userNames.set(account, userName),
    rotate: async () => {
      answer = await providerAnswer()
    },
    start,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function configuration(
  jwk: JWK,
  { audience, callback }: { readonly audience: string; readonly callback: string },
  userNames: ReadonlyMap<string, string>,
): Configuration {
  const policy = interactionPolicy.base()
  policy.remove('consent')
  return {
    interactions: { policy },
    jwks: { keys: [jwk] as NonNullable<Configuration['jwks']>['keys'] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    cookies: { keys: ['a key of the test issuer'] },
    clients: [
      {
        client_id: outsideClient,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1/callback'],
        dpop_bound_access_tokens: true,
      },
      {
        client_id: outsideBrowserClient.id,
        client_secret: outsideBrowserClient.secret,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [callback],
      },
    ],
    scopes: ['openid', 'gate'],
    extraTokenClaims: (_, token) => {
      const account = 'accountId' in token ? token.accountId : undefined
      const userName = userNames.get(account ?? '') ?? account
      return { preferred_username: userName, upn: userName, email: `${userName}@example.com`, name: userName }
    },
    pkce: { required: () => true },
    findAccount: (_, name) => ({ accountId: name, claims: () => ({ sub: name }) }),
    loadExistingGrant: async (ctx) => {
      const { client, session, provider } = ctx.oidc
      if (client === undefined || session?.accountId === undefined) return undefined
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid')
      grant.addResourceScope(audience, 'gate')
      await grant.save()
      return grant
    },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Interaction: 600, Session: 600, Grant: 600, IdToken: 600 },
    features: {
      devInteractions: { enabled: true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7) },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => {
          if (resource !== audience) throw new errors.InvalidTarget()
          return {
            scope: 'gate',
            audience,
            accessTokenTTL: 600,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          }
        },
      },
    },
  }
}
