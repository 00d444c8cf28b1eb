// The listener for client certificates as a configuration has it: its files read, its port opened.

import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Problem } from '@sallyport/protocol'
import type { Config, Logger } from '../base/index.ts'
import { makeCertificateListener } from '../http/index.ts'
import type { CertificateAuthority, CertificateRules, CertificateSignIn, SignInFaultCode } from '../identity/index.ts'

type Configured = NonNullable<Config['clientCertificates']>

const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g
const hourMs = 3_600_000

/** Read whose certificates are taken. Throws Problem `invalid-request` for a file without the certificates of authorities. */
export function certificateRules({ publicUrl, authorities, longestListAgeHours }: Configured): CertificateRules {
  return {
    origin: publicUrl,
    authorities: authorities.map(authorityOf),
    longestListAgeMs: longestListAgeHours * hourMs,
  }
}

function authorityOf(written: Configured['authorities'][number]): CertificateAuthority {
  const { id, anchors, intermediates, subject, revocationLists } = written
  return {
    id,
    anchors: certificatesIn(anchors),
    intermediates: intermediates === undefined ? [] : certificatesIn(intermediates),
    subject,
    revocationLists,
  }
}

function certificatesIn(path: string): readonly X509Certificate[] {
  const wanted = (state: string, cause?: unknown) =>
    new Problem('invalid-request', `cannot read authorities: ${path} ${state}, want PEM certificates of authorities`, {
      cause,
    })
  let read: readonly X509Certificate[]
  try {
    read = (readFileSync(path, 'utf8').match(pem) ?? []).map((text) => new X509Certificate(text))
  } catch (cause) {
    throw wanted('cannot be read', cause)
  }
  if (read.length === 0) throw wanted('holds no certificate')
  if (read.some(({ ca }) => !ca)) throw wanted('holds one of no authority')
  return read
}

export interface CertificateDoorParts {
  readonly configured: Configured
  readonly rules: CertificateRules
  readonly signIn: CertificateSignIn
  /** Of the gate; its own certificate, where the listener has none of its own. */
  readonly origin: string
  readonly tls: { readonly cert: string; readonly key: string }
  readonly log: Logger
  readonly counted: (outcome: SignInFaultCode, address: string | undefined) => void
}

export interface CertificateDoor {
  readonly port: number
  close(): Promise<void>
}

/** Open it. Throws Problem `conflict` where its port is taken. */
export async function openCertificateDoor(parts: CertificateDoorParts): Promise<CertificateDoor> {
  const { configured, rules, tls } = parts
  const { host, port, tls: own } = configured.listen
  const server = makeCertificateListener({
    ...parts,
    tls: own === undefined ? tls : { cert: readFileSync(own.cert, 'utf8'), key: readFileSync(own.key, 'utf8') },
    authorities: rules.authorities.flatMap(({ anchors, intermediates }) => [...anchors, ...intermediates]).map(String),
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, resolve)
  }).catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause
    throw new Problem('conflict', `cannot listen on ${host}:${port}: the port is taken, want a free one`, { cause })
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
