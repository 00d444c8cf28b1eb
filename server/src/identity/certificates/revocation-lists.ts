// Revocation lists, as an administrator supplies them in files. They are read again when a file changes. INVARIANT: nothing is taken for
// good without a whole list of its issuer, signed by it, that is neither over nor older than configured. SPEC: RFC 5280 section 6.3.

import type { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { KeyUsageFlags, KeyUsagesExtension, X509Certificate as Parsed, X509Crl } from '@peculiar/x509'
import type { Clock } from '../../base/index.ts'

export interface ListParts {
  readonly files: readonly string[]
  readonly longestAgeMs: number
  readonly clock: Clock
}

export type ListStanding =
  | { readonly isHeld: true; readonly madeMs: number; readonly untilMs: number | null; readonly list: X509Crl }
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
const pem = /-----BEGIN X509 CRL-----[\s\S]+?-----END X509 CRL-----/g

interface ReadFile {
  readonly stamp: string
  readonly lists: readonly X509Crl[]
  readonly trouble: string | null
}

/** Make what reads these files. */
export function makeRevocationLists({ files, longestAgeMs, clock }: ListParts): RevocationLists {
  const known = new Map<string, Promise<ReadFile>>()
  const signed = new WeakMap<X509Crl, Map<string, Promise<boolean>>>()

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
  const isSigned = (list: X509Crl, issuer: X509Certificate): Promise<boolean> => {
    const of = signed.get(list) ?? new Map<string, Promise<boolean>>()
    signed.set(list, of)
    const asked = of.get(issuer.fingerprint256) ?? isSignedBy(list, issuer)
    of.set(issuer.fingerprint256, asked)
    return asked
  }

  return {
    async standing(issuer) {
      const lists = (await readAll()).flatMap((one) => one.lists)
      const own: X509Crl[] = []
      for (const list of lists) if (await isSigned(list, issuer)) own.push(list)
      const newest = own.toSorted((one, other) => other.thisUpdate.getTime() - one.thisUpdate.getTime())[0]
      if (newest === undefined) return { isHeld: false, trouble: 'there is no whole list that it signed' }
      const [madeMs, untilMs] = [newest.thisUpdate.getTime(), newest.nextUpdate?.getTime() ?? null]
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
    const bytes = await readFile(path)
    const texts =
      bytes.subarray(0, 11).toString('latin1') === '-----BEGIN ' ? bytes.toString('latin1').match(pem) : null
    const lists = texts === null ? [new X509Crl(new Uint8Array(bytes))] : [...texts].map((text) => new X509Crl(text))
    // Of a list that is only a part, or about other issuers' certificates, an extension says so that must not be passed over.
    const whole = lists.filter((list) => !list.extensions.some(({ critical }) => critical))
    return {
      stamp,
      lists: whole,
      trouble: whole.length === lists.length ? null : 'holds a list that is not a whole one',
    }
  } catch {
    return none('is no revocation list')
  }
}

/** The name, the right to sign lists, and the signature. */
async function isSignedBy(list: X509Crl, issuer: X509Certificate): Promise<boolean> {
  const parsed = new Parsed(new Uint8Array(issuer.raw))
  if (!Buffer.from(list.issuerName.toArrayBuffer()).equals(Buffer.from(parsed.subjectName.toArrayBuffer())))
    return false
  const usage = parsed.getExtension(KeyUsagesExtension)
  if (usage !== null && (usage.usages & KeyUsageFlags.cRLSign) === 0) return false
  return await list.verify({ publicKey: parsed.publicKey }).catch(() => false)
}
