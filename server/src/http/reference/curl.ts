// A call as somebody types it.

import type { OpenApiDocument, Operation, Parameter } from '../openapi-document.ts'
import { exampleOf } from './example.ts'

/** Write the call of a route with curl. */
export function curlText(
  method: string,
  path: string,
  { parameters, requestBody, 'x-sallyport-action': action }: Operation,
  { servers: [{ url }], components: { schemas } }: OpenApiDocument,
): string {
  const valueOf = ({ name, schema }: Parameter) => String(exampleOf(schema, schemas, name))
  const inPath = new Map(parameters.filter((one) => one.in === 'path').map((one) => [one.name, valueOf(one)]))
  const query = parameters
    .filter((one) => one.in === 'query' && one.required)
    .map((one) => `${one.name}=${encodeURIComponent(valueOf(one))}`)
  const at = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => inPath.get(name) ?? '')
  const json = requestBody?.content['application/json']?.schema
  const lines = [
    `curl --cacert ca.pem${method === 'GET' ? '' : ` -X ${method}`} '${url}${at}${query.length === 0 ? '' : `?${query.join('&')}`}'`,
    ...(action === 'none' ? [] : [`  -H "authorization: DPoP $TOKEN" -H "dpop: $PROOF"`]),
    ...(parameters.some(({ name }) => name === 'Idempotency-Key') ? ['  -H "idempotency-key: \\"$(uuidgen)\\""'] : []),
    ...(json === undefined
      ? []
      : [`  -H 'content-type: application/json'`, `  -d '${quoted(exampleOf(json, schemas))}'`]),
    ...(requestBody?.content['application/octet-stream'] === undefined
      ? []
      : [`  -H 'content-type: application/octet-stream' --data-binary @file`]),
  ]
  return lines.join(' \\\n')
}

/** Between the single quotes of a shell. */
const quoted = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll("'", `'\\''`)
