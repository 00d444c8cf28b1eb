// All of the decision point's SQL: the access epoch, the policy set in force, and the snapshot that joins the read-only
// views which other modules publish.

import type { Transaction } from '../base/index.ts'

/**
 * Say in a transaction that its change ends or narrows somebody's access. INVARIANT: I3. A permit decided on the older
 * state can then no longer become durable: its append holds this row FOR SHARE and compares the epoch.
 */
export async function narrowAccess(tx: Transaction): Promise<void> {
  await tx.query({ name: 'policy-narrow', text: 'UPDATE access_epoch SET epoch = epoch + 1' })
}
