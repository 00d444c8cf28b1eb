// Each person's own key, and what is sealed under it: their countries in the roster, and whatever is personal in the ledger.
// Erasing one wrapped key makes all of it unreadable and leaves the ledger's tree as it was.

import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import * as z from 'zod'
import {
  canonicalJson,
  concat,
  country,
  equalBytes,
  fromUtf8,
  Problem,
  utf8,
  type CountryTies,
  type Id,
} from '@sallyport/protocol'
import type { Randomness } from '../base/index.ts'
import type { FactRules } from '../policy/index.ts'

/** The enclave's field key, wherever it lives. Both throw Problem `unavailable` when it cannot be used. */
export interface FieldKeys {
  /** Wrap the 32 bytes of a person's key, bound to that person. */
  wrapPersonKey(raw: Uint8Array, personId: Id<'person'>): Uint8Array
  /** Unwrap into fresh bytes: the vault wipes them after use. */
  unwrapPersonKey(wrapped: Uint8Array, personId: Id<'person'>): Uint8Array
  /** Seal whom something is about, bound to that thing. */
  sealSubject(personId: Id<'person'>, thing: string): Uint8Array
  /** Throws Problem `unavailable` when it was altered or is another thing's. */
  openSubject(sealed: Uint8Array, thing: string): Id<'person'>
}

/** Where a sealed text stands; text sealed for one field does not open as another. */
type SealedField = 'ties' | 'entry' | 'reason' | 'change' | 'candidate'

export interface PersonVault
  extends Pick<FactRules, 'openTies' | 'sealForPerson'>, Pick<FieldKeys, 'sealSubject' | 'openSubject'> {
  /** Mark a text for comparison: 32 bytes that are the same for the same text and person, and tell neither without the key. */
  mark(text: string, personKey: Uint8Array, personId: Id<'person'>): Uint8Array
  /** Make a new person's key. Returns it wrapped; the key itself never leaves the vault. */
  makePersonKey(personId: Id<'person'>): Uint8Array
  sealTies(ties: CountryTies, personKey: Uint8Array, personId: Id<'person'>): Uint8Array
  seal(text: string, field: SealedField, personKey: Uint8Array, personId: Id<'person'>): Uint8Array
  /** Throws Problem `unavailable` when the key cannot be had or the bytes are not what was sealed for that field. */
  open(sealed: Uint8Array, field: SealedField, personKey: Uint8Array, personId: Id<'person'>): string
}

const formatVersion = 1
const nonceBytes = 12
const tagBytes = 16
// Texts are padded to whole blocks, so that the size of a record does not tell how many countries are in it.
const blockBytes = 256

const sealedTies = z.strictObject({
  citizenships: z.array(country),
  formerCitizenships: z.array(country),
  permanentResidencies: z.array(country),
})

/** Make the vault. It keeps the keys of the `keysHeld` people that it served last (1,000 unless told). */
export function makePersonVault(parts: {
  readonly fieldKeys: FieldKeys
  readonly random: Randomness
  readonly keysHeld?: number
}): PersonVault {
  const { fieldKeys, random } = parts
  const keyOf = recentKeys(fieldKeys, parts.keysHeld ?? 1000)

  const seal: PersonVault['seal'] = (text, field, personKey, personId) => {
    const nonce = random(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', keyOf(personKey, personId), nonce)
    cipher.setAAD(boundTo(personId, field))
    const sealed = concat(cipher.update(padded(utf8(text))), cipher.final())
    return concat(Uint8Array.of(formatVersion), nonce, sealed, cipher.getAuthTag())
  }

  const open: PersonVault['open'] = (sealed, field, personKey, personId) => {
    const head = 1 + nonceBytes
    if (sealed[0] !== formatVersion || sealed.length < head + blockBytes + tagBytes) throw unreadable('damaged')
    const key = keyOf(personKey, personId)
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, head), { authTagLength: tagBytes })
      decipher.setAAD(boundTo(personId, field))
      decipher.setAuthTag(sealed.subarray(-tagBytes))
      return fromUtf8(unpadded(concat(decipher.update(sealed.subarray(head, -tagBytes)), decipher.final())))
    } catch (error) {
      throw unreadable('altered or of another person or field', error)
    }
  }

  return {
    makePersonKey: (personId) => {
      const raw = random(32)
      const wrapped = fieldKeys.wrapPersonKey(raw, personId)
      raw.fill(0)
      return wrapped
    },
    seal,
    open,
    sealTies: (ties, personKey, personId) => seal(canonicalJson({ ...ties }), 'ties', personKey, personId),
    openTies: (sealed, personKey, personId) => parseTies(open(sealed, 'ties', personKey, personId)),
    sealForPerson: (text, personKey, personId) => seal(text, 'entry', personKey, personId),
    sealSubject: fieldKeys.sealSubject,
    openSubject: fieldKeys.openSubject,
    mark: (text, personKey, personId) => {
      const key = hkdfSync('sha256', keyOf(personKey, personId), new Uint8Array(), utf8('sallyport person mark'), 32)
      return new Uint8Array(createHmac('sha256', new Uint8Array(key)).update(text).digest())
    },
  }
}

function parseTies(text: string): CountryTies {
  try {
    return sealedTies.parse(JSON.parse(text))
  } catch (error) {
    throw unreadable('not country ties', error)
  }
}

// Unwrapped keys, least recently used first. A key that was wrapped anew is unwrapped anew.
function recentKeys(fieldKeys: FieldKeys, keysHeld: number): (wrapped: Uint8Array, id: Id<'person'>) => KeyObject {
  const held = new Map<Id<'person'>, { readonly wrapped: Uint8Array; readonly key: KeyObject }>()
  return (wrapped, personId) => {
    const known = held.get(personId)
    held.delete(personId)
    const entry =
      known !== undefined && equalBytes(known.wrapped, wrapped)
        ? known
        : { wrapped: wrapped.slice(), key: unwrap(fieldKeys, wrapped, personId) }
    held.set(personId, entry)
    for (const oldest of held.keys()) {
      if (held.size <= keysHeld) break
      held.delete(oldest)
    }
    return entry.key
  }
}

function unwrap(fieldKeys: FieldKeys, wrapped: Uint8Array, personId: Id<'person'>): KeyObject {
  const raw = fieldKeys.unwrapPersonKey(wrapped, personId)
  if (raw.length !== 32) throw unreadable('under a key of another size')
  const key = createSecretKey(raw)
  raw.fill(0)
  return key
}

function boundTo(personId: Id<'person'>, field: SealedField): Uint8Array {
  return utf8(canonicalJson(['sallyport person field', formatVersion, personId, field]))
}

// SPEC: ISO/IEC 7816-4, one byte 0x80 and then zeros.
function padded(text: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil((text.length + 1) / blockBytes) * blockBytes)
  whole.set(text)
  whole[text.length] = 0x80
  return whole
}

function unpadded(whole: Uint8Array): Uint8Array {
  return whole.subarray(0, whole.lastIndexOf(0x80))
}

function unreadable(state: string, cause?: unknown): Problem {
  return new Problem('unavailable', `cannot open personal field: it is ${state}, want what was sealed`, { cause })
}
