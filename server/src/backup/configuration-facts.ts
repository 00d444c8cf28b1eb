// What a backup says of the configuration: how the enclave was set up, and nothing that lets anybody in.

import type { JsonObject } from '@sallyport/protocol'
import type { Config } from '../base/index.ts'

/** Write the configuration down without the database's URL, which may hold a password. Paths of secret files stay. */
export function configurationFacts(config: Config): JsonObject {
  const { database, ...rest } = config
  const plain = JSON.parse(JSON.stringify(rest)) as JsonObject
  return { ...plain, database: database === 'embedded' ? 'embedded' : 'elsewhere' }
}
