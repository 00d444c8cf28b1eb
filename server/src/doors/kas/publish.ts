// What clients read before they seal or open: where the gate is, which keys to wrap to, what a label's key is.

import type { JsonObject } from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { parseLabel, type Label } from '@sallyport/protocol'
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

/** What a client means that names no algorithm: the one of the first clients. */
const unnamedAlgorithm = 'rsa:2048'

/** Find the key of an algorithm. Throws ConnectError `not_found` with the algorithms that there are. */
export function publicKey(parts: Pick<KasDoorParts, 'describeKeys'>, algorithm: string): PublishedKey {
  const keys = parts.describeKeys()
  const wanted = algorithm === '' ? unnamedAlgorithm : algorithm
  const found = keys.find((key) => key.algorithm === wanted)
  if (found !== undefined) return found
  const there = keys.map((key) => key.algorithm).join(' or ')
  throw new ConnectError(`this gate has no key for that algorithm, want ${there}`, Code.NotFound)
}

/** List this gate, the only key access server that it vouches for. */
export function keyAccessServers(parts: Pick<KasDoorParts, 'config' | 'describeKeys'>) {
  const { config } = parts
  const server = { id: config.kasId, uri: kasUrl(parts), name: config.name, kasKeys: kasKeys(parts) }
  return { keyAccessServers: [server], pagination: { total: 1 } }
}

/** Answer which key goes with each label. Throws ConnectError `not_found` unless all of them are labels in use. */
export async function attributeValues(parts: KasDoorParts, fqns: readonly string[]) {
  const labels = await labelsInUse(parts, fqns)
  const found = labels.map((label) => {
    const value = valueOf(parts, label)
    return { attribute: { ...definitionOf(label), values: [value] }, value }
  })
  return { fqnAttributeValues: Object.fromEntries(found.map((one, index) => [fqns[index], one])) }
}

/** The same, as little as a client needs to split a key. By the name in lower case, as clients look it up. */
export async function keyMappings(parts: KasDoorParts, fqns: readonly string[]) {
  const labels = await labelsInUse(parts, fqns)
  return { fqnKeyMappings: Object.fromEntries(labels.map(({ fqn }) => [fqn, { rule, keys: kasKeys(parts) }])) }
}

/** Answer whether there is an attribute of this name, without its values. Throws ConnectError `not_found` for any other. */
export function attributeDefinition(parts: Pick<KasDoorParts, 'config' | 'attributeNames'>, fqn: string) {
  const { namespace } = parts.config
  const name = parts.attributeNames.find((one) => fqn.toLowerCase() === `https://${namespace}/attr/${one}`)
  if (name === undefined) throw new ConnectError('cannot look up attribute: it is not known here', Code.NotFound)
  return { attribute: definitionOf({ namespace, name }) }
}

/** List the labels as attributes with their values, all on the first page. */
export function attributeList(
  parts: Pick<KasDoorParts, 'config' | 'describeKeys'>,
  fqns: readonly string[],
  { namespace, offset }: { readonly namespace: string; readonly offset: number },
) {
  const labels = fqns.flatMap((fqn) => parseLabel(fqn) ?? [])
  const wanted = namespace === '' ? labels : labels.filter((label) => label.namespace === namespace.toLowerCase())
  const groups = Map.groupBy(wanted, (label) => label.name)
  const attributes = [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...definitionOf(first), values: [first, ...others].map((label) => valueOf(parts, label)) }],
  )
  return { attributes: attributes.slice(offset), pagination: { currentOffset: offset, total: attributes.length } }
}

async function labelsInUse(parts: Pick<KasDoorParts, 'labels'>, fqns: readonly string[]): Promise<readonly Label[]> {
  if (fqns.length === 0 || fqns.length > 250) {
    throw new ConnectError('cannot look up labels: want 1 to 250 names', Code.InvalidArgument)
  }
  const labels = fqns.flatMap((fqn) => parseLabel(fqn) ?? [])
  const known = new Set((await parts.labels(labels.map(({ fqn }) => fqn))).map(({ fqn }) => fqn))
  if (labels.length === fqns.length && labels.every(({ fqn }) => known.has(fqn))) return labels
  throw new ConnectError('cannot look up labels: one is not known here', Code.NotFound)
}

const rule = AttributeRuleTypeEnum.ALL_OF

function definitionOf({ namespace, name }: Pick<Label, 'namespace' | 'name'>) {
  const at = `https://${namespace}`
  return { namespace: { name: namespace, fqn: at, active: true }, name, fqn: `${at}/attr/${name}`, rule, active: true }
}

function valueOf(parts: Pick<KasDoorParts, 'config' | 'describeKeys'>, { value, fqn }: Label) {
  return { value, fqn, active: true, kasKeys: kasKeys(parts) }
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
