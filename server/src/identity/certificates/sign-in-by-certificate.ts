// Signing in with a client certificate: the browser goes to a listener that asks for one, and comes back with a ticket that is good
// once, for a minute, and only in the browser that began. The ordinary listener never asks for a certificate and reads none.

import { hash } from 'node:crypto'
import { toBase64Url } from '@sallyport/protocol'
import type { Clock, Randomness } from '../../base/index.ts'
import type { IdentityDependencies } from '../bind-identity.ts'
import type { SignInIdentity } from '../bind-person.ts'
import { signInLifetimeMs, type SealedStates } from '../issuer-sign-in/sign-in-at-issuer.ts'
import { SignInFault } from '../issuer-sign-in/sign-in-fault.ts'
import type { ProofMemory } from '../proof-memory.ts'
import type { CertificateRules } from './certificate-rules.ts'
import { makeRevocationLists } from './revocation-lists.ts'
import {
  CertificateRefused,
  verifyCertificate,
  type CertificateFacts,
  type KnownAuthority,
  type PresentedCertificate,
} from './verify-certificate.ts'

export interface CertificateSignInParts extends IdentityDependencies {
  readonly rules: CertificateRules
  /** Of the gate, where the browser comes back to. */
  readonly origin: string
  readonly states: SealedStates
  /** Which tickets were seen, and which refusals are on record already. */
  readonly memory: ProofMemory
  readonly clock: Clock
  readonly random: Randomness
}

export interface CertificateSignIn {
  /** Begin. Yields where the browser goes, and what its cookie holds meanwhile. */
  begin(ask: {
    readonly returnTo: string
    readonly keyThumbprint: string
  }): Promise<{ readonly url: string; readonly state: string }>
  /** Take the certificate of a handshake, at the listener for them. Yields where the browser goes with its ticket. Throws SignInFault. */
  present(shown: PresentedCertificate & { readonly begun: string | null }): Promise<string>
  /** Take the ticket that the browser brings back to `certificatePath`. Throws SignInFault. */
  complete(answer: { readonly ticket: string | null; readonly state: string | null }): Promise<{
    readonly identity: SignInIdentity
    readonly facts: CertificateFacts
    readonly keyThumbprint: string
    readonly returnTo: string
  }>
  /** What is believed now of each authority whose certificates are taken, and of its revocation lists. */
  standings(): Promise<readonly AuthorityStanding[]>
}

export interface AuthorityStanding {
  /** Of the configuration. */
  readonly id: string
  readonly issuers: readonly {
    /** Its subject, as in the certificate. */
    readonly name: string
    /** Until when its list is good; null where the list says none, or where none is believed. */
    readonly untilMs: number | null
    /** Why nobody signs in by what it issued; null where a list is believed. */
    readonly trouble: string | null
  }[]
}

/** At both listeners. */
export const certificatePath = '/session/certificate'

const ticketLifetimeMs = 60_000
/** A refusal of the same certificate for the same reason is put on record again after this time: whoever repeats it fills nothing. */
const recordedAgainMs = 600_000
const [statePurpose, ticketPurpose] = ['sign-in by certificate', 'ticket of a certificate']
const challengeShape = /^[A-Za-z0-9_-]{43}$/

/** Make the sign-in with certificates of these authorities. */
export function makeCertificateSignIn(parts: CertificateSignInParts): CertificateSignIn {
  const { rules, origin, states, memory, clock, random } = parts
  const { longestListAgeMs: longestAgeMs } = rules
  const authorities: readonly KnownAuthority[] = rules.authorities.map((authority) => ({
    authority,
    lists: makeRevocationLists({ files: authority.revocationLists, longestAgeMs, clock }),
  }))
  const until = (lifetimeMs: number): string => String(clock.now() + lifetimeMs)
  return {
    async begin({ returnTo, keyThumbprint }) {
      const secret = toBase64Url(random(32))
      const state = await states.seal(statePurpose, [secret, keyThumbprint, returnTo, until(signInLifetimeMs)])
      return { url: `${rules.origin}${certificatePath}?begun=${challengeOf(secret)}`, state }
    },
    async present({ begun, ...shown }) {
      if (begun === null || !challengeShape.test(begun)) throw new SignInFault('expired')
      const { identity, facts } = await verifyCertificate(authorities, shown).catch(async (cause: unknown) => {
        if (cause instanceof CertificateRefused) await putOnRecord(parts, cause)
        throw cause
      })
      const { authority, serial, sha256 } = facts
      const told = [begun, identity.issuer, identity.subject, authority, serial, sha256, until(ticketLifetimeMs)]
      const ticket = await states.seal(ticketPurpose, told)
      return `${origin}${certificatePath}?ticket=${ticket}`
    },
    async complete({ ticket, state }) {
      const [secret = '', keyThumbprint = '', returnTo = '', before = ''] = await opened(states, statePurpose, state)
      if (!(clock.now() < Number(before))) throw new SignInFault('expired')
      const told = await opened(states, ticketPurpose, ticket)
      const [begun = '', issuer = '', subject = '', authority = '', serial = '', sha256 = '', goodUntil = ''] = told
      // ATTACKER: the ticket of another browser's sign-in, brought here by a link.
      if (begun !== challengeOf(secret)) throw new SignInFault('mismatch')
      if (!(clock.now() < Number(goodUntil))) throw new SignInFault('expired')
      if (!(await memory.remember(`certificate ${begun}`, signInLifetimeMs))) throw new SignInFault('expired')
      return { identity: { issuer, subject }, facts: { authority, serial, sha256 }, keyThumbprint, returnTo }
    },
    standings: () => Promise.all(authorities.map(standingOf)),
  }
}

async function standingOf({ authority, lists }: KnownAuthority): Promise<AuthorityStanding> {
  const { id, anchors, intermediates } = authority
  const issuers = [...anchors, ...intermediates].map(async (issuer) => {
    const standing = await lists.standing(issuer)
    return {
      name: issuer.subject.replaceAll('\n', ', '),
      untilMs: standing.isHeld ? standing.untilMs : null,
      trouble: standing.isHeld ? null : standing.trouble,
    }
  })
  return { id, issuers: await Promise.all(issuers) }
}

function challengeOf(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

async function opened(states: SealedStates, purpose: string, sealed: string | null): Promise<readonly string[]> {
  if (sealed === null) throw new SignInFault('expired')
  return await states.open(purpose, sealed).catch((cause: unknown) => {
    throw new SignInFault('expired', cause)
  })
}

/** Put the refusal of a certificate on record. Of one that no authority here issued nothing is: anybody can make those without end. */
async function putOnRecord(
  { database, ledger, memory }: Pick<CertificateSignInParts, 'database' | 'ledger' | 'memory'>,
  { code, facts }: CertificateRefused,
): Promise<void> {
  if (!(await memory.remember(`refused ${facts.sha256} ${code}`, recordedAgainMs))) return
  await database.transaction((tx) =>
    ledger.appendIn(tx, [
      { kind: 'sign-in.refused', actor: null, about: null, body: { method: 'certificate', problem: code, ...facts } },
    ]),
  )
}
