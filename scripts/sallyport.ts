// The `sallyport` command. Verbs of the gate itself go to the server, everything else to the client; neither imports the
// other, so that they meet only here and in drill.ts, where a client opens a file from a restored copy.
// oxlint-disable-next-line import/no-unassigned-import -- it refuses an old runtime before anything else is loaded
import './require-runtime.ts'

import { fileURLToPath } from 'node:url'
import type { Environment } from '../client/src/cli/index.ts'

const argv = process.argv.slice(2)
const isForGate = ['up', 'serve', 'init', 'check'].includes(argv[0] ?? '')

// What the ledger says of backups is asked from anywhere; the rest is done at the host.
if (argv[0] === 'backup' && argv[1] !== 'list') {
  const [{ runBackup }, { terminal }] = await Promise.all([import('./drill.ts'), import('../server/src/main/cli.ts')])
  process.exitCode = await runBackup(argv.slice(1), terminal())
} else if (isForGate) {
  const { run } = await import('../server/src/main/cli.ts')
  process.exitCode = await run(argv)
} else {
  const { processEnvironment, run } = await import('../client/src/cli/index.ts')
  // Readers such as `head` close the pipe early; that is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  process.exitCode = await run(argv, await withSampleHere(processEnvironment()))
}

/** Where no gate is named, the sample enclave of this clone is meant; a profile that knows a gate wins over it. */
async function withSampleHere(environment: Environment): Promise<Environment> {
  if (environment.env['SALLYPORT_GATE'] !== undefined || argv.some((word) => word.startsWith('--gate')))
    return environment
  const { findSampleGate } = await import('../client/src/session/index.ts')
  const found = await findSampleGate(fileURLToPath(new URL('..', import.meta.url))).catch(() => null)
  if (found === null) return environment
  return { ...environment, env: { ...environment.env, SALLYPORT_GATE: found.url, SALLYPORT_CA: found.ca } }
}
