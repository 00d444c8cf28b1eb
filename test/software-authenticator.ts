// An authenticator without a device: it answers a registration as WebAuthn says, with a key that nobody keeps.
// SPEC: WebAuthn Level 3 sections 6.1 and 6.5.4 (attestation `none`), RFC 9053 section 7.1.1 (EC2 keys), RFC 8949 (CBOR).

import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { PasskeyRegistration } from '../protocol/src/api/index.ts'

const asked = z.object({ challenge: z.string(), rp: z.object({ id: z.string() }) })
const flags = { userPresent: 0x01, userVerified: 0x04, attested: 0x40 }

/** Register a key for what a gate asked in `options`, as a page of `origin` would. */
export function register(options: unknown, origin: string): PasskeyRegistration {
  const { challenge, rp } = asked.parse(options)
  const credentialId = randomBytes(16)
  const clientData = { type: 'webauthn.create', challenge, origin, crossOrigin: false }
  const authData = Buffer.concat([
    createHash('sha256').update(rp.id).digest(),
    Buffer.of(flags.userPresent | flags.userVerified | flags.attested),
    Buffer.alloc(4),
    Buffer.alloc(16),
    Buffer.of(0, credentialId.length),
    credentialId,
    publicKey(),
  ])
  const id = credentialId.toString('base64url')
  const response = {
    clientDataJSON: Buffer.from(JSON.stringify(clientData)).toString('base64url'),
    attestationObject: attestation(authData).toString('base64url'),
  }
  return { id, rawId: id, type: 'public-key', response }
}

/** A map of five: EC2, ES256, P-256, and the point. */
function publicKey(): Buffer {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const coordinate = (label: number, value: string) =>
    Buffer.concat([Buffer.of(label, 0x58, 32), Buffer.from(value, 'base64url')])
  return Buffer.concat([Buffer.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01), coordinate(0x21, x), coordinate(0x22, y)])
}

/** A map of three: no attestation, and what the authenticator says. */
function attestation(authData: Buffer): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.of(0x60 + value.length), Buffer.from(value)])
  return Buffer.concat([
    Buffer.of(0xa3),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.of(0xa0),
    text('authData'),
    Buffer.of(0x58, authData.length),
    authData,
  ])
}
