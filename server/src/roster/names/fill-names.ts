// The fill of migration 011-names.sql: by what people are found who were on the roster before it was kept. No version, no entry:
// it says nothing that their names do not.

import type { Transaction } from '../../base/index.ts'
import { lookOf } from '@sallyport/protocol/names'
import { nameColumns } from '../store.ts'
import { namesAfter, withoutTriggers, writeNames } from './store.ts'

/** Write the columns for everybody, in batches. The triggers of a change stay out of it: nothing is changed. */
export async function fillNames(tx: Transaction): Promise<void> {
  await withoutTriggers(tx, async () => {
    for (let some = await namesAfter(tx, null); some.length > 0; some = await namesAfter(tx, some.at(-1)?.id ?? null)) {
      await writeNames(
        tx,
        some.map(({ id, displayName, externalId }) => ({
          id,
          ...nameColumns(displayName),
          external_id_look: externalId === null ? null : lookOf(externalId),
        })),
      )
    }
  })
}
