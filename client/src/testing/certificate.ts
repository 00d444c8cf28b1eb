// A certificate for tests, made by OpenSSL at the moment: nothing that looks like a secret lies in the repository.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeTestFolder } from './test-folder.ts'

export interface TestCertificate {
  readonly folder: string
  readonly certFile: string
  readonly cert: string
  readonly key: string
}

/** Make a self-signed certificate for localhost and 127.0.0.1. Needs the Debian package openssl. */
export function makeCertificate(): TestCertificate {
  const folder = makeTestFolder()
  const certFile = join(folder, 'cert.pem')
  const keyFile = join(folder, 'key.pem')
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile]
  execFileSync('openssl', ['req', '-x509', ...key, '-out', certFile, '-days', '2', ...subject], { stdio: 'ignore' })
  return { folder, certFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
}
