// What clients read before they seal or open: where the gate is, which keys to wrap to, what a label's key is.

import type { JsonObject } from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { parseLabel } from '@sallyport/protocol'
import { Algorithm, AttributeRuleTypeEnum } from '@sallyport/protocol/kas'
import type { KasDoorParts, PublishedKey } from './ports.ts'

/** The address that a key access object of this gate carries; clients keep only its origin. */
export function kasUrl({ config }: { readonly config: Pick<KasDoorParts['config'], 'origin'> }): string {
  return `${config.origin}/kas`
}

/** Write the well-known configuration, in the names that OpenTDF clients read. */
export function wellKnown(parts: Pick<KasDoorParts, 'config' | 'describeKeys'>): JsonObject {
  const { config } = parts
  const [base] = parts.describeKeys()
  const { identityProvider, dpop } = config
  return {
    platform_issuer: identityProvider['issuer'] ?? '',
    idp: { ...identityProvider },
    health: { endpoint: '/healthz' },
    supports_dpop: true,
    dpop_signing_alg_values_supported: [...dpop.algorithms],
    dpop_nonce_required: dpop.isNonceRequired,
    ...(base === undefined
      ? {}
      : {
          base_key: {
            kas_id: config.kasId,
            kas_uri: kasUrl(parts),
            public_key: { algorithm: base.algorithm, kid: base.kid, pem: base.publicKeyPem },
          },
        }),
  }
}

/** Find the key to wrap to. Without an algorithm it is the preferred one. */
export function publicKey(parts: Pick<KasDoorParts, 'describeKeys'>, algorithm: string): PublishedKey {
  const keys = parts.describeKeys()
  const found = algorithm === '' ? keys[0] : keys.find((key) => key.algorithm === algorithm)
  if (found === undefined) throw new ConnectError('this gate wraps with no such algorithm', Code.NotFound)
  return found
}

/** List this gate, the only key access server that it vouches for. */
export function keyAccessServers(parts: Pick<KasDoorParts, 'config' | 'describeKeys'>) {
  const { config } = parts
  const server = { id: config.kasId, uri: kasUrl(parts), name: config.name, kasKeys: kasKeys(parts) }
  return { keyAccessServers: [server], pagination: { total: 1 } }
}

/** Answer which key goes with each label. Throws ConnectError `not_found` unless all of them are labels in use. */
export async function attributeValues(parts: KasDoorParts, fqns: readonly string[]) {
  if (fqns.length === 0 || fqns.length > 250) {
    throw new ConnectError('cannot look up labels: want 1 to 250 names', Code.InvalidArgument)
  }
  const labels = fqns.map((fqn) => parseLabel(fqn))
  const known = new Set((await parts.labels(labels.flatMap((label) => label?.fqn ?? []))).map(({ fqn }) => fqn))
  const entries = fqns.map((asked, index) => {
    const label = labels[index]
    if (label === undefined || label === null || !known.has(label.fqn)) {
      throw new ConnectError('cannot look up labels: one is not known here', Code.NotFound)
    }
    const namespace = { name: label.namespace, fqn: `https://${label.namespace}`, active: true }
    const fqn = `https://${label.namespace}/attr/${label.name}`
    const attribute = { namespace, name: label.name, fqn, rule: AttributeRuleTypeEnum.ALL_OF, active: true }
    const value = { value: label.value, fqn: label.fqn, active: true, kasKeys: kasKeys(parts) }
    return { asked, found: { attribute: { ...attribute, values: [value] }, value } }
  })
  return { fqnAttributeValues: Object.fromEntries(entries.map(({ asked, found }) => [asked, found])) }
}

const algorithmNumbers: Readonly<Record<string, Algorithm>> = {
  'rsa:2048': Algorithm.RSA_2048,
  'ec:secp256r1': Algorithm.EC_P256,
}

// Only the preferred key: a client that found two of one server would split the key between them.
function kasKeys(parts: Pick<KasDoorParts, 'config' | 'describeKeys'>) {
  return parts
    .describeKeys()
    .slice(0, 1)
    .map(({ kid, algorithm, publicKeyPem }) => ({
      kasUri: kasUrl(parts),
      kasId: parts.config.kasId,
      publicKey: { kid, pem: publicKeyPem, algorithm: algorithmNumbers[algorithm] ?? Algorithm.UNSPECIFIED },
    }))
}
