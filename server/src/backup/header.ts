// The clear head of a backup and the keys that come from it. Head and secret together make the keys, so that a head that was
// changed opens nothing; a MAC over it tells a wrong secret from a damaged file before anything is decrypted.
// SPEC: RFC 7914 (scrypt), RFC 5869 (HKDF).

import { createHmac, hkdfSync, scrypt, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { canonicalJson, concat, fromBase64, fromUtf8, Problem, toBase64, utf8 } from '@sallyport/protocol'
import * as z from 'zod'
import type { Randomness } from '../base/index.ts'
import type { KeystoreSecret } from '../keys/index.ts'
import { Faulty } from './fault.ts'

/** What encrypts a backup: a passphrase of 12 characters or more, or a file of exactly 32 random bytes. */
export type BackupSecret = KeystoreSecret

export const formatName = 'sallyport-backup/1'
/** Bytes of plaintext in every segment but the last. */
export const segmentBytes = 2 ** 20
/** More than any head takes. */
export const maxHeaderBytes = 1024

const magic = utf8(`${formatName}\n`)
const macBytes = 32
const leastCost = 2 ** 14
const mostCost = 2 ** 20

const derivation = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('scrypt'),
    cost: z.int().min(leastCost).max(mostCost),
    blockSize: z.literal(8),
    parallelization: z.literal(1),
    salt: z.string(),
  }),
  z.strictObject({ name: z.literal('key-file'), salt: z.string() }),
])
type Derivation = z.infer<typeof derivation>
const shape = z.strictObject({ cipher: z.literal('aes-256-gcm'), derivation, segment: z.literal(segmentBytes) })

export interface MadeHeader {
  readonly bytes: Uint8Array
  /** AES-256 key of the segments. The caller wipes it. */
  readonly key: Uint8Array
}

/** Make a fresh head. Throws Problem `invalid-request` for a short passphrase or a cost out of range. */
export async function makeHeader(secret: BackupSecret, random: Randomness, cost = 2 ** 17): Promise<MadeHeader> {
  const salt = toBase64(random(32))
  const how: Derivation =
    secret.kind === 'key-file'
      ? { name: 'key-file', salt }
      : { name: 'scrypt', cost, blockSize: 8, parallelization: 1, salt }
  if (secret.kind === 'passphrase' && secret.passphrase.length < 12) {
    throw new Problem('invalid-request', 'cannot create backup: the passphrase is short, want 12 characters or more')
  }
  if (!isCost(cost)) {
    throw new Problem(
      'invalid-request',
      'cannot create backup: scrypt cost out of range, want a power of two from 2^14',
    )
  }
  const text = canonicalJson({ cipher: 'aes-256-gcm', derivation: { ...how }, segment: segmentBytes })
  const clear = concat(magic, utf8(`${text}\n`))
  const keys = await deriveKeys(secret, how, clear)
  return { bytes: concat(clear, macOf(keys.mac, clear)), key: keys.content }
}

/** Read the head at the start of a file. ATTACKER: anybody can write one. Throws Faulty. */
export async function readHeader(
  start: Uint8Array,
  secret: BackupSecret,
): Promise<{ readonly length: number; readonly key: Uint8Array }> {
  const text = Buffer.from(start).toString('latin1')
  if (!text.startsWith('sallyport-backup/')) throw new Faulty('not-a-backup')
  if (!text.startsWith(`${formatName}\n`)) throw new Faulty('other-version')
  const end = text.indexOf('\n', magic.length)
  if (end < 0 || start.length < end + 1 + macBytes) throw new Faulty('cut-off', 'header')
  const clear = start.subarray(0, end + 1)
  const parsed = shape.safeParse(json(clear.subarray(magic.length)))
  if (!parsed.success) throw new Faulty('malformed', 'header')
  const keys = await deriveKeys(secret, parsed.data.derivation, clear)
  const length = clear.length + macBytes
  if (!timingSafeEqual(macOf(keys.mac, clear), start.subarray(clear.length, length))) throw new Faulty('wrong-secret')
  return { length, key: keys.content }
}

async function deriveKeys(secret: BackupSecret, how: Derivation, clear: Uint8Array) {
  const salt = fromBase64(how.salt)
  if (salt?.length !== 32) throw new Faulty('malformed', 'header')
  const root = await rootKey(secret, how, salt)
  // The whole head, with its fresh salt, is HKDF's salt: another head makes other keys.
  const expand = (use: string) => new Uint8Array(hkdfSync('sha256', root, clear, `${formatName} ${use}`, 32))
  const keys = { content: expand('content'), mac: expand('header') }
  root.fill(0)
  return keys
}

async function rootKey(secret: BackupSecret, how: Derivation, salt: Uint8Array): Promise<Uint8Array> {
  if (secret.kind === 'passphrase' && how.name === 'scrypt') return stretch(secret.passphrase, salt, how.cost)
  if (secret.kind === 'key-file' && how.name === 'key-file') return readKeyFile(secret.path)
  throw new Faulty('wrong-secret', how.name === 'scrypt' ? 'it takes a passphrase' : 'it takes a key file')
}

async function readKeyFile(path: string): Promise<Uint8Array> {
  const key = await readFile(path).catch((cause: unknown) => {
    throw new Problem('unavailable', 'cannot read key file: there is none that can be read, want one of 32 bytes', {
      cause,
    })
  })
  if (key.length !== 32) throw new Problem('unavailable', `cannot read key file: it has ${key.length} bytes, want 32`)
  return key
}

function stretch(passphrase: string, salt: Uint8Array, cost: number): Promise<Uint8Array> {
  // ATTACKER: the cost stands in a file that somebody may have altered; its bounds keep opening below 1.1 GiB.
  if (!isCost(cost)) throw new Faulty('malformed', 'header')
  const rules = { N: cost, r: 8, p: 1, maxmem: 130 * cost * 8 + 2 ** 20 }
  return new Promise((resolve, reject) => {
    // In NFKC, so that the same characters typed on another keyboard open it.
    scrypt(passphrase.normalize('NFKC'), salt, 32, rules, (cause, key) => {
      if (cause === null) resolve(new Uint8Array(key))
      else reject(new Problem('unavailable', 'cannot derive key: scrypt failed, want memory for it', { cause }))
    })
  })
}

function isCost(cost: number): boolean {
  return cost >= leastCost && cost <= mostCost && Number.isInteger(Math.log2(cost))
}

function macOf(key: Uint8Array, clear: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(clear).digest()
}

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes))
  } catch {
    return null
  }
}
