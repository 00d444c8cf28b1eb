// How far a packet is, while the gate gathers it and has sent nothing yet: it is asked now and then beside the answer that is waited for.

import { call, type Connection, type Progress } from '../gate/index.ts'
import type { Context } from './context.ts'

const askEveryMs = 500

/** Wait for a packet with a bar of positions while it is gathered, and one of bytes once it comes. */
export async function fetchGathered<T>(
  { print, environment }: Context,
  connection: Connection,
  fetch: (progress: Progress) => Promise<T>,
): Promise<T> {
  const coming = Promise.withResolvers<void>()
  let tell: Progress = () => undefined
  const fetching = fetch((done, total) => {
    coming.resolve()
    tell(done, total)
  })
  const begun = Promise.race([coming.promise, fetching.then(ignored, ignored)])
  // Without a terminal there is nobody to tell.
  if (environment.isTty.stderr) {
    const gathering = (progress: Progress) => followGathering(connection, begun, progress, environment.clock.sleep)
    await print.progress('Gathering the evidence', gathering, (count) => `${count} entries looked at`)
  }
  return await print.progress('Fetching the packet', (progress) => {
    tell = progress
    return fetching
  })
}

async function followGathering(
  connection: Connection,
  begun: Promise<void>,
  progress: Progress,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  const state = { isOver: false }
  const over = begun.then(() => void (state.isOver = true))
  while (!state.isOver) {
    const answer = await call(connection, 'packetProgress', {}).catch(() => null)
    // A gate of before, or another trouble: the packet itself will tell.
    if (answer === null || answer.outcome === 'refused') return
    const { gathering } = answer.value
    // Null too where another process of the gate makes it.
    if (!state.isOver && gathering !== null) progress(gathering.done, gathering.of)
    await Promise.race([over, sleep(askEveryMs)])
  }
}

function ignored(): void {
  // Whoever waits for the packet hears of it.
}
