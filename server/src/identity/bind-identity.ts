// Binding an identity provider's subject to a person. So far only the founding ceremony binds.

import { Problem } from '@sallyport/protocol'
import type { Database, Transaction } from '../base/index.ts'
import type { Appended, EntryDraft } from '../ledger/index.ts'
import { requireCeremony, type FoundingCeremony } from '../policy/index.ts'
import { factsOf, passkeyIssuer } from './passkeys/passkey-rules.ts'
import { bindWaitingPasskey } from './passkeys/store.ts'
import { insertBinding, type IdentityBinding } from './store.ts'

export interface IdentityDependencies {
  readonly database: Database
  readonly ledger: { appendIn(tx: Transaction, drafts: readonly EntryDraft[]): Promise<readonly Appended[]> }
}

/**
 * Bind a subject, or the passkey that waited, to a person of the roster at founding, `within` the caller's transaction where there is one. `subject` is written as `VerifiedCaller` has it, and stands in the
 * ledger in clear. Throws Problem `conflict` when it is bound already, `refused` when the ceremony is not open.
 */
export async function bindIdentity(
  { database, ledger }: IdentityDependencies,
  ceremony: FoundingCeremony,
  binding: IdentityBinding,
  within: Transaction | null = null,
): Promise<readonly Appended[]> {
  const { issuer, subject, personId } = binding
  if (issuer === '' || subject === '') {
    throw new Problem('invalid-request', 'cannot bind identity: issuer or subject is empty, want both')
  }
  const bind = async (tx: Transaction): Promise<readonly Appended[]> => {
    await requireCeremony(tx, ceremony)
    if (!(await insertBinding(tx, binding))) {
      throw new Problem('conflict', 'cannot bind identity: the subject is bound already, want one that is not')
    }
    const passkey = issuer === passkeyIssuer ? await bindWaitingPasskey(tx, subject) : null
    return await ledger.appendIn(tx, [
      {
        kind: 'identity.bound',
        actor: null,
        about: { kind: 'person', id: personId },
        body: {
          ceremony: ceremony.name,
          issuer,
          subject,
          ...(passkey === null ? {} : { passkey: factsOf(passkey) }),
        },
      },
    ])
  }
  return within === null ? await database.transaction(bind) : await bind(within)
}
