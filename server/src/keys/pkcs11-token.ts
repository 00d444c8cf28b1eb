// One token as the token process sees it: library, slot, login, and the keys that must be there, each made so that it cannot
// leave. INVARIANT: a key that could leave the token is not used; opening makes nothing.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as Pkcs11 from 'pkcs11js'
import { makeCalls } from './pkcs11-calls.ts'
import { algorithmWords, requireMechanisms } from './pkcs11-mechanisms.ts'
import {
  TokenFailure,
  type OpenQuestion,
  type TokenFacts,
  type TokenKey,
  type TokenQuestion,
} from './pkcs11-messages.ts'
import { messageOf, type Pkcs11Module, type TokenSession } from './pkcs11-session.ts'

export interface OpenedToken {
  readonly facts: TokenFacts
  /** Throws TokenFailure. */
  answer(question: Exclude<TokenQuestion, OpenQuestion>): Uint8Array
}

/** Open the token and find its keys. Throws TokenFailure. */
export function openToken({ library: path, token, pinFile, keys, toMake }: OpenQuestion): OpenedToken {
  const p11 = loadModule()
  const library = loadLibrary(p11, path)
  const slot = findSlot(p11, library, token)
  const facts = factsOf(library, slot)
  // All that can be known without the PIN comes first: a wrong one counts.
  requireMechanisms(p11, library.C_GetMechanismList(slot), keys, toMake)
  const handle = logIn(p11, library, slot, pinFile)
  const session: TokenSession = { p11, library, slot, handle }
  const found = new Map(keys.map((key) => [key.kid, { key, handle: findKey(session, key) }]))
  return { facts, answer: makeCalls(session, found) }
}

function loadModule(): Pkcs11Module {
  try {
    return createRequire(import.meta.url)('pkcs11js') as Pkcs11Module
  } catch (cause) {
    const detail = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it does not load'
    throw new TokenFailure('not-built', detail)
  }
}

function loadLibrary(p11: Pkcs11Module, path: string): Pkcs11.PKCS11 {
  const library = new p11.PKCS11()
  try {
    library.load(path)
    library.C_Initialize()
    return library
  } catch (cause) {
    throw new TokenFailure('library', messageOf(cause))
  }
}

function findSlot(p11: Pkcs11Module, library: Pkcs11.PKCS11, token: OpenQuestion['token']): Pkcs11.Handle {
  const isMeant = (slot: Pkcs11.Handle): boolean => {
    try {
      const { label, serial } = factsOf(library, slot)
      const isInitialized = (library.C_GetTokenInfo(slot).flags & p11.CKF_TOKEN_INITIALIZED) !== 0
      return isInitialized && ('label' in token ? label === token.label : serial === token.serial)
    } catch {
      // Another slot's trouble.
      return false
    }
  }
  const slots = library.C_GetSlotList(true).filter(isMeant)
  const [slot] = slots
  if (slot === undefined) throw new TokenFailure('no-token', 'no token that is present has this label or serial number')
  if (slots.length > 1) throw new TokenFailure('no-token', `${slots.length} tokens have it, want its serial number`)
  return slot
}

function factsOf(library: Pkcs11.PKCS11, slot: Pkcs11.Handle): TokenFacts {
  const { label, serialNumber, manufacturerID, model } = library.C_GetTokenInfo(slot)
  return {
    label: trimmed(label),
    serial: trimmed(serialNumber),
    manufacturer: trimmed(manufacturerID),
    model: trimmed(model),
  }
}

/** Fields of a fixed length are padded by blanks, by some with zeros. */
function trimmed(text: string): string {
  return text.replace(/[\0 ]+$/, '')
}

/** INVARIANT: one try. Whoever asks again must know that the PIN is another one, because tokens lock. */
function logIn(p11: Pkcs11Module, library: Pkcs11.PKCS11, slot: Pkcs11.Handle, pinFile: string): Pkcs11.Handle {
  const { flags } = library.C_GetTokenInfo(slot)
  if ((flags & p11.CKF_USER_PIN_LOCKED) !== 0) throw new TokenFailure('pin', 'the token has locked it')
  if ((flags & p11.CKF_USER_PIN_FINAL_TRY) !== 0)
    throw new TokenFailure('pin', 'one more wrong one would lock the token, so that it is not tried')
  const pin = readPin(pinFile)
  try {
    const session = library.C_OpenSession(slot, p11.CKF_SERIAL_SESSION | p11.CKF_RW_SESSION)
    library.C_Login(session, p11.CKU_USER, pin)
    return session
  } catch (cause) {
    const state = messageOf(cause)
    throw new TokenFailure(state.startsWith('CKR_PIN_') ? 'pin' : 'lost', state)
  }
}

function readPin(pinFile: string): string {
  let text: string
  try {
    text = readFileSync(pinFile, 'utf8')
  } catch {
    throw new TokenFailure('pin-file', 'the PIN file cannot be read')
  }
  const [pin = ''] = text.split(/\r?\n/, 1)
  if (pin === '') throw new TokenFailure('pin-file', 'the PIN file has an empty first line')
  return pin
}

const least = ['CKA_SENSITIVE', 'CKA_TOKEN', 'CKA_PRIVATE'] as const

/** Find one key and look at how it is kept. ATTACKER: somebody with the PIN may have put another in its place. */
function findKey(session: TokenSession, key: TokenKey): Pkcs11.Handle {
  const { p11, library, handle } = session
  const { objectClass, keyType } = algorithmWords(p11, key.algorithm)
  try {
    library.C_FindObjectsInit(handle, [
      { type: p11.CKA_CLASS, value: objectClass },
      { type: p11.CKA_ID, value: Buffer.from(key.kid, 'latin1') },
    ])
    const found = library.C_FindObjects(handle, 2)
    library.C_FindObjectsFinal(handle)
    const [object] = found
    if (object === undefined) throw new TokenFailure('key', `the token does not hold key ${key.kid}`)
    if (found.length > 1) throw new TokenFailure('key', `the token holds more than one key ${key.kid}`)
    const flag = (type: number): boolean => attribute(session, object, type)[0] === 1
    for (const name of least) {
      if (!flag(p11[name])) throw new TokenFailure('key', `key ${key.kid} is kept without ${name}`)
    }
    if (flag(p11.CKA_EXTRACTABLE)) throw new TokenFailure('key', `key ${key.kid} can be extracted`)
    const type = attribute(session, object, p11.CKA_KEY_TYPE)
    if (!keyType.some((one) => numberOf(type) === one))
      throw new TokenFailure('key', `key ${key.kid} is of another type`)
    return object
  } catch (cause) {
    if (cause instanceof TokenFailure) throw cause
    throw new TokenFailure('lost', messageOf(cause))
  }
}

function attribute({ library, handle }: TokenSession, object: Pkcs11.Handle, type: number): Uint8Array {
  const [found] = library.C_GetAttributeValue(handle, object, [{ type }])
  if (found === undefined) throw new TokenFailure('key', 'the token does not tell how a key is kept')
  return found.value
}

/** CK_ULONG in the order of bytes of the machine; all that Node runs on are little-endian. */
function numberOf(bytes: Uint8Array): number {
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0)
}
