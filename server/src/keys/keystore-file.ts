// The sealed file of the software keystore. Its header says in clear how the sealing key is derived; header and keys are
// authenticated together (AES-256-GCM), so that neither the cost of the derivation nor a key can be changed unnoticed.

import { createCipheriv, createDecipheriv, hkdfSync, scrypt } from 'node:crypto'
import { readFile, type FileHandle } from 'node:fs/promises'
import { canonicalJson, concat, fromBase64, Problem, toBase64, utf8 } from '@sallyport/protocol'
import { z } from 'zod'
import type { Randomness } from '../base/index.ts'
import { createWhole, parseKeystoreJson, readBounded, replaceWhole, tokenFormat, unreadable } from './whole-file.ts'

/** What unseals the keystore: a passphrase of 12 characters or more, or a file of exactly 32 random bytes. */
export type SealingSecret =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'key-file'; readonly path: string }

export interface SoftwareSeal {
  readonly path: string
  readonly secret: SealingSecret
  readonly random: Randomness
  /** Cost of scrypt, a power of two from 2^14 to 2^20, for files written from now on; 2^17 (128 MiB) unless said. */
  readonly scryptCost?: number
}

const version = 1
const leastCost = 2 ** 14
const mostCost = 2 ** 20

const derivation = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('scrypt'),
    cost: z.number().int().min(leastCost).max(mostCost),
    blockSize: z.literal(8),
    parallelization: z.literal(1),
    salt: z.string(),
  }),
  z.strictObject({ name: z.literal('key-file'), salt: z.string() }),
])
type Derivation = z.infer<typeof derivation>

const header = z.strictObject({
  format: z.literal('sallyport-keystore'),
  version: z.literal(version),
  derivation,
  cipher: z.literal('aes-256-gcm'),
  nonce: z.string(),
})
type Header = z.infer<typeof header>

/** Read and unseal the file. Throws Problem `unavailable` that names its state. The caller wipes the bytes. */
export async function readKeystoreFile(seal: SoftwareSeal): Promise<Uint8Array> {
  const { sealed, ...head } = parseFile(await readBounded(seal.path))
  const parsed = header.safeParse(head)
  const bytes = fromBase64(sealed)
  if (!parsed.success || bytes === null || bytes.length < 16) throw unreadable('it is not a whole keystore file')
  const key = await sealingKey(seal.secret, parsed.data.derivation)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, salted(parsed.data.nonce, 12))
    decipher.setAAD(utf8(canonicalJson(parsed.data)))
    decipher.setAuthTag(bytes.subarray(bytes.length - 16))
    return concat(decipher.update(bytes.subarray(0, bytes.length - 16)), decipher.final())
  } catch {
    const want = seal.secret.kind === 'passphrase' ? 'passphrase' : 'key file'
    throw unreadable(`wrong ${want}, or the file was altered`)
  } finally {
    key.fill(0)
  }
}

/** Make the file. Throws Problem `conflict` when it exists: an existing keystore is never replaced by a new one. */
export async function createKeystoreFile(seal: SoftwareSeal, plain: Uint8Array): Promise<void> {
  await createWhole(seal.path, (file) => writeSealed(file, seal, plain))
}

/** Rewrite the file with what `change` makes of its content. Throws Problem `conflict` when it lost to another change. */
export async function changeKeystoreFile(seal: SoftwareSeal, change: (plain: Uint8Array) => Uint8Array): Promise<void> {
  await replaceWhole(seal.path, seal.random, async (file) => {
    const plain = await readKeystoreFile(seal)
    try {
      await writeSealed(file, seal, change(plain))
    } finally {
      plain.fill(0)
    }
  })
}

