// A grant for tests alone: a client with a secret asks for a token of a sample person by name. There is no such thing in any
// real identity provider, and this module runs only in a sample enclave.

import { errors, type Provider } from 'oidc-provider'
import { openTdfClient, samplePersonGrant } from './clients.ts'
import { resourceFacts, scope } from './resource.ts'
import type { PersonToPick } from './pages.ts'

/** Add the grant: `person` names the subject. Its tokens are not bound to a key. */
export function addSamplePersonGrant(provider: Provider, people: readonly PersonToPick[], audience: string): void {
  provider.registerGrantType<{ person?: string }>(
    samplePersonGrant,
    async (ctx) => {
      const { client, params } = ctx.oidc
      const person = people.find(({ subject }) => subject === params.person)
      if (client.clientId !== openTdfClient || person === undefined)
        throw new errors.InvalidGrant('no such sample person')
      const accountId = person.subject
      const grant = new provider.Grant({ clientId: client.clientId, accountId })
      grant.addResourceScope(audience, scope)
      const token = new provider.AccessToken({ client, accountId, grantId: await grant.save(), gty: samplePersonGrant })
      token.scope = scope
      token.resourceServer = new provider.ResourceServer(audience, resourceFacts(audience))
      ctx.body = { access_token: await token.save(), token_type: 'Bearer', expires_in: token.expiration, scope }
    },
    ['person'],
  )
}
