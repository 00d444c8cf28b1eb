// Starting a session once somebody has shown who they are. Its secret is new each time, whatever the browser brought along, and
// the key signs in only once: what it had before ends.

import { Problem, type Id, type JsonObject } from '@sallyport/protocol'
import { newId } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import type { SignInIdentity } from '../bind-person.ts'
import { holdStatus, personOfIdentity } from '../store.ts'
import { endedEntries } from './end-sessions.ts'
import {
  newSecret,
  type Session,
  type SessionChannel,
  type SessionDependencies,
  type SessionMethod,
} from './session.ts'
import { deleteSessionsOfKey, insertSession } from './store.ts'

export interface SessionStart {
  readonly identity: SignInIdentity
  readonly method: SessionMethod
  readonly isDeviceBound: boolean | null
  readonly channel: SessionChannel
  /** Of the key that proved itself in this very sign-in. */
  readonly keyThumbprint: string
  readonly place: string | null
  /** What else its entry says of how they signed in. */
  readonly facts?: JsonObject
}

export interface StartedSession {
  readonly session: Session
  /** What the cookie holds; nothing keeps it here. */
  readonly secret: string
  readonly personId: Id<'person'> | null
  readonly entries: readonly Appended[]
}

/** Start a session. Throws Problem `refused` for somebody whose status has ended. */
export async function startSession(deps: SessionDependencies, start: SessionStart): Promise<StartedSession> {
  const { identity, channel, method, isDeviceBound, keyThumbprint, place, facts = {} } = start
  const { text, sha256 } = newSecret(deps.random)
  const id = newId<'session'>(deps.clock, deps.random)
  return await deps.database.transaction(async (tx) => {
    const personId = await personOfIdentity(tx, identity)
    // Held as it is until this is durable: whoever ends the person waits for it, or is waited for.
    const status = personId === null ? null : await holdStatus(tx, personId)
    if (status === 'ended') throw new Problem('refused', 'cannot sign in: your status on the roster has ended')
    const replaced = await deleteSessionsOfKey(tx, keyThumbprint, deps.rules)
    const ended = await endedEntries(tx, deps, replaced, { ending: 'replaced', by: personId })
    const { issuer, subject } = identity
    const kept = { id, channel, issuer, subject, method, isDeviceBound, keyThumbprint, place }
    const session = await insertSession(tx, { ...kept, secretSha256: sha256 }, deps.rules)
    const started = await deps.ledger.appendIn(tx, [
      {
        kind: 'session.started',
        actor: personId,
        about: { kind: 'session', id },
        body: {
          issuer,
          subject,
          channel,
          method,
          deviceBound: isDeviceBound,
          key: keyThumbprint,
          place,
          ...facts,
          until: new Date(session.expiresAtMs).toISOString(),
        },
      },
    ])
    return { session, secret: text, personId, entries: [...ended, ...started] }
  })
}
