// Sessions of people who signed in at the gate itself: who they are, until when, and in which ways one can sign in.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'

export const signInMethods = ['passkey', 'oidc', 'certificate'] as const

const sessionShape = z.object({
  id: z.uuid(),
  /** Null for an identity that nobody on the roster has. */
  person: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  roles: z.array(z.string()),
  method: z.enum(signInMethods),
  /** Whether the key that signed in cannot leave its device; null where that is not known. */
  isDeviceBound: z.boolean().nullable(),
  /** `browser`: a cookie and a key of the page. `program`: a token of the gate's own, and a key of the program. */
  channel: z.enum(['browser', 'program']),
  issuer: z.string(),
  subject: z.string(),
  startedAt: z.iso.datetime(),
  /** When it ends whatever is done. */
  expiresAt: z.iso.datetime(),
  /** When it ends unless it is used before. */
  idleExpiresAt: z.iso.datetime(),
  /** The configured network that it is bound to; null for an address that none holds. */
  place: z.string().nullable(),
})
export type SessionView = z.infer<typeof sessionShape>

/** Your session, and how one can sign in. */
export const session = z.object({
  session: sessionShape.nullable(),
  ways: z.object({
    passkey: z.boolean(),
    issuers: z.array(z.object({ id: z.string(), name: z.string() })),
    certificate: z.boolean(),
  }),
})
export type SessionAnswer = z.infer<typeof session>

/** Sessions of one person that have not ended, the newest first. `isThis` is the one that asks. */
export const sessions = z.object({
  sessions: z.array(sessionShape.omit({ person: true, roles: true }).extend({ isThis: z.boolean() })),
})
export type ListedSession = z.infer<typeof sessions>['sessions'][number]

export const sessionEnded = z.object({ id: z.uuid(), receipt })

/** Why a sign-in did not come about; `refused`: a passkey that is nobody's or did not sign what was asked. */
const signInFailures = [
  'expired',
  'cancelled',
  'mismatch',
  'unavailable',
  'ended',
  'certificate-missing',
  'certificate-unknown',
  'certificate-expired',
  'certificate-usage',
  'certificate-revoked',
  'certificate-lists',
  'certificate-name',
  'refused',
] as const
const failure = { method: z.enum(signInMethods), reason: z.enum(signInFailures) }

/** Sign-ins that did not come about since this gate started, which keeps them in memory. */
export const failedSignIns = z.object({
  since: z.iso.datetime(),
  /** Every one, by way and reason; those with most first. */
  counts: z.array(z.object({ ...failure, count: z.int(), lastAt: z.iso.datetime() })),
  /** The newest first: of one way, reason and place the newest 20. */
  newest: z.array(
    z.object({
      ...failure,
      at: z.iso.datetime(),
      /** The configured network that it came from; null for an address that none holds. */
      place: z.string().nullable(),
      /** Who was shown to have signed in and was not let in; null where nobody was shown to be anybody. What a caller claims is not kept. */
      who: z
        .object({
          issuer: z.string(),
          subject: z.string(),
          person: z.object({ id: z.uuid(), name: z.string() }).nullable(),
        })
        .nullable(),
    }),
  ),
})

/** A path of the console: where a sign-in leads back to. Never another origin. */
const returnPath = z
  .string()
  .max(512)
  .regex(/^\/([!-.0-[\]-~][!-[\]-~]*)?$/, 'want a path of this gate')

/** Which issuer, by the id that `session` shows. */
export const signInAtIssuer = z.strictObject({
  issuer: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  returnTo: returnPath,
})

/** Where the console goes on after the certificate was taken. */
export const signInByCertificate = z.strictObject({ returnTo: returnPath })

/** Where the browser goes on. */
export const signInBegun = z.object({ url: z.url() })

/** What a program signs in with: the digest (S256) of a secret that it keeps, and where on its machine it listens, if it does. */
export const askForProgram = z.strictObject({
  challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  port: z.int().min(1024).max(65_535).nullable(),
})
/** What its person opens at `/program?request=`, and words that are shown there too. */
export const programAsked = z.object({ request: z.string(), words: z.string() })

const sealedText = z.string().regex(/^[A-Za-z0-9_-]{1,4000}$/)

export const grantToProgram = z.strictObject({ request: sealedText })
export const programGranted = z.object({ grant: z.string(), port: z.int().nullable() })

export const exchangeGrant = z.strictObject({ grant: sealedText, verifier: z.string().min(43).max(128) })
/** A token of the gate's own, bound to the key that asked. */
export const programSignedIn = z.object({ token: z.string(), id: z.uuid(), expiresAt: z.iso.datetime() })
