// Issuing enrollment codes. They are shown by whoever issues them, once; here only their digests stay.

import { Problem, type Id } from '@sallyport/protocol'
import type { Randomness, Transaction } from '../base/index.ts'
import { requireCeremony, resumeCeremony } from '../policy/index.ts'
import type { FoundingDependencies } from './dependencies.ts'
import { deleteWaitingPasskey, makeCode } from '../identity/index.ts'
import { nameKey } from './founders-file.ts'
import { allFounders, clearIdentity, forgetWrongCodes, lockFounding, setCode, type Founder } from './store.ts'

export const codeHours = 72

/** What to hand to one founder, and to nobody else. */
export interface IssuedCode {
  readonly founder: string
  readonly role: string
  readonly code: string
  readonly hours: number
}

/**
 * Issue new codes to every founder who has not enrolled; the earlier ones open nothing from here on.
 * Throws Problem `conflict` when the founding is closed, or was not opened yet.
 */
export async function issueCodes(deps: FoundingDependencies): Promise<readonly IssuedCode[]> {
  return await actOnCodes(deps, 'founding.codes-issued', (founders) =>
    Promise.resolve(founders.filter(({ identity }) => identity === null)),
  )
}

/**
 * Void the enrollment of a founder, with every attestation about or by them, and issue a new code.
 * Throws Problem `not-found` for a name that no founder has, else as `issueCodes`.
 */
export async function voidEnrollment(deps: FoundingDependencies, name: string): Promise<readonly IssuedCode[]> {
  return await actOnCodes(deps, 'founding.enrollment-voided', async (founders, tx) => {
    const found = founders.filter((one) => nameKey(one.displayName) === nameKey(name))
    if (found.length === 0) throw new Problem('not-found', `cannot void enrollment: no founder is called ${name}`)
    for (const { id } of found) {
      await clearIdentity(tx, id)
      await deleteWaitingPasskey(tx, id)
    }
    return found
  })
}

/** Give each a code in the caller's transaction. */
export async function giveCodes(
  tx: Transaction,
  random: Randomness,
  founders: readonly Pick<Founder, 'id' | 'displayName' | 'role'>[],
): Promise<readonly IssuedCode[]> {
  const issued: IssuedCode[] = []
  for (const { id, displayName, role } of founders) {
    const { text, digest } = makeCode(random)
    await setCode(tx, id, digest, codeHours)
    issued.push({ founder: displayName, role, code: text, hours: codeHours })
  }
  return issued
}

async function actOnCodes(
  deps: FoundingDependencies,
  kind: string,
  choose: (founders: readonly Founder[], tx: Transaction) => Promise<readonly Founder[]>,
): Promise<readonly IssuedCode[]> {
  const ceremony = await resumeCeremony(deps)
  return await deps.database.transaction(async (tx) => {
    await requireCeremony(tx, ceremony)
    if ((await lockFounding(tx))?.isOpen !== true)
      throw new Problem('conflict', 'cannot issue codes: the founding is not open yet, want `sallyport init --resume`')
    const chosen = await choose(await allFounders(tx), tx)
    if (chosen.length === 0) throw new Problem('conflict', 'cannot issue codes: every founder has enrolled')
    await forgetWrongCodes(tx)
    const issued = await giveCodes(tx, deps.random, chosen)
    await deps.ledger.appendIn(
      tx,
      chosen.map(({ id }) => entry(kind, id, ceremony.name)),
    )
    return issued
  })
}

function entry(kind: string, id: Id<'person'>, ceremony: string) {
  return { kind, actor: null, about: { kind: 'person', id }, body: { ceremony, hours: codeHours } }
}
