// A founder enrolls: the identity that they signed in with becomes theirs. The code says which founder, the issuer says which
// identity; whether that is the right person is what the other founders attest.

import { equalBytes, Problem } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { requireCeremony, resumeCeremony } from '../policy/index.ts'
import { refused, type FoundingCaller, type FoundingDependencies } from './dependencies.ts'
import { readCode } from '../identity/index.ts'
import { allFounders, countWrongCode, lockFounding, setIdentity, wrongCodesOf, type Founder } from './store.ts'

const mostWrongCodes = 5

/**
 * Enroll with a code. Every wrong try is on record, and after five an identity is refused until new codes are issued.
 * Throws Problem `refused` for a wrong, used or expired code and for a program; `conflict` for an identity or a founder that
 * is taken; `too-many-requests` after the fifth wrong code.
 */
export async function enrollFounder(
  deps: FoundingDependencies,
  caller: FoundingCaller,
  typed: string,
): Promise<{ readonly founder: Founder; readonly entries: readonly Appended[] }> {
  if (!caller.isNaturalPerson) throw refused('enroll', 'a program signed in, want a person')
  const ceremony = await resumeCeremony(deps)
  // A refusal is written down as well, so that it commits and is thrown afterwards.
  const outcome = await deps.database.transaction(async (tx) => {
    await requireCeremony(tx, ceremony)
    await lockFounding(tx)
    if ((await wrongCodesOf(tx, caller)) >= mostWrongCodes) return tooMany()
    const founders = await allFounders(tx)
    const own = founders.find((one) => isOf(one, caller))
    if (own !== undefined)
      return new Problem('conflict', `cannot enroll: this identity is enrolled as ${own.displayName}, want another`)
    const found = founderOfCode(founders, typed)
    if (found === null) return await wrongCode(deps, tx, caller, ceremony.name)
    if (found instanceof Problem) return found
    await setIdentity(tx, found.id, caller)
    const entries = await deps.ledger.appendIn(tx, [
      {
        kind: 'founder.enrolled',
        actor: found.id,
        about: { kind: 'person', id: found.id },
        body: { ceremony: ceremony.name, issuer: caller.issuer, subject: caller.subject },
      },
    ])
    return { founder: found, entries }
  })
  if (outcome instanceof Problem) throw outcome
  return outcome
}

/** Whose code it is: null for nobody's, a Problem `refused` where it is no longer good. */
export function founderOfCode(founders: readonly Founder[], typed: string): Founder | Problem | null {
  const digest = readCode(typed)
  const found = founders.find(
    ({ codeDigest }) => digest !== null && codeDigest !== null && equalBytes(codeDigest, digest),
  )
  if (found === undefined) return null
  if (found.identity !== null) return refused('enroll', 'this code was used, want one that was not')
  if (found.isCodeOver)
    return refused('enroll', 'this code has expired, want a new one (`sallyport init --resume --new-codes`)')
  return found
}

export function isOf({ identity }: Pick<Founder, 'identity'>, caller: FoundingCaller): boolean {
  return identity?.issuer === caller.issuer && identity.subject === caller.subject
}

async function wrongCode(
  deps: FoundingDependencies,
  tx: Transaction,
  { issuer, subject }: FoundingCaller,
  ceremony: string,
): Promise<Problem> {
  const tries = await countWrongCode(tx, { issuer, subject })
  await deps.ledger.appendIn(tx, [
    { kind: 'founding.code-refused', actor: null, about: null, body: { ceremony, issuer, subject, tries } },
  ])
  if (tries >= mostWrongCodes) return tooMany()
  return refused('enroll', `this is no code of this founding, want one; ${mostWrongCodes - tries} tries are left`)
}

function tooMany(): Problem {
  return new Problem(
    'too-many-requests',
    'cannot enroll: this identity gave five wrong codes, want new codes (`sallyport init --resume --new-codes`)',
  )
}
