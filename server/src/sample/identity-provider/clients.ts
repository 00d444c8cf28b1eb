// The programs that the sample's identity provider serves.

import type { ClientMetadata } from 'oidc-provider'

/** The command line: signs a person in, by a browser on the same machine or by a device code; every token bound to its key. */
export const commandLineClient = 'sallyport-cli'
/** The gate itself, for people who sign in with a browser. */
export const browserClient = 'sallyport-console'
/** Programs built on OpenTDF SDKs: act for themselves with a secret. */
export const openTdfClient = 'opentdf-web'

/** A grant of the sample alone: a token for a sample person without any sign-in, for tests of programs that cannot show a page. */
export const samplePersonGrant = 'urn:sallyport:sample:person'

/** `secret` is that of the clients that have one, `callback` where the gate takes the answer to a browser's sign-in. */
export function sampleClients(secret: string, callback: string): ClientMetadata[] {
  return [
    {
      client_id: browserClient,
      client_name: 'Sallyport',
      client_secret: secret,
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [callback],
    },
    {
      client_id: commandLineClient,
      client_name: 'Sallyport command line',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      // SPEC: RFC 8252 section 7.3: any port of the loopback address.
      redirect_uris: ['http://127.0.0.1/callback'],
      dpop_bound_access_tokens: true,
    },
    {
      client_id: openTdfClient,
      client_name: 'OpenTDF programs',
      client_secret: secret,
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['client_credentials', samplePersonGrant],
      response_types: [],
      redirect_uris: [],
    },
  ]
}
