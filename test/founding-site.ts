// A machine on which a real enclave is founded: configuration, secret, certificate, founders file, an issuer outside of it, and
// people with machines of their own.

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMachine, type Machine, type Ran } from '../client/src/testing/command.ts'
import {
  ensureSelfSigned,
  loadConfig,
  silentLogger,
  systemClock,
  type Config,
  type Environment,
} from '../server/src/base/index.ts'
import { temporaryDatabase } from '../server/src/base/testing.ts'
import { parseFounders, type Founders } from '../server/src/founding/index.ts'
import { serveReal, type Real } from '../server/src/main/real.ts'
import { databaseUrl, freePort } from '../server/src/main/testing.ts'
import { signInByBrowser } from './browser.ts'
import { outsideBrowserClient, outsideClient, startOutsideIssuer, type OutsideIssuer } from './outside-issuer.ts'

export const foundersText = `
enclave: Real works
absenceRule: While an officer is away for more than a week, the other two act for them.
founders:
  - { name: Grace Okafor, basis: citizen, evidence: HR 2026-1, role: officer, empoweredOfficial: true }
  - { name: Henry Walsh, basis: lpr, evidence: HR 2026-2, role: officer }
  - { name: Wanda Kowalski, basis: asylee, evidence: HR 2026-3, role: officer }
  - { name: Omar Haddad, basis: citizen, evidence: HR 2026-4, role: administrator }
`

/** What lies on the machine before anything is founded, and the issuer that stands beside it. */
export interface PreparedSite {
  readonly folder: string
  readonly url: string
  readonly configFile: string
  readonly foundersFile: string
  readonly issuer: OutsideIssuer
  /** Path of the authority of gate and issuer. */
  readonly caFile: string
  readonly caPem: string
}

export interface FoundingSite extends PreparedSite {
  readonly config: Config
  readonly founders: Founders
  readonly serve: () => Promise<Real>
  /** A person's machine; the same one for the same name. */
  readonly machine: (name: string) => Machine
  /** Sign somebody in on their machine, by a browser at the issuer; under another account there where one is named. */
  readonly login: (name: string, account?: string) => Promise<Ran>
  readonly stop: () => Promise<void>
}

/**
 * Write everything that `init` takes into a folder, but for the data folder, and start the issuer at https://localhost. `keys`:
 * where its keys are to be, as YAML.
 */
export async function prepareSite(
  folder: string,
  firstPort: number,
  host = 'localhost',
  keys = '{ keyFile: secret.key }',
): Promise<PreparedSite> {
  const port = await freePort(firstPort)
  const issuerPort = await freePort(port + 1)
  const url = `https://${host}:${port}`
  const certificate = await ensureSelfSigned({
    directory: join(folder, 'authority'),
    hostnames: [],
    clock: systemClock,
  })
  const at = (name: string) => join(folder, name)
  await writeFile(at('ca.pem'), certificate.caPem)
  await writeFile(at('cert.pem'), certificate.certPem)
  await writeFile(at('key.pem'), certificate.keyPem, { mode: 0o600 })
  await writeFile(at('secret.key'), randomBytes(32), { mode: 0o600 })
  await writeFile(at('founders.yaml'), foundersText)
  const issuer = await startOutsideIssuer({
    port: issuerPort,
    audience: 'https://gate.example',
    callback: `${url}/session/callback/works`,
    certificate,
  })
  await writeFile(at('oidc-secret'), `${outsideBrowserClient.secret}\n`, { mode: 0o600 })
  await writeFile(
    at('sallyport.yaml'),
    `publicUrl: ${url}
listen: { main: { host: ${host}, port: ${port}, tls: { cert: cert.pem, key: key.pem } } }
data: data
keys: ${keys}
issuers:
  - issuer: ${issuer.url}
    audience: https://gate.example
    purposes: [console, kas]
    clients: [{ id: ${outsideClient} }]
    ca: ca.pem
    signIn: { clientId: ${outsideClient}, scope: openid gate, resource: https://gate.example }
    browser: { id: works, name: Real works, clientId: ${outsideBrowserClient.id}, clientSecretFile: oidc-secret }
network: { places: [{ name: here, cidr: [127.0.0.0/8, "::1/128"], country: US }] }
`,
  )
  await chmod(at('sallyport.yaml'), 0o644)
  return {
    folder,
    url,
    configFile: at('sallyport.yaml'),
    foundersFile: at('founders.yaml'),
    issuer,
    caFile: at('ca.pem'),
    caPem: certificate.caPem,
  }
}

/** Prepare everything that `init` takes, with a database elsewhere. Nothing is founded. */
export async function makeFoundingSite(firstPort: number, env: Environment = {}, keys?: string): Promise<FoundingSite> {
  const temporary = await temporaryDatabase([])
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-founding-'))
  const site = await prepareSite(folder, firstPort, 'localhost', keys)
  await mkdir(join(folder, 'data'), { mode: 0o700 })
  const config = loadConfig({
    file: site.configFile,
    env: { DATABASE_URL: databaseUrl(temporary.connection), ...env },
  })
  const machines = new Map<string, Machine>()
  const machine = (name: string): Machine => {
    const known = machines.get(name) ?? createMachine()
    machines.set(name, known)
    return known
  }
  return {
    ...site,
    config,
    founders: parseFounders(foundersText, 'founders.yaml'),
    serve: () => serveReal({ config, log: silentLogger, version: 'test' }),
    machine,
    login: (name, account = name) =>
      machine(name).run(['login', '--gate', site.url, '--ca', site.caFile], {
        openBrowser: (opened) => {
          signInByBrowser(opened, account, site.caPem).catch((error: unknown) =>
            process.stderr.write(`${String(error)}\n`),
          )
        },
      }),
    stop: async () => {
      await site.issuer.stop()
      await temporary.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
