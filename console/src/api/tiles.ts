// Tiles of the ledger's tree, whose names have more parts than one.

import { problemFrom } from './problem.ts'
import { send } from './send.ts'

/** Fetch the hashes of a tile by its name of C2SP tlog-tiles. Throws GateProblem where no checkpoint covers it. */
export async function fetchTile(level: number, name: string): Promise<Uint8Array> {
  const response = await send({ method: 'GET', path: `/ledger/tile/${level}/${name}`, body: null, signal: null })
  if (!response.ok) throw await problemFrom(response)
  return new Uint8Array(await response.arrayBuffer())
}
