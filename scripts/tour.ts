// `npm run tour`: take the tour of the sample enclave that runs.
// oxlint-disable-next-line import/no-unassigned-import -- it refuses an old runtime before anything else is loaded
import './require-runtime.ts'

import { join } from 'node:path'

const { isTaken, root, sampleOptions } = await import('./sample-gate.ts')
const { findSampleGate } = await import('../client/src/session/index.ts')
const { processEnvironment } = await import('../client/src/cli/index.ts')
const { runTour } = await import('../client/src/tour/index.ts')

try {
  const { data, isJson } = sampleOptions(process.argv.slice(2), process.env)
  const gate = await findSampleGate(root, data)
  if (gate === null || !(await isTaken(Number(new URL(gate.url).port)))) {
    const state = gate === null ? `none was founded in ${data}` : `nothing listens at ${gate.url}`
    throw new Error(`cannot take the tour: ${state}, want a sample enclave that runs (npm start)`)
  }
  const { failed } = await runTour({
    environment: processEnvironment(),
    gate: gate.url,
    caFile: gate.ca,
    samplesFolder: join(root, 'samples'),
    isJson,
  })
  process.exitCode = failed.length === 0 ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
