// Which passkeys somebody has.

import type { Id } from '@sallyport/protocol'
import type { Database } from '../../base/index.ts'
import { spendPermit, type Permit } from '../../policy/index.ts'
import { passkeysOf, type Passkey } from './store.ts'

/** List those of the person whom the permit names. Throws Problem `refused` for a permit that does not fit. */
export async function listPasskeys(
  { database }: { readonly database: Database },
  permit: Permit<'identity.list'>,
  personId: Id<'person'>,
): Promise<readonly Passkey[]> {
  spendPermit(permit, 'identity.list', personId)
  return await passkeysOf(database, personId)
}

/** List one's own. */
export async function listOwnPasskeys(
  { database }: { readonly database: Database },
  personId: Id<'person'>,
): Promise<readonly Passkey[]> {
  return await passkeysOf(database, personId)
}
