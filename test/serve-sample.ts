// A gate in a process of its own, for tests that run several or kill one: serves a sample enclave as `up` does, and prints one
// line when it is ready. It ends with the process that started it.

import { silentLogger } from '../server/src/base/index.ts'
import { upSample } from '../server/src/main/sample.ts'

interface Settings {
  readonly data: string
  readonly databaseUrl: string
  readonly port: number
  readonly listenPort: number
}

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings
const { url, caFile } = await upSample({
  ...settings,
  env: { DATABASE_URL: settings.databaseUrl },
  log: silentLogger,
  version: '0.0.0',
})
process.stdout.write(`${JSON.stringify({ url, caFile })}\n`)
process.stdin.resume().once('end', () => process.exit())
