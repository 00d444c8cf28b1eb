// The reference of the key-release benchmark: the same gate with decision and ledger switched off. Token and proof are checked,
// the request is parsed, the share unwrapped and wrapped again; who may have it is not asked, and nothing is recorded.
// It exists in this folder alone: permits out of nothing are what the product does not have.

import { readFileSync } from 'node:fs'
import type { Action } from '@sallyport/protocol'
import type { JWK } from 'jose'
import { newId, silentLogger } from '../server/src/base/index.ts'
import { openEnclave, openGround, serve } from '../server/src/main/index.ts'
import { sampleConfig, sampleNames, sampleSecret } from '../server/src/main/sample.ts'
import type { DecisionPoint, DecisionRequest } from '../server/src/policy/index.ts'
import { issuePermit } from '../server/src/policy/permit.ts'
import { commandLineClient, openTdfClient } from '../server/src/sample/index.ts'
import { runGate } from './run-gate.ts'

export interface ReferencePlan {
  readonly data: string
  readonly port: number
  readonly listenPort: number
  readonly processes: number
  /** Decide and record after all: the gate beside itself with another number of processes. */
  readonly decides?: true
}

async function serveReference(plan: ReferencePlan): Promise<{ close: () => Promise<void> }> {
  const ground = await openGround(sampleConfig({ ...plan, env: {} }), sampleNames, sampleSecret, silentLogger)
  const enclave = await openEnclave(ground)
  const actor = newId<'person'>(ground.clock, ground.random)
  const decide = async <A extends Action>({ action, resource }: DecisionRequest<A>) => {
    const entryId = newId<'entry'>(ground.clock, ground.random)
    const resourceId = resource.kind === 'enclave' ? 'enclave' : resource.id
    const permit = issuePermit({ action, resourceId, entryId, actor }, ground.clock, 0)
    // A receipt for it is signed all the same: the door gives one with each key.
    const entry = { id: entryId, leafHash: new Uint8Array(32), atMs: ground.clock.now() }
    return { effect: 'permit', permit, decisionId: entryId, entry, obligations: [] }
  }
  const issuer = `${ground.config.publicUrl}/sample-idp`
  const { keys } = JSON.parse(readFileSync(ground.folder.sampleIssuerKeys, 'utf8')) as { keys: JWK[] }
  const switchedOff = {
    decisions: { ...enclave.decisions, decide: decide as unknown as DecisionPoint['decide'] },
    ledger: { ...enclave.ledger, startSequencer: () => ({ stop: async () => {} }) },
  }
  const serving = await serve(ground, plan.decides === true ? enclave : { ...enclave, ...switchedOff }, {
    version: '0.0.0',
    issuers: [
      {
        issuer,
        audience: [ground.config.publicUrl],
        jwks: { keys: keys.map(({ kty, crv, x, y, kid, alg }) => ({ kty, crv, x, y, kid, alg }) as JWK) },
        purposes: ['kas', 'authzen'],
        clients: { [commandLineClient]: { dpop: 'required' }, [openTdfClient]: { dpop: 'optional' } },
      },
    ],
  })
  return {
    close: async () => {
      await serving.close()
      await ground.close()
    },
  }
}

const plan = JSON.parse(process.argv[2] ?? '{}') as ReferencePlan
await runGate(plan.processes, () => serveReference(plan))
