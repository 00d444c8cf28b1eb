// Whether the gate decides right now. That it does not is an answer here, and no problem.

import { send } from './send.ts'

export async function isGateReady(signal: AbortSignal): Promise<boolean> {
  return (await send({ method: 'GET', path: '/readyz', body: null, signal })).ok
}
