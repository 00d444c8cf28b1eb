// What binds a person whom an authorization covers, and what they acknowledge before an authorization covers them: the exact words of its provisos that ask for it. It is asked for a
// file, and decided as if everything had been acknowledged: whoever is not covered in all else learns no proviso (I5).

import { Problem, type AuthorizationKind, type Id, type ProvisoCondition, type Reliance } from '@sallyport/protocol'
import type { Sql } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { provisoTextSha256, spendPermit, type Permit } from '../policy/index.ts'
import type { Authorization } from './authorization.ts'
import type { AuthorizationDependencies } from './dependencies.ts'
import { acknowledgedTexts, insertAcknowledgment } from './acknowledgments/store.ts'
import { authorizationById, lockAuthorization } from './store.ts'

export interface AskedProviso {
  readonly id: string
  readonly text: string
  /** Over the text in UTF-8, hex. */
  readonly textSha256: string
  readonly isAcknowledged: boolean
}

/** What an authorization holds the person to whom it covers. */
export interface BindingTerms {
  readonly kind: AuthorizationKind
  /** ISO 8601, UTC. */
  readonly validUntil: string
  /** Conditions that ask for no acknowledgment, in the words of the approval. */
  readonly conditions: readonly { readonly id: string; readonly text: string }[]
  readonly toAcknowledge: readonly AskedProviso[]
}

/** Whose permit it is, for which file, and on which authorization it relies; null for a U.S. person, who relies on none. */
export interface Acknowledging {
  readonly fileId: Id<'file'>
  readonly reliance: Reliance | null
}

/**
 * Read what the authorization that a permit relies on holds the person to; null for a U.S. person, who relies on none.
 * Throws Problem `refused` for a permit that does not fit, `conflict` where the authorization has changed since it was decided.
 */
export async function bindingTerms(
  { database }: Pick<AuthorizationDependencies, 'database'>,
  permit: Permit<'file.acknowledge'>,
  { fileId, reliance }: Acknowledging,
): Promise<BindingTerms | null> {
  spendPermit(permit, 'file.acknowledge', fileId)
  if (reliance === null) return null
  const { id, terms } = await reliedOn(database, reliance)
  return {
    kind: terms.kind,
    validUntil: terms.validUntil,
    conditions: terms.provisos.flatMap((one) =>
      one.kind === 'condition' && one.acknowledged !== true ? [{ id: one.id, text: one.text }] : [],
    ),
    toAcknowledge: await askedOf(database, { id, terms }, permit.actor),
  }
}

/**
 * Acknowledge exactly these words, at once. Those that were acknowledged before stay so and leave no second entry. Throws Problem
 * `refused` for a permit that does not fit; `conflict` where the authorization, or the words, are no longer those that were read.
 */
export async function acknowledgeProvisos(
  deps: AuthorizationDependencies,
  permit: Permit<'file.acknowledge'>,
  { fileId, reliance, texts }: Acknowledging & { readonly texts: readonly string[] },
): Promise<{ readonly acknowledged: readonly string[]; readonly entries: readonly Appended[] }> {
  spendPermit(permit, 'file.acknowledge', fileId)
  if (reliance === null) {
    throw new Problem('conflict', 'cannot acknowledge: no authorization is relied on for you, want none')
  }
  const person = permit.actor
  return await deps.database.transaction(async (tx) => {
    await lockAuthorization(tx, reliance.authorizationId)
    const asked = await askedOf(tx, await reliedOn(tx, reliance), person)
    const strange = texts.find((one) => !asked.some(({ textSha256 }) => textSha256 === one))
    if (strange !== undefined) throw changed()
    const open = asked.filter((one) => !one.isAcknowledged && texts.includes(one.textSha256))
    for (const { id: proviso, textSha256 } of open) {
      await insertAcknowledgment(tx, { person, authorization: reliance.authorizationId, proviso, textSha256 })
    }
    const entries = await deps.ledger.appendIn(
      tx,
      open.map(({ id: proviso, textSha256 }) => ({
        kind: 'proviso.acknowledged',
        actor: person,
        about: { kind: 'authorization', id: reliance.authorizationId },
        body: {
          number: reliance.number,
          version: reliance.version,
          proviso,
          textSha256,
          file: fileId,
          decision: permit.entryId,
        },
      })),
    )
    return { acknowledged: open.map(({ id }) => id), entries }
  })
}

async function reliedOn(sql: Sql, { authorizationId, version }: Reliance): Promise<Authorization> {
  const authorization = await authorizationById(sql, authorizationId)
  if (authorization?.state !== 'effective' || authorization.version !== version) throw changed()
  return authorization
}

async function askedOf(
  sql: Sql,
  { id: authorizationId, terms }: Pick<Authorization, 'id' | 'terms'>,
  person: Id<'person'>,
): Promise<readonly AskedProviso[]> {
  const done = await acknowledgedTexts(sql, authorizationId, person)
  return terms.provisos
    .filter((one): one is ProvisoCondition => one.kind === 'condition' && one.acknowledged === true)
    .map(({ id, text }) => {
      const textSha256 = provisoTextSha256(text)
      const isAcknowledged = done.some((one) => one.proviso === id && one.textSha256 === textSha256)
      return { id, text, textSha256, isAcknowledged }
    })
}

function changed(): Problem {
  return new Problem('conflict', 'cannot acknowledge: the authorization has changed, want its provisos read again')
}
