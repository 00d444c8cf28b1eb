// Passkeys (WebAuthn): signing in with one, enrolling one by a one-time link and its code, and which ones there are.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'
import { reasonText } from './reason-text.ts'

/** SPEC: WebAuthn Level 3 section 5.1.8: octets as base64url text. */
const octets = z.string().regex(/^[A-Za-z0-9_-]{1,8000}$/)
const credentialId = z.string().regex(/^[A-Za-z0-9_-]{1,1400}$/)
const challengeId = z.string().regex(/^[A-Za-z0-9_-]{1,2000}$/)
/** What a browser hands to `navigator.credentials`, in its JSON form. */
const options = z.record(z.string(), z.unknown())

/** For routes that take nothing yet. */
export const beginPasskey = z.strictObject({})

export const passkeyChallenge = z.object({ challengeId: z.string(), options })
export type PasskeySignInOptions = z.infer<typeof passkeyChallenge>

const answer = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: octets,
    authenticatorData: octets,
    signature: octets,
    userHandle: octets.optional(),
  }),
})
export type PasskeyAnswer = z.infer<typeof answer>

export const signInWithPasskey = z.strictObject({ challengeId, response: answer })

const registration = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: octets,
    attestationObject: octets,
    transports: z
      .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']))
      .max(10)
      .optional(),
  }),
})
export type PasskeyRegistration = z.infer<typeof registration>

/** Both halves of what enrolls: the link's, and the code of whoever asked. */
const halves = { secret: z.string().min(1).max(100), code: z.string().min(1).max(100) }

export const beginEnrollment = z.strictObject(halves)
export const enrollmentBegun = z.object({
  challengeId: z.string(),
  options,
  person: z.object({ id: z.uuid(), name: z.string() }),
})
export type PasskeyEnrollmentOptions = z.infer<typeof enrollmentBegun>

export const enrollPasskey = z.strictObject({ ...halves, challengeId, response: registration })

/** `recovery` takes away every passkey that they had, once the new one is there. */
export const askEnrollment = z.strictObject({ recovery: z.boolean(), reason: reasonText })
/** The code is shown once. The link goes to whoever approves last. */
export const enrollmentAsked = z.object({
  approvalId: z.uuid(),
  needed: z.number().int(),
  code: z.string(),
  receipt,
})

export const passkeys = z.object({
  passkeys: z.array(
    z.object({
      credentialId: z.string(),
      isDeviceBound: z.boolean(),
      aaguid: z.string(),
      registeredAt: z.iso.datetime(),
      usedAt: z.iso.datetime().nullable(),
    }),
  ),
})
export type PasskeysView = z.infer<typeof passkeys>

export const passkeyRemoved = z.object({ credentialId: z.string(), receipt })
