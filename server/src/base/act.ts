// The call on whose behalf something is done, where whoever calls gave it a key so that it is done once however often it is sent. It
// goes along with the call by itself, to the one place that writes it down: the append of the first entry.

import { AsyncLocalStorage } from 'node:async_hooks'

export interface Act {
  /** SHA-256 of who calls and of the key that they gave. */
  readonly key: Uint8Array
  /** SHA-256 of what they ask. */
  readonly request: Uint8Array
  /** UUID of this attempt. */
  readonly run: string
}

const acts = new AsyncLocalStorage<Act>()

/** Do work on behalf of a call. */
export async function onBehalf<T>(act: Act, work: () => Promise<T>): Promise<T> {
  return await acts.run(act, work)
}

/** The call on whose behalf this runs; null where nobody gave a key, and for whatever the gate does by itself. */
export function currentAct(): Act | null {
  return acts.getStore() ?? null
}