/** Seal and write `plain`, then wipe it. */
async function writeSealed(file: FileHandle, seal: SoftwareSeal, plain: Uint8Array): Promise<void> {
  try {
    const head: Header = {
      format: 'sallyport-keystore',
      version,
      derivation: freshDerivation(seal),
      cipher: 'aes-256-gcm',
      nonce: toBase64(seal.random(12)),
    }
    const key = await sealingKey(seal.secret, head.derivation)
    const cipher = createCipheriv('aes-256-gcm', key, salted(head.nonce, 12))
    cipher.setAAD(utf8(canonicalJson(head)))
    const sealed = concat(cipher.update(plain), cipher.final(), cipher.getAuthTag())
    key.fill(0)
    await file.writeFile(`${JSON.stringify({ ...head, sealed: toBase64(sealed) }, null, 2)}\n`)
  } finally {
    plain.fill(0)
  }
}

function freshDerivation(seal: SoftwareSeal): Derivation {
  const salt = toBase64(seal.random(32))
  if (seal.secret.kind === 'key-file') return { name: 'key-file', salt }
  if (seal.secret.passphrase.length < 12) {
    throw new Problem('invalid-request', 'cannot seal keystore: the passphrase is short, want 12 characters or more')
  }
  const cost = seal.scryptCost ?? 2 ** 17
  if (cost < leastCost || cost > mostCost || !isPowerOfTwo(cost)) {
    throw new Problem(
      'invalid-request',
      'cannot seal keystore: scrypt cost out of range, want a power of two from 2^14 to 2^20',
    )
  }
  return { name: 'scrypt', cost, blockSize: 8, parallelization: 1, salt }
}

async function sealingKey(secret: SealingSecret, how: Derivation): Promise<Uint8Array> {
  const salt = salted(how.salt, 32)
  if (secret.kind === 'passphrase' && how.name === 'scrypt') return stretched(secret.passphrase, salt, how)
  if (secret.kind === 'key-file' && how.name === 'key-file') {
    const key = await readFile(secret.path).catch((cause: unknown) => {
      throw new Problem('unavailable', 'cannot read key file: there is none that can be read, want one of 32 bytes', {
        cause,
      })
    })
    if (key.length !== 32) throw new Problem('unavailable', `cannot read key file: it has ${key.length} bytes, want 32`)
    const sealing = new Uint8Array(hkdfSync('sha256', key, salt, 'sallyport-keystore', 32))
    key.fill(0)
    return sealing
  }
  throw unreadable(`it is sealed under a ${how.name === 'scrypt' ? 'passphrase' : 'key file'}, want that`)
}

function stretched(
  passphrase: string,
  salt: Uint8Array,
  how: Extract<Derivation, { name: 'scrypt' }>,
): Promise<Uint8Array> {
  // ATTACKER: the cost stands in a file that somebody may have altered; the schema bounds it, so that opening takes at most 1 GiB.
  if (!isPowerOfTwo(how.cost)) throw unreadable('its cost of derivation is not a power of two')
  const cost = {
    N: how.cost,
    r: how.blockSize,
    p: how.parallelization,
    maxmem: 130 * how.cost * how.blockSize + 2 ** 20,
  }
  return new Promise((resolve, reject) => {
    // SPEC: RFC 7914; the passphrase in NFKC, so that the same characters typed on another keyboard unseal it.
    scrypt(passphrase.normalize('NFKC'), salt, 32, cost, (error, key) => {
      if (error === null) resolve(new Uint8Array(key))
      else
        reject(
          new Problem('unavailable', 'cannot open keystore: the derivation failed, want memory for scrypt', {
            cause: error,
          }),
        )
    })
  })
}

const outer = z.looseObject({ format: z.literal('sallyport-keystore'), version: z.number(), sealed: z.string() })

function parseFile(text: string): z.infer<typeof outer> {
  const json = parseKeystoreJson(text)
  const parsed = outer.safeParse(json)
  if (!parsed.success) {
    const isOfToken = tokenFormat.safeParse(json).success
    throw unreadable(isOfToken ? 'its keys are in a token, want keys.provider pkcs11' : 'it is not a keystore file')
  }
  if (parsed.data.version !== version) throw unreadable(`it has version ${parsed.data.version}, want ${version}`)
  return parsed.data
}

function salted(text: string, size: number): Uint8Array {
  const bytes = fromBase64(text)
  if (bytes?.length !== size) throw unreadable('it is not a whole keystore file')
  return bytes
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value))
}
