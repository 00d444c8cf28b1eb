// The keystore's file when the keys are in a token: which keys there are, with their public halves, and nothing secret but
// what the token alone can open. A key of the token authenticates all of it, so that nobody without the token changes
// which key serves which door.

import { timingSafeEqual } from 'node:crypto'
import { canonicalJson, fromBase64, toBase64, utf8 } from '@sallyport/protocol'
import { z } from 'zod'
import type { TokenKey, TokenUse } from './pkcs11-messages.ts'
import type { AskToken } from './pkcs11-pool.ts'
import { keyAlgorithms, keyDoors, type NewKey } from './provider.ts'
import { parseKeystoreJson, tokenFormat, unreadable } from './whole-file.ts'

const version = 1
const kid = z.string().regex(/^[\x21-\x7e]{1,32}$/)

const tokenFileKey = z.strictObject({
  kid,
  door: z.enum(keyDoors),
  algorithm: z.enum(keyAlgorithms),
  isCurrent: z.boolean(),
  isWaiting: z.literal(true).optional(),
  createdAtMs: z.number().int(),
  /**
   * What shows that the token holds this key, base64. A pair: the public half, SPKI DER. HMAC: its MAC over the id. AES: the
   * field key, 32 bytes sealed by the token (nonce, ciphertext, tag) with the id as associated data.
   */
  proof: z.string(),
})
export type TokenFileKey = z.infer<typeof tokenFileKey>

const tokenFile = z.strictObject({
  format: z.literal('sallyport-token-keystore'),
  version: z.literal(version),
  /** The token that the keys were made on, for whoever looks for it. */
  madeOn: z.strictObject({ label: z.string(), serial: z.string(), manufacturer: z.string(), model: z.string() }),
  macKid: kid,
  keys: z.array(tokenFileKey).max(1000),
  mac: z.string(),
})
export type TokenFile = z.infer<typeof tokenFile>
export type TokenFileBody = Omit<TokenFile, 'mac'>

/** Whether a keystore's text says that its keys are in a token. Throws Problem `unavailable` for what is no keystore's. */
export function isTokenFile(text: string): boolean {
  return tokenFormat.safeParse(parseKeystoreJson(text)).success
}

/** Read a file's text. Throws Problem `unavailable` that names its state. Its MAC is checked with the token. */
export function readTokenFile(text: string): TokenFile {
  const json = parseKeystoreJson(text)
  if (!tokenFormat.safeParse(json).success) {
    throw unreadable(
      'its keys are not in a token, want keys.provider software, or the file that was made with the token',
    )
  }
  const parsed = tokenFile.safeParse(json)
  if (!parsed.success) throw unreadable('it is not a whole keystore file of this version')
  return parsed.data
}

/** Authenticate and write a file's text. */
export async function writeTokenFile(body: Omit<TokenFileBody, 'format' | 'version'>, ask: AskToken): Promise<string> {
  const whole: TokenFileBody = { format: 'sallyport-token-keystore', version, ...body }
  return `${JSON.stringify({ ...whole, mac: toBase64(await macOf(whole, ask)) }, null, 2)}\n`
}

/** Throws Problem `unavailable` when the file is not the one that this token's key authenticated. */
export async function requireMac({ mac, ...body }: TokenFile, ask: AskToken): Promise<void> {
  const [claimed, actual] = [fromBase64(mac), await macOf(body, ask)]
  if (claimed?.length !== actual.length || !timingSafeEqual(claimed, actual)) {
    throw unreadable('it was altered, or belongs to another token')
  }
}

async function macOf(body: TokenFileBody, ask: AskToken): Promise<Uint8Array> {
  const bytes = utf8(`${body.format}\n${canonicalJson(structuredClone(body))}`)
  return await ask({ verb: 'mac', kid: body.macKid, bytes })
}

/** What a key does on the token: one thing. */
export function useOf({ door, algorithm }: NewKey): TokenUse {
  if (algorithm === 'rsa:2048') return 'decrypt'
  if (algorithm === 'ed25519') return 'sign'
  if (algorithm === 'aes-256') return 'seal'
  if (algorithm === 'hmac-sha256') return 'mac'
  return door === 'ledger' || door === 'receipt' ? 'sign' : 'derive'
}

export function macKeyOf({ macKid }: Pick<TokenFile, 'macKid'>): TokenKey {
  return { kid: macKid, algorithm: 'hmac-sha256', use: 'mac' }
}

/** Every key that the token must hold for this file. */
export function tokenKeysOf(file: Pick<TokenFile, 'keys' | 'macKid'>): readonly TokenKey[] {
  return [macKeyOf(file), ...file.keys.map((key) => ({ kid: key.kid, algorithm: key.algorithm, use: useOf(key) }))]
}

/** What an HMAC key is known by: its MAC over these bytes, which nothing else is asked to authenticate. */
export function checkBytes(kid: string): Uint8Array {
  return utf8(`sallyport-key-check:${kid}`)
}
