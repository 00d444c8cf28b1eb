// Where the next page of a list begins, in words that tell their bearer nothing: a place in a list may be the id of a thing that
// they may not see, or somebody's name. Every process of the gate opens what another has sealed.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { concat, fromBase64Url, Problem, toBase64Url, utf8 } from '@sallyport/protocol'

export interface PageCursors {
  /** Seal a place in a list for whoever asks for its next page. */
  seal(list: string, place: readonly string[]): Promise<string>
  /** Open a place in this very list. Throws Problem `invalid-request` for what this gate did not seal for it. */
  open(list: string, cursor: string): Promise<readonly string[]>
}

const nonceBytes = 12
const tagBytes = 16

/** Make cursors. `mac` is HMAC-SHA256 under a key that all processes of the gate share; nothing that it yields here leaves. */
export function makePageCursors(mac: (bytes: Uint8Array) => Promise<Uint8Array>): PageCursors {
  let derived: Promise<Uint8Array> | null = null
  const key = async (): Promise<Uint8Array> => {
    derived ??= mac(utf8('page-cursor'))
    try {
      return await derived
    } catch (error) {
      derived = null
      throw error
    }
  }
  return {
    async seal(list, place) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', await key(), nonce).setAAD(utf8(list))
      const sealed = concat(cipher.update(utf8(JSON.stringify(place))), cipher.final())
      return toBase64Url(concat(nonce, sealed, cipher.getAuthTag()))
    },
    // ATTACKER: a cursor is whatever somebody sends.
    async open(list, cursor) {
      const bytes = fromBase64Url(cursor)
      if (bytes === null || bytes.length < nonceBytes + tagBytes) throw unknown()
      const decipher = createDecipheriv('aes-256-gcm', await key(), bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
      decipher.setAAD(utf8(list)).setAuthTag(bytes.subarray(-tagBytes))
      try {
        const opened = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
        return JSON.parse(opened.toString()) as readonly string[]
      } catch {
        throw unknown()
      }
    },
  }
}

function unknown(): Problem {
  return new Problem(
    'invalid-request',
    'cannot go on in the list: after is no place in it, want `next` of its last page',
  )
}
