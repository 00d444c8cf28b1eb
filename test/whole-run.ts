// What holds for a whole run of the tests: the PostgreSQL that they share stays up from file to file, where the last to leave would
// stop it, and the folders that they made go.

import { rm } from 'node:fs/promises'
import { foldersOfRun } from '../client/src/testing/test-folder.ts'
import { silentLogger } from '../server/src/base/index.ts'
import { sharedPostgres } from '../server/src/base/testing.ts'

/** Begin. Yields what ends it: the server stops, unless another run uses it. */
export default async function begin(): Promise<() => Promise<void>> {
  // Where it does not start, whatever needs it says why.
  const server = await sharedPostgres(silentLogger).catch(() => null)
  return async () => {
    await server?.stop()
    await rm(foldersOfRun(process.pid), { recursive: true, force: true })
  }
}
