// The keys that this process works with, brought up to what was approved whenever that has moved. The keystore's file follows the
// database: a key is durable in the file before it is asked for, waits there, and becomes the current one after the approval is
// durable. Whoever finds the file behind brings it up, so that a crash in between leaves nothing to be done by hand.

import { Problem } from '@sallyport/protocol'
import { repeat, type Database, type Logger, type Repeating } from '../base/index.ts'
import { exchangeableProvider, openKeystore, settleKeys, type KeyProvider, type KeystoreSeal } from '../keys/index.ts'
import { lockKeystore, readGeneration, readSettled } from './store.ts'

export interface KeysInUse {
  /** Goes on with other keys by itself. */
  readonly provider: KeyProvider
  /** Which content of the keystore the provider has. */
  readonly generation: () => number
  /** Read the keystore again if it is another one by now. Throws Problem `unavailable` when that cannot be done. */
  upToDate(): Promise<void>
}

/** Open the keystore, brought up to what was approved. Throws Problem `unavailable` as opening does, and when keys are missing. */
export async function openKeysInUse(database: Database, seal: KeystoreSeal): Promise<KeysInUse> {
  const first = await load(database, seal)
  const { provider, exchange } = exchangeableProvider(first.provider)
  let generation = first.generation
  let underWay: Promise<void> | null = null
  const reload = async (): Promise<void> => {
    const next = await load(database, seal)
    exchange(next.provider)
    generation = next.generation
  }
  return {
    provider,
    generation: () => generation,
    async upToDate() {
      // Whoever joins a reading that began too early reads once more.
      for (let tried = 0; tried < mostReadings; tried++) {
        if ((await readGeneration(database)) === generation) return
        underWay ??= reload().finally(() => (underWay = null))
        await underWay
      }
      throw new Problem('unavailable', 'cannot open keystore: it changes all the time, want a quiet moment')
    },
  }
}

const mostReadings = 5

/** Look for other keys now and every `intervalMs`, so that what was taken out of use leaves this process too. */
export function startKeyWatch(
  { upToDate }: Pick<KeysInUse, 'upToDate'>,
  { intervalMs, log }: { readonly intervalMs: number; readonly log: Logger },
): Repeating {
  const failed = (error: unknown): void => log.warn({ error }, 'cannot bring the keys up to what was approved yet')
  return repeat(upToDate, { intervalMs, failed })
}

async function load(
  database: Database,
  seal: KeystoreSeal,
): Promise<{ readonly provider: KeyProvider; readonly generation: number }> {
  const { generation, settled } = await database.transaction(async (tx) => {
    await lockKeystore(tx)
    // The number before what it stands for: what moves in between is read once more, and not passed over.
    const generation = await readGeneration(tx)
    const settled = await readSettled(tx)
    if (settled.inUse.length + settled.destroyed.length > 0) await settleKeys(seal, settled)
    return { generation, settled }
  })
  const provider = await openKeystore(seal)
  const missing = settled.inUse.find((kid) => !provider.list().some((key) => key.kid === kid && !key.isWaiting))
  if (missing === undefined) return { provider, generation }
  provider.close()
  throw new Problem(
    'unavailable',
    `cannot open keystore: it does not hold ${missing}, which was taken into use, want the latest keystore of this enclave`,
  )
}
