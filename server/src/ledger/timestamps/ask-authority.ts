// One question to an authority for timestamps: bounded in time and size, no redirects, and nothing of the answer believed but what
// verifies. What goes wrong becomes a word of a fixed list: what an authority says can hold anything. SPEC: RFC 3161 section 3.4.

import { createHash, createPublicKey, verify } from 'node:crypto'
import { request as inTheClear, type IncomingMessage } from 'node:http'
import { request as overTls } from 'node:https'
import { rootCertificates } from 'node:tls'
import {
  certificatesOfPem,
  timestampRequest,
  verifyTimestamp,
  type Timestamped,
  type TimestampCrypto,
  type TimestampTrouble,
} from '@sallyport/protocol/timestamp'
import { utf8 } from '@sallyport/protocol'
import type { Randomness } from '../../base/index.ts'
import { sha256 } from '../signatures.ts'

export interface Authority {
  readonly url: string
  /** PEM of the roots that what it signs comes from; its server certificate comes from one of them or of the system's. */
  readonly ca: string
  /** Longest time that one question may take. */
  readonly deadlineMs: number
}

export type StampingTrouble = TimestampTrouble | 'unreachable' | 'timeout' | 'refused-by-status' | 'too-large'

export interface Answered {
  readonly answer: Uint8Array
  readonly timestamp: Timestamped
}

const mostBytes = 65_536
/** How far the authority's clock and the database's may be apart. */
const mostSkewMs = 300_000

/** Ask for a timestamp of a note. `nowMs` is the database's time. */
export async function askAuthority(
  authority: Authority,
  { note, nowMs }: { readonly note: string; readonly nowMs: number },
  random: Randomness,
  signal: AbortSignal,
): Promise<Answered | { readonly trouble: StampingTrouble }> {
  const { ca, deadlineMs } = authority
  const roots = certificatesOfPem(ca)
  const bytes = utf8(note)
  const { request, nonce } = timestampRequest(sha256(bytes), random(16))
  const deadline = AbortSignal.timeout(deadlineMs)
  const fetched = await post(authority, request, AbortSignal.any([signal, deadline])).catch(() => ({
    trouble: deadline.aborted || signal.aborted ? ('timeout' as const) : ('unreachable' as const),
  }))
  if ('trouble' in fetched) return fetched
  const { answer } = fetched
  const between = { fromMs: nowMs - mostSkewMs, toMs: nowMs + deadlineMs + mostSkewMs }
  const verified = verifyTimestamp(answer, { bytes, nonce, roots, between }, timestampCrypto)
  return 'trouble' in verified ? verified : { answer, timestamp: verified.timestamp }
}

function post(
  { url, ca }: Authority,
  request: Uint8Array,
  signal: AbortSignal,
): Promise<{ readonly answer: Uint8Array } | { readonly trouble: StampingTrouble }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/timestamp-query', 'content-length': request.length }
    const options = { method: 'POST', headers, signal, agent: false as const }
    const answered = (answer: IncomingMessage): void => {
      const parts: Buffer[] = []
      let size = 0
      answer.once('error', reject)
      if (answer.statusCode !== 200) {
        resolve({ trouble: 'refused-by-status' })
        answer.destroy()
        return
      }
      answer.on('data', (part: Buffer) => {
        size += part.length
        parts.push(part)
        if (size <= mostBytes) return
        resolve({ trouble: 'too-large' })
        answer.destroy()
      })
      answer.once('end', () => resolve({ answer: new Uint8Array(Buffer.concat(parts)) }))
    }
    const asked = url.startsWith('https:')
      ? overTls(url, { ...options, ca: [...rootCertificates, ca] }, answered)
      : inTheClear(url, options, answered)
    asked.once('error', reject)
    asked.end(request)
  })
}

/** What timestamps are verified with. */
export const timestampCrypto: TimestampCrypto = {
  digest: (hash, bytes) => new Uint8Array(createHash(hash).update(bytes).digest()),
  verify: (hash, spki, signed, signature) => {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    return ['rsa', 'ec'].includes(key.asymmetricKeyType ?? '') && verify(hash, signed, key, signature)
  },
}
