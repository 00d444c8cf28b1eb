// Keys in a token, reached through the vendor's PKCS #11 library. The token holds the keys; the keystore's file in the data
// folder says which they are, authenticated by a key of the token, and holds nothing that opens anything without it.
// INVARIANT: I10, keys come only from an explicit creation; opening makes nothing.

import { createSecretKey, type KeyObject } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import { concat, Problem, toBase64, toHex } from '@sallyport/protocol'
import { systemClock, type Clock, type Randomness } from '../base/index.ts'
import {
  checkBytes,
  macKeyOf,
  readTokenFile,
  requireMac,
  tokenKeysOf,
  useOf,
  writeTokenFile,
  type TokenFile,
  type TokenFileKey,
} from './pkcs11-file.ts'
import type { TokenAccess, TokenFacts, TokenKey } from './pkcs11-messages.ts'
import { openTokenPool, type AskToken } from './pkcs11-pool.ts'
import { proveKeys } from './pkcs11-prove.ts'
import { factsOf, tokenProvider } from './pkcs11-provider.ts'
import {
  newKid,
  settle,
  waitingIn,
  withKey,
  withWaiting,
  type KeyFacts,
  type KeyProvider,
  type NewKey,
  type Settled,
} from './provider.ts'
import { createWhole, readBounded, replaceWhole } from './whole-file.ts'

export interface TokenSeal {
  /** Path of the keystore's file. That a PIN was refused is remembered beside it. */
  readonly path: string
  readonly secret: TokenSecret
  readonly random: Randomness
}

/** What opens the keys of a token. */
export interface TokenSecret extends TokenAccess {
  readonly kind: 'token'
}

/** Tokens may take a minute to find the primes of an RSA key. */
const makeDeadlineMs = 120_000

/**
 * Make these keys on the token, and the file that names them. Throws Problem `conflict` when the file exists, `unavailable`
 * when the token cannot; then the keys that were made are taken back.
 */
export async function createTokenKeystore(seal: TokenSeal, keys: readonly NewKey[], clock: Clock): Promise<void> {
  if ((await lstat(seal.path).catch(() => null)) !== null) {
    throw new Problem('conflict', 'cannot create keystore: the file exists, want none')
  }
  const macKey = macKeyOf({ macKid: `keystore-hmac-${toHex(seal.random(4))}` })
  await withMaker(seal, null, keys, async (maker) => {
    await createWhole(seal.path, async (file) => {
      await maker.make(macKey)
      let stored: readonly TokenFileKey[] = []
      for (const key of keys) stored = withKey(stored, await makeKey(maker, key, seal.random, clock))
      const body = { madeOn: maker.facts, macKid: macKey.kid, keys: [...stored] }
      await file.writeFile(await writeTokenFile(body, maker.ask))
    })
  })
}

/** Add one key that waits, unless one does. A provider that is open does not see it: open the keystore again. */
export async function prepareTokenKey(seal: TokenSeal, key: NewKey, clock: Clock): Promise<KeyFacts> {
  const before = readTokenFile(await readBounded(seal.path))
  return await withMaker(seal, before, [key], async (maker) => {
    const prepared = Promise.withResolvers<TokenFileKey>()
    await replaceWhole(seal.path, seal.random, async (file) => {
      const now = readTokenFile(await readBounded(seal.path))
      await requireMac(now, maker.ask)
      const { madeOn, macKid, keys } = now
      const there = waitingIn(keys, key)
      const made = there ?? (await makeKey(maker, key, seal.random, clock))
      const grown = withWaiting(keys, made) ?? keys
      await file.writeFile(await writeTokenFile({ madeOn, macKid, keys: [...grown] }, maker.ask))
      prepared.resolve({ ...made, isCurrent: false, isWaiting: true })
    })
    return factsOf(await prepared.promise)
  })
}

/** Bring the file up to what was approved. Keys of a token are not destroyed here. */
export async function settleTokenKeys(seal: TokenSeal, { inUse }: Settled): Promise<void> {
  const settled = { inUse, destroyed: [] }
  const before = readTokenFile(await readBounded(seal.path))
  if (settle(before.keys, settled) === null) return
  await withMaker(seal, before, [], async ({ ask }) => {
    await replaceWhole(seal.path, seal.random, async (file) => {
      const now = readTokenFile(await readBounded(seal.path))
      await requireMac(now, ask)
      const { madeOn, macKid, keys } = now
      await file.writeFile(await writeTokenFile({ madeOn, macKid, keys: [...(settle(keys, settled) ?? keys)] }, ask))
    })
  })
}

