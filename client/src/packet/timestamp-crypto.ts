// What this machine verifies timestamps of an authority with, and what it calls the authority's certificates.

import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Problem } from '@sallyport/protocol'
import { certificatesOfPem, type TimestampCrypto } from '@sallyport/protocol/timestamp'

export const timestampCrypto: TimestampCrypto = {
  digest: (hash, bytes) => new Uint8Array(createHash(hash).update(bytes).digest()),
  verify: (hash, spki, signed, signature) => {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    return ['rsa', 'ec'].includes(key.asymmetricKeyType ?? '') && verify(hash, signed, key, signature)
  },
}

/** Read the roots of an authority, DER each. Throws Problem `not-found` or `invalid-file` where there are none. */
export async function readTimestampRoots(path: string): Promise<readonly Uint8Array[]> {
  const pem = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Problem('not-found', `cannot read ${path}: it cannot be read, want certificates in PEM form`, { cause })
  })
  const roots = certificatesOfPem(pem)
  if (roots.length === 0) throw new Problem('invalid-file', `cannot use ${path}: no certificate, want one in PEM form`)
  return roots
}

export interface NamedCertificate {
  /** What it says of itself, in one line. */
  readonly name: string
  /** SHA-256 of the certificate, in hex. */
  readonly sha256: string
}

export function nameCertificate(der: Uint8Array): NamedCertificate {
  const sha256 = createHash('sha256').update(der).digest('hex')
  try {
    return { name: new X509Certificate(der).subject.split('\n').join(', '), sha256 }
  } catch {
    return { name: '', sha256 }
  }
}
