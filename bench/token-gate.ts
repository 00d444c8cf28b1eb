// The sample's gate with its keys in a token, for the benchmark of key releases: the whole path of a release, from the token of
// the one who asks to the answer. The sample itself keeps its keys in a file.

import { writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { silentLogger } from '../server/src/base/index.ts'
import type { TokenSecret } from '../server/src/keys/index.ts'
import { openGround, serve } from '../server/src/main/index.ts'
import { openOrFoundSample, sampleConfig, sampleNames } from '../server/src/main/sample.ts'
import { commandLineClient } from '../server/src/sample/index.ts'
import { runGate } from './run-gate.ts'

export interface TokenGatePlan {
  readonly data: string
  readonly port: number
  readonly processes: number
  readonly secret: TokenSecret
}

async function serveTokenGate({ data, port, secret }: TokenGatePlan): Promise<{ close: () => Promise<void> }> {
  await mkdir(data, { recursive: true })
  const config = sampleConfig({ data, port, env: {} })
  const ground = await openGround(config, sampleNames, () => Promise.resolve(secret), silentLogger)
  const issuer = `${config.publicUrl}/sample-idp`
  const { enclave, wasFounded } = await openOrFoundSample(ground, issuer)
  const keysFile = ground.folder.sampleIssuerKeys
  if (wasFounded) writeFileSync(keysFile, JSON.stringify({ keys: [await issuerKey()] }))
  const { default: written } = (await import(keysFile, { with: { type: 'json' } })) as { default: { keys: JWK[] } }
  const serving = await serve(ground, enclave, {
    version: '0.0.0',
    issuers: [
      {
        issuer,
        audience: [config.publicUrl],
        jwks: { keys: written.keys.map(({ kty, crv, x, y, kid, alg }) => ({ kty, crv, x, y, kid, alg }) as JWK) },
        purposes: ['kas'],
        clients: { [commandLineClient]: { dpop: 'required' } },
      },
    ],
  })
  writeFileSync(join(data, 'sample-ca.pem'), serving.caPem ?? '')
  return {
    close: async () => {
      await serving.close()
      enclave.provider.close()
      await ground.close()
    },
  }
}

async function issuerKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid: 'bench', alg: 'ES256', use: 'sig' }
}

const plan = JSON.parse(process.argv[2] ?? '{}') as TokenGatePlan
await runGate(plan.processes, () => serveTokenGate(plan))