/** Which keys the file names. Whether the token holds them is proved when they are opened. */
export async function listTokenKeys({ path }: Pick<TokenSeal, 'path'>): Promise<readonly KeyFacts[]> {
  return readTokenFile(await readBounded(path)).keys.map(factsOf)
}

/**
 * Open the keys of a token. Each proves itself before this returns. Throws Problem `unavailable` that names the state, with
 * details.fault: no library, no token, a refused PIN, a mechanism or a key that is missing, a key that could leave the token.
 */
export async function openTokenKeystore(seal: TokenSeal): Promise<KeyProvider> {
  return await openKeys(readTokenFile(await readBounded(seal.path)), seal, markerOf(seal))
}

/** Whether the token of this configuration holds the keys of a file that is not in its place yet. Throws as opening does. */
export async function tryTokenKeystore(text: string, seal: Omit<TokenSeal, 'path'>): Promise<void> {
  const provider = await openKeys(readTokenFile(text), seal, null)
  provider.close()
}

/** Look whether keys could be made on the token. Makes none. Throws Problem `unavailable` that names what is in the way. */
export async function inspectToken(seal: TokenSeal, keys: readonly NewKey[]): Promise<TokenFacts> {
  return await withMaker(seal, null, keys, ({ facts }) => Promise.resolve(facts))
}

async function openKeys(
  file: TokenFile,
  { secret, random }: Omit<TokenSeal, 'path'>,
  pinMarker: string | null,
): Promise<KeyProvider> {
  const fieldKeys = new Map<string, KeyObject>()
  const pool = await openTokenPool({
    access: secret,
    keys: tokenKeysOf(file),
    pinMarker,
    clock: systemClock,
    prove: async (ask) => {
      for (const [kid, bytes] of await proveKeys(file, ask, random)) {
        fieldKeys.set(kid, createSecretKey(bytes))
        bytes.fill(0)
      }
    },
  })
  return tokenProvider({ file, pool, fieldKeys, random })
}

interface Maker {
  readonly ask: AskToken
  readonly facts: TokenFacts
  /** Yields the public half as SPKI DER, nothing for a symmetric key. */
  readonly make: (key: TokenKey) => Promise<Uint8Array>
}

/** Open the token for making keys, and take back what was made when the file does not come to name it. */
async function withMaker<T>(
  seal: TokenSeal,
  file: TokenFile | null,
  keys: readonly NewKey[],
  work: (maker: Maker) => Promise<T>,
): Promise<T> {
  const pool = await openTokenPool({
    access: { ...seal.secret, sessions: 1, deadlineMs: makeDeadlineMs },
    keys: file === null ? [] : [macKeyOf(file)],
    toMake: [macKeyOf({ macKid: '' }), ...keys.map((key) => ({ algorithm: key.algorithm, use: useOf(key) }))],
    pinMarker: markerOf(seal),
    clock: systemClock,
    prove: async (ask) => {
      if (file !== null) await requireMac(file, ask)
    },
  })
  const made: string[] = []
  const make: Maker['make'] = async (key) => {
    made.push(key.kid)
    return await pool.ask({ verb: 'make', key })
  }
  try {
    return await work({ ask: pool.ask, facts: pool.facts, make })
  } catch (cause) {
    const named = await readFile(seal.path, 'utf8').catch(() => '')
    for (const kid of made.filter((one) => !named.includes(one))) {
      await pool.ask({ verb: 'unmake', kid }).catch(() => undefined)
    }
    throw cause
  } finally {
    pool.close()
  }
}

async function makeKey(maker: Maker, wanted: NewKey, random: Randomness, clock: Clock): Promise<TokenFileKey> {
  const kid = newKid(wanted, random)
  const publicKey = await maker.make({ kid, algorithm: wanted.algorithm, use: useOf(wanted) })
  const proof = await proofOf(maker, kid, wanted, publicKey, random)
  return { kid, ...wanted, isCurrent: true, createdAtMs: clock.now(), proof: toBase64(proof) }
}

async function proofOf(
  { ask }: Maker,
  kid: string,
  { algorithm }: NewKey,
  publicKey: Uint8Array,
  random: Randomness,
): Promise<Uint8Array> {
  if (algorithm === 'hmac-sha256') return await ask({ verb: 'mac', kid, bytes: checkBytes(kid) })
  if (algorithm !== 'aes-256') return publicKey
  const [nonce, fieldKey] = [random(12), random(32)]
  try {
    return concat(nonce, await ask({ verb: 'seal', kid, nonce, bytes: fieldKey }))
  } finally {
    fieldKey.fill(0)
  }
}

function markerOf({ path }: TokenSeal): string {
  return `${path}.pin-refused`
}
