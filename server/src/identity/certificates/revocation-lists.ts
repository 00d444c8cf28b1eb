// Revocation lists, as an administrator supplies them in files. They are read again when a file changes. INVARIANT: nothing is taken for
// good without a whole list of its issuer, signed by it, that is neither over nor older than configured. SPEC: RFC 5280 section 6.3.

import type { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { KeyUsageFlags, KeyUsagesExtension, X509Certificate as Parsed } from '@peculiar/x509'
import type { Clock } from '../../base/index.ts'
import { readRevocationList, type RevocationList } from './revocation-list.ts'

export interface ListParts {
  readonly files: readonly string[]
  readonly longestAgeMs: number
  readonly clock: Clock
}

export type ListStanding =
  | { readonly isHeld: true; readonly madeMs: number; readonly untilMs: number | null; readonly list: RevocationList }
  /** Why no list of that issuer is believed: text that an administrator reads. */
  | { readonly isHeld: false; readonly trouble: string }

export interface RevocationLists {
  /** What is believed of the certificates of an issuer now. */
  standing(issuer: X509Certificate): Promise<ListStanding>
  /** Files that hold no list that can be read, each with why. */
  unreadable(): Promise<readonly string[]>
}

const mostBytes = 100 * 1024 * 1024
/** Clocks of authorities are not ours. */
const aheadMs = 300_000
const [begins, ends] = ['-----BEGIN X509 CRL-----', '-----END X509 CRL-----']

interface ReadFile {
  readonly stamp: string
  readonly lists: readonly RevocationList[]
  readonly trouble: string | null
}

/** Make what reads these files. */
export function makeRevocationLists({ files, longestAgeMs, clock }: ListParts): RevocationLists {
  const known = new Map<string, Promise<ReadFile>>()
  const signed = new WeakMap<RevocationList, Map<string, Promise<boolean>>>()

  const readOne = async (path: string): Promise<ReadFile> => {
    const found = await stat(path).catch(() => null)
    const stamp = found === null ? '' : `${found.mtimeMs} ${found.size} ${found.ino}`
    const before = await known.get(path)
    if (before?.stamp === stamp) return before
    const reading = readLists(path, stamp, found?.size ?? null)
    known.set(path, reading)
    return await reading
  }
  const readAll = () => Promise.all(files.map(readOne))
  const isSigned = (list: RevocationList, issuer: X509Certificate): Promise<boolean> => {
    const of = signed.get(list) ?? new Map<string, Promise<boolean>>()
    signed.set(list, of)
    const asked = of.get(issuer.fingerprint256) ?? isSignedBy(list, issuer)
    of.set(issuer.fingerprint256, asked)
    return asked
  }

  return {
    async standing(issuer) {
      const lists = (await readAll()).flatMap((one) => one.lists)
      const own: RevocationList[] = []
      for (const list of lists) if (await isSigned(list, issuer)) own.push(list)
      const newest = own.toSorted((one, other) => other.madeMs - one.madeMs)[0]
      if (newest === undefined) return { isHeld: false, trouble: 'there is no whole list that it signed' }
      const { madeMs, untilMs } = newest
      const trouble = troubleOf(madeMs, untilMs, clock.now(), longestAgeMs)
      return trouble === null ? { isHeld: true, madeMs, untilMs, list: newest } : { isHeld: false, trouble }
    },
    async unreadable() {
      const read = await readAll()
      return read.flatMap(({ trouble }, n) => (trouble === null ? [] : [`${files[n]} ${trouble}`]))
    },
  }
}

function troubleOf(madeMs: number, untilMs: number | null, nowMs: number, longestAgeMs: number): string | null {
  const made = new Date(madeMs).toISOString()
  if (madeMs > nowMs + aheadMs) return `its list is of ${made}, which is yet to come`
  if (untilMs !== null && untilMs <= nowMs) return `its list was good until ${new Date(untilMs).toISOString()}`
  if (nowMs - madeMs > longestAgeMs) return `its list is of ${made}, which is too long ago`
  return null
}

async function readLists(path: string, stamp: string, size: number | null): Promise<ReadFile> {
  const none = (trouble: string): ReadFile => ({ stamp, lists: [], trouble })
  if (size === null) return none('is not there')
  if (size > mostBytes) return none('is larger than 100 MiB')
  try {
    const lists = listsIn(await readFile(path)).map(readRevocationList)
    const whole = lists.filter(({ isWhole }) => isWhole)
    return {
      stamp,
      lists: whole,
      trouble: whole.length === lists.length ? null : 'holds a list that is not a whole one',
    }
  } catch {
    return none('is no revocation list')
  }
}

/** The lists of a file, DER: one, or any number of them as PEM. */
function listsIn(bytes: Buffer): readonly Uint8Array[] {
  if (bytes.subarray(0, 11).toString('latin1') !== '-----BEGIN ') return [bytes]
  const lists: Uint8Array[] = []
  for (let at = 0; (at = bytes.indexOf(begins, at, 'latin1')) >= 0;) {
    const end = bytes.indexOf(ends, at, 'latin1')
    if (end < 0) throw new TypeError('cannot read revocation lists: one of them does not end')
    lists.push(Buffer.from(bytes.toString('latin1', at + begins.length, end), 'base64'))
    at = end
  }
  if (lists.length === 0) throw new TypeError('cannot read revocation lists: there is none')
  return lists
}

/** The name, the right to sign lists, and the signature. */
async function isSignedBy(list: RevocationList, issuer: X509Certificate): Promise<boolean> {
  const parsed = new Parsed(new Uint8Array(issuer.raw))
  if (!Buffer.from(list.issuerName).equals(Buffer.from(parsed.subjectName.toArrayBuffer()))) return false
  const usage = parsed.getExtension(KeyUsagesExtension)
  if (usage !== null && (usage.usages & KeyUsageFlags.cRLSign) === 0) return false
  return await list.isSignedBy(issuer.publicKey)
}
