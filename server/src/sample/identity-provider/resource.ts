// The gate as the sample's identity provider knows it: the one resource that its access tokens are for.

import type { ResourceServer } from 'oidc-provider'

export const scope = 'files'

/** Access tokens live ten minutes. */
export const accessTokenSeconds = 600

export function resourceFacts(audience: string): ResourceServer {
  return {
    scope,
    audience,
    accessTokenTTL: accessTokenSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  }
}
