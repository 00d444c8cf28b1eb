// For tests only: authorities of client certificates as OpenSSL makes them, what they issue, revoke and list, and cards and browsers that
// show it.

import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'

export interface Pair {
  readonly cert: string
  readonly key: string
}

export interface IssueOptions {
  /** Alternative name as OpenSSL writes it, such as `email:ada@works.example`. */
  readonly name?: string
  readonly usage?: string
  readonly purposes?: string | null
  readonly days?: readonly [number, number]
  /** A certificate of an authority below this one. */
  readonly isAuthority?: boolean
  /** A request that is there already, made by a key elsewhere. */
  readonly csr?: string
}

export interface Authority {
  readonly cert: string
  readonly key: string
  readonly issue: (name: string, options?: IssueOptions) => Pair
  readonly revoke: (cert: string) => void
  /** Have it say of so many that it never issued that they were revoked. */
  readonly revokeOthers: (count: number) => void
  /** Write a list; ages in hours from now. */
  readonly list: (path: string, ages?: { readonly made?: number; readonly until?: number }) => string
  readonly below: (name: string) => Authority
}

const day = 86_400_000
const upn = '1.3.6.1.4.1.311.20.2.3'

/** The alternative name that cards of the government have. */
export const upnOf = (name: string) => `otherName:${upn};UTF8:${name}`

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

const timeOf = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')

/** Make a root of its own. */
export function makeAuthority(folder: string, name: string): Authority {
  mkdirSync(folder, { recursive: true })
  const at = (file: string) => join(folder, file)
  const subject = ['-subj', `/O=Works/CN=${name}`, '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const more = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-addext', 'basicConstraints=critical,CA:TRUE']
  openssl('req', '-x509', ...subject, '-days', '3650', ...more, '-keyout', at('ca.key'), '-out', at('ca.pem'))
  return authorityIn(folder)
}

function authorityIn(folder: string): Authority {
  const at = (file: string) => join(folder, file)
  writeFileSync(at('index.txt'), '')
  writeFileSync(at('crlnumber'), '01\n')
  const base = `[ca]\ndefault_ca=own\n[own]\ndatabase=${at('index.txt')}\nrand_serial=yes\ncrlnumber=${at('crlnumber')}
certificate=${at('ca.pem')}\nprivate_key=${at('ca.key')}\nnew_certs_dir=${folder}\ndefault_md=sha256\ndefault_crl_days=7
policy=any\nunique_subject=no\ncopy_extensions=none\n[any]\norganizationName=optional\ncommonName=supplied\n`
  writeFileSync(at('ca.cnf'), base)
  const ca = (...args: readonly string[]) => openssl('ca', '-batch', '-config', at('ca.cnf'), '-notext', ...args)
  const issue: Authority['issue'] = (name, options = {}) => {
    const {
      usage = 'critical,digitalSignature',
      purposes = 'clientAuth',
      days = [-1, 30],
      isAuthority = false,
    } = options
    const [cert, key, csr] = [at(`${name}.pem`), at(`${name}.key`), options.csr ?? at(`${name}.csr`)]
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', csr]
    if (options.csr === undefined) openssl('req', '-new', '-subj', `/O=Works/CN=${name}`, ...made)
    const lines = isAuthority
      ? ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']
      : [
          'basicConstraints=critical,CA:FALSE',
          `keyUsage=${usage}`,
          ...(purposes === null ? [] : [`extendedKeyUsage=${purposes}`]),
          ...(options.name === undefined ? [] : [`subjectAltName=${options.name}`]),
        ]
    writeFileSync(at(`${name}.ext`), `${lines.join('\n')}\n`)
    const [from, until] = days.map((n) => timeOf(Date.now() + n * day))
    const when = ['-startdate', from ?? '', '-enddate', until ?? '']
    ca('-in', csr, '-out', cert, '-extfile', at(`${name}.ext`), ...when)
    return { cert, key }
  }
  return {
    cert: at('ca.pem'),
    key: at('ca.key'),
    issue,
    revoke: (cert) => ca('-revoke', cert),
    revokeOthers: (count) => {
      const lines = Array.from({ length: count }, (_, n) => {
        const serial = (0x7f00_0000_0000 + n * 65_537).toString(16).toUpperCase()
        return `R\t400101000000Z\t260101000000Z,keyCompromise\t${serial}\tunknown\t/CN=${n}\n`
      })
      appendFileSync(at('index.txt'), lines.join(''))
    },
    list: (path, { made = -1, until = 48 } = {}) => {
      const hour = day / 24
      const when = [
        '-crl_lastupdate',
        timeOf(Date.now() + made * hour),
        '-crl_nextupdate',
        timeOf(Date.now() + until * hour),
      ]
      ca('-gencrl', ...when, '-out', path)
      return path
    },
    below: (name) => {
      const { cert, key } = issue(name, { isAuthority: true })
      const folderBelow = at(`below-${name}`)
      mkdirSync(folderBelow, { recursive: true })
      writeFileSync(join(folderBelow, 'ca.pem'), readFileSync(cert))
      writeFileSync(join(folderBelow, 'ca.key'), readFileSync(key))
      return authorityIn(folderBelow)
    },
  }
}

/** Go to an address with a certificate, as a browser that was asked for one. Yields where it leads. */
export function show(
  url: string,
  caFile: string,
  pair: Pair | null,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly location: string }> {
  const certificate = pair === null ? {} : { cert: readFileSync(pair.cert), key: readFileSync(pair.key) }
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method: 'GET', ca: readFileSync(caFile), agent: false, headers, ...certificate },
      (answer) => {
        answer.resume()
        answer.on('error', reject)
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? '' }))
      },
    )
    asked.on('error', reject)
    asked.end()
  })
}
