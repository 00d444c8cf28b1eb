// A gate of a benchmark as a program of its own, served by several processes behind one port.

import { silentLogger } from '../server/src/base/index.ts'
import { isOneOfSeveral, leaveOthers, startProcesses, tellReady } from '../server/src/main/processes.ts'

/** Serve with so many processes, say on stdout when it is ready, and end when told to. */
export async function runGate(
  processes: number,
  serve: () => Promise<{ readonly close: () => Promise<void> }>,
): Promise<void> {
  const stopped = new Promise((resolve) => process.once('SIGTERM', resolve))
  if (isOneOfSeveral()) {
    const { close } = await serve()
    tellReady({})
    await stopped
    await close()
    leaveOthers()
  } else {
    const { stop } = await startProcesses(processes, silentLogger)
    process.stdout.write('{"ready":true}\n')
    await stopped
    await stop()
  }
}
