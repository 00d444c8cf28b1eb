// Serves a real enclave: one that was founded, or one that is being founded, for its founders alone.

import { resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { refuseIncompleteRestore } from '../backup/index.ts'
import type { Config, Logger } from '../base/index.ts'
import { readFounding } from '../founding/index.ts'
import { readEnclave } from '../policy/index.ts'
import { dataFolder } from './data-folder.ts'
import { openEnclave, type Ground } from './open-enclave.ts'
import { contentOf, nothingHere, openRealGround, refuseUnfit } from './real-ground.ts'
import { serve, type Serving } from './serve.ts'

export interface RealOptions {
  readonly config: Config
  readonly log: Logger
  readonly version: string
}

export interface Real extends Serving {
  readonly url: string
  readonly name: string
  readonly isFounded: boolean
}

/** Serve until `close`. Throws Problem that names what is in the way: nothing founded, a sample, a disagreement of the ledger. */
export async function serveReal({ config, log, version }: RealOptions): Promise<Real> {
  refuseUnfit(config)
  // Looked at before anything is opened: serving makes no database, no folder and no keystore.
  await refuseIncompleteRestore(resolve(config.data))
  const content = await contentOf(dataFolder(resolve(config.data)))
  if (content.includes('sample-keystore.key'))
    throw new Problem('conflict', `cannot serve: ${config.data} is a sample, want \`sallyport up\` for it`)
  if (!content.includes('keystore.json')) throw new Problem('conflict', nothingHere(config))
  const ground = await openRealGround(config, log, null)
  try {
    const name = await servedName(ground)
    const founded = await readEnclave(ground.database)
    const signIn = config.issuers.find((one) => one.signIn !== undefined)
    const enclave = await openEnclave(ground)
    const serving = await serve(ground, enclave, {
      version,
      ...(signIn?.signIn === undefined
        ? {}
        : { signIn: { ...signIn.signIn, issuer: signIn.issuer, resource: signIn.signIn.resource ?? null } }),
    })
    return {
      ...serving,
      url: config.publicUrl,
      name,
      isFounded: founded !== null,
      close: async () => {
        await serving.close()
        enclave.provider.close()
        await ground.close()
      },
    }
  } catch (error) {
    await ground.close()
    throw error
  }
}

async function servedName(ground: Ground): Promise<string> {
  const enclave = await readEnclave(ground.database)
  if (enclave?.kind === 'sample')
    throw new Problem('conflict', 'cannot serve: this database is a sample, want `sallyport up` for it')
  if (enclave !== null) return enclave.name
  const founding = await readFounding(ground.database, null)
  if (founding?.isOpen !== true)
    throw new Problem('conflict', 'cannot serve: the founding was interrupted, want `sallyport init --resume` first')
  return 'an enclave that is being founded'
}
