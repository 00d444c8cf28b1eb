// What is known of the cryptographic module that this process uses. Facts only: whether a module of this name and version is
// validated is for the one who compares version and hash with a certificate; nothing here claims it.

import { getFips } from 'node:crypto'

export interface CryptoModuleFacts {
  readonly runtime: string
  readonly library: string
  readonly version: string
  /** The OpenSSL provider that answers: `fips` when the process runs with it, `default` otherwise. */
  readonly provider: 'fips' | 'default'
  readonly isFipsProviderActive: boolean
}

/** State the module in use. */
export function cryptoModule(): CryptoModuleFacts {
  const isFipsProviderActive = getFips() === 1
  return {
    runtime: `Node.js ${process.versions.node}`,
    library: 'OpenSSL',
    version: process.versions.openssl,
    provider: isFipsProviderActive ? 'fips' : 'default',
    isFipsProviderActive,
  }
}
