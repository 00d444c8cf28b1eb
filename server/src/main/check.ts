// `check`: looks at everything that a real enclave stands on and names what is not right, before founding and whenever somebody
// wonders. It changes nothing: what is not there yet is said to be not there yet.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { access, constants, readFile, stat, statfs } from 'node:fs/promises'
import { isIP } from 'node:net'
import { dirname, resolve } from 'node:path'
import type { NoticeTrouble } from '@sallyport/protocol'
import type { Clock, Config, Logger } from '../base/index.ts'
import { openDatabase, startEmbeddedPostgres, systemRandomness } from '../base/index.ts'
import { parseFounders, whatIsStuck } from '../founding/index.ts'
import { probeIssuer } from '../identity/index.ts'
import { askAuthority } from '../ledger/index.ts'
import { cryptoModule, enclaveKeys, inspectToken, openKeystore, type KeystoreSeal } from '../keys/index.ts'
import { dataFolder, type DataFolder } from './data-folder.ts'
import { openAuthority } from './authority.ts'
import { openMailer } from './mail.ts'
import { checkBrowserIssuers, checkCertificates } from './check-sign-in.ts'
import { attention, ok, wrong, type Finding } from './finding.ts'
import { contentOf, isThere, keystoreSecret, refuseUnfit } from './real-ground.ts'
import { issuerRules } from './sign-in.ts'

export interface CheckParts {
  readonly config: Config
  /** Files besides, as they were named. */
  readonly configFile: string
  readonly foundersFile: string | null
  readonly clock: Clock
  readonly log: Logger
}

/** Look at everything. Nothing is thrown: what cannot be looked at is a finding. */
export async function checkEverything(parts: CheckParts): Promise<readonly Finding[]> {
  const { config, clock } = parts
  const folder = dataFolder(resolve(config.data))
  const looks: readonly (readonly [string, () => Promise<Finding | readonly Finding[]>])[] = [
    ['configuration', () => checkConfiguration(parts)],
    ['founders', () => checkFounders(parts.foundersFile)],
    ['secret of the keystore', () => checkSecret(config, folder)],
    ['keystore', () => checkKeystore(config, folder)],
    ['data folder', () => checkFolder(folder)],
    ['disk', () => checkDisk(folder)],
    ['database', () => checkDatabase(config, folder, parts.log)],
    ['certificate', () => checkCertificate(config, clock)],
    ['issuers', () => checkIssuers(config, clock)],
    ['sign-in with a browser', () => checkBrowserIssuers(config, clock)],
    ['client certificates', () => checkCertificates(config, clock)],
    ['places', () => checkPlaces(config)],
    ['mail', () => checkMail(config)],
    ['timestamps', () => checkTimestamps(config, clock)],
    ['cryptographic module', checkModule],
  ]
  const findings: Finding[] = []
  for (const [what, look] of looks) {
    const found = await look().catch((cause: unknown) => wrong(what, messageOf(cause)))
    findings.push(...[found].flat())
  }
  return findings
}

async function checkConfiguration({ config, configFile }: CheckParts): Promise<Finding> {
  const what = 'configuration'
  refuseUnfit(config)
  if (await isWritableByOthers(configFile))
    return wrong(
      what,
      `others can write ${configFile}: whoever does decides whose tokens are believed; want mode 644 or less`,
    )
  return ok(what, `${configFile} is read, and fit for a real enclave`)
}

async function checkFounders(file: string | null): Promise<readonly Finding[]> {
  if (file === null) return []
  const what = 'founders'
  const founders = parseFounders(await readFile(file, 'utf8'), file)
  const stuck = whatIsStuck(founders)
  if (stuck.length > 0) return stuck.map((text) => attention(what, text))
  return [ok(what, `${founders.officers} officers found ${founders.enclave}`)]
}

async function checkSecret(config: Config, folder: DataFolder): Promise<Finding> {
  const what = 'secret of the keystore'
  const secret = await keystoreSecret(config, folder)
  if (secret.kind !== 'token') return ok(what, `a ${secret.kind}, for its owner alone, outside the data folder`)
  const { library } = secret
  if (await isWritableByOthers(library).catch(() => false))
    return wrong(
      what,
      `others can write ${library}: whoever does has the PIN and commands the keys; want mode 755 or less`,
    )
  return ok(what, 'the PIN of a token, for its owner alone, outside the data folder')
}

async function checkKeystore(config: Config, folder: DataFolder): Promise<Finding> {
  const what = 'keystore'
  const secret = await keystoreSecret(config, folder)
  const seal = { path: folder.keystore, secret, random: systemRandomness }
  if (!(await isThere(folder.keystore))) {
    if (secret.kind !== 'token') return ok(what, 'not made yet; `sallyport init` makes it')
    const { label, serial, manufacturer, model } = await inspectToken(
      { ...seal, secret },
      enclaveKeys({ rsa: false, isInToken: true }),
    )
    const token = `token ${label} (${manufacturer} ${model}, serial number ${serial})`
    return ok(
      what,
      `not made yet; \`sallyport init\` makes it on ${token}, which takes the PIN and can do what is needed`,
    )
  }
  const { mode } = await stat(folder.keystore)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    return wrong(what, `others can read ${folder.keystore}, want mode 600`)
  const keys = await countKeys(seal)
  return secret.kind === 'token'
    ? ok(what, `in the token, ${keys} keys, each kept where it cannot leave and the one that it ought to be`)
    : ok(what, `sealed, opens with the configured secret, ${keys} keys`)
}

async function countKeys(seal: KeystoreSeal): Promise<number> {
  const provider = await openKeystore(seal)
  provider.close()
  return provider.list().length
}

async function checkFolder({ root }: DataFolder): Promise<Finding> {
  const what = 'data folder'
  const found = await stat(root).catch(() => null)
  if (found === null) {
    await access(dirname(root), constants.W_OK)
    return ok(what, `${root} is not there yet; \`sallyport init\` makes it`)
  }
  if (!found.isDirectory()) return wrong(what, `${root} is no folder, want one of its own`)
  if (process.platform !== 'win32' && process.getuid?.() !== found.uid)
    return wrong(what, `${root} belongs to another account, want the one that serves`)
  if (process.platform !== 'win32' && (found.mode & 0o027) !== 0)
    return wrong(what, `others can enter ${root} (mode ${(found.mode & 0o777).toString(8)}), want mode 700`)
  return ok(what, `${root} is private`)
}

const gibibyte = 1024 ** 3

async function checkDisk({ root }: DataFolder): Promise<Finding> {
  let path = root
  while (!(await isThere(path)) && dirname(path) !== path) path = dirname(path)
  const { bavail, bsize } = await statfs(path)
  const free = (bavail * bsize) / gibibyte
  const text = `${free.toFixed(1)} GiB are free under ${path}`
  if (free < 1) return wrong('disk', `${text}, want 10 or more: a full disk refuses every decision`)
  return free < 10 ? attention('disk', `${text}, want 10 or more`) : ok('disk', text)
}

async function checkDatabase(config: Config, folder: DataFolder, log: Logger): Promise<Finding> {
  const what = 'database'
  const isEmbedded = config.database === 'embedded'
  if (isEmbedded && !(await contentOf(folder)).includes('postgres'))
    return ok(what, 'embedded; not made yet, `sallyport init` makes it')
  const embedded = isEmbedded ? await startEmbeddedPostgres({ dataDirectory: folder.postgres, log }) : null
  try {
    const location = embedded?.connection ?? config.database
    const database = await openDatabase(location, { poolSize: 1, applicationName: 'sallyport-check', log })
    await database.close()
    return ok(what, `${isEmbedded ? 'embedded' : 'reached'}; keeps what it acknowledged`)
  } finally {
    await embedded?.stop()
  }
}

const day = 86_400_000

async function checkCertificate(config: Config, clock: Clock): Promise<Finding> {
  const what = 'certificate'
  const { tls } = config.listen.main
  if (tls === undefined) {
    return attention(what, 'none is configured: the gate signs its own, and clients need its authority (`login --ca`)')
  }
  const certificate = new X509Certificate(await readFile(tls.cert, 'utf8'))
  if (!certificate.checkPrivateKey(createPrivateKey(await readFile(tls.key, 'utf8'))))
    return wrong(what, 'the key is of another certificate, want its own')
  const { mode } = await stat(tls.key)
  if (process.platform !== 'win32' && (mode & 0o007) !== 0)
    return wrong(what, `everybody can read ${tls.key}, want mode 600 or 640`)
  const host = new URL(config.publicUrl).hostname.replace(/^\[|\]$/g, '')
  const isFor = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)
  if (isFor === undefined) return wrong(what, `it is not for ${host}, want one for the host of publicUrl`)
  const leftDays = Math.floor((certificate.validToDate.getTime() - clock.now()) / day)
  if (certificate.validFromDate.getTime() > clock.now())
    return wrong(what, 'it is not valid yet, or the clock is wrong')
  if (leftDays < 0) return wrong(what, `it expired on ${certificate.validToDate.toISOString()}, want a current one`)
  const text = `for ${host}, ${leftDays} days left`
  return leftDays < 30 ? attention(what, `${text}; renew it`) : ok(what, text)
}

const mostSkewMs = 30_000
const refusedSkewMs = 60_000

async function checkIssuers(config: Config, clock: Clock): Promise<readonly Finding[]> {
  return await Promise.all(
    config.issuers.map(async (issuer) => {
      const what = `issuer ${issuer.issuer}`
      const options = { allowLoopbackHttp: config.testMode }
      const { fault, keys, aheadMs } = await probeIssuer(issuerRules(issuer), options, clock)
      if (fault !== null) return wrong(what, `${fault}; nobody whom it signs in gets in`)
      const skew = aheadMs === null ? 'it sends no Date' : `its clock is ${skewText(aheadMs)}`
      const text = `reached, ${keys} keys, ${skew}`
      const resource = issuer.signIn?.resource
      const believed = config.issuers.filter((one) => one.issuer === issuer.issuer).map(({ audience }) => audience)
      if (resource !== undefined && !believed.includes(resource))
        return attention(what, `${text}; people sign in for ${resource}, which is not its audience: is it misspelt?`)
      if (Math.abs(aheadMs ?? 0) > refusedSkewMs)
        return wrong(what, `${text}: tokens are refused; put the clocks right`)
      return Math.abs(aheadMs ?? 0) > mostSkewMs ? attention(what, `${text}; put the clocks right`) : ok(what, text)
    }),
  )
}

function skewText(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  return seconds <= 1 ? 'ours' : `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`
}

function checkPlaces({ network }: Config): Promise<Finding> {
  const what = 'places'
  const inside = network.places.filter(({ country }) => country === 'US')
  return Promise.resolve(
    inside.length === 0
      ? attention(
          what,
          'no network is known to be in the United States: where a place is asked for, everything is refused',
        )
      : ok(what, `${network.places.length} known, ${inside.length} in the United States`),
  )
}

const mailFixes = {
  unreachable: 'it cannot be reached, want its host and port',
  timeout: 'it does not answer in time',
  tls: 'it is not encrypted as it must be: want STARTTLS or implicit TLS as configured, and a certificate for its host from an authority of mail.ca or of the system',
  login: 'it refuses the login, want its user and password',
} as const satisfies Partial<Record<NoticeTrouble, string>>

async function checkMail(config: Config): Promise<Finding> {
  const what = 'mail'
  const { mail } = config
  const mailer = await openMailer(config)
  if (mail === undefined || mailer === null) {
    return ok(what, 'no server is configured: officers see what waits with `sallyport approval list` alone')
  }
  if (mail.passwordFile !== undefined && process.platform !== 'win32') {
    const { mode } = await stat(mail.passwordFile)
    if ((mode & 0o007) !== 0) return wrong(what, `everybody can read ${mail.passwordFile}, want mode 600 or 640`)
  }
  const server = `${mail.host}:${mail.port}`
  const trouble = await mailer.probe()
  if (trouble === null) return ok(what, `${server} takes connections as configured (${mail.tls}); none was sent`)
  const text =
    trouble in mailFixes ? mailFixes[trouble as keyof typeof mailFixes] : `it does not speak as it should (${trouble})`
  return wrong(what, `${server}: ${text}; notices wait`)
}

/** Asks for a timestamp of nothing that is there, and keeps none. */
async function checkTimestamps(config: Config, clock: Clock): Promise<Finding> {
  const what = 'timestamps'
  const authority = await openAuthority(config)
  if (authority === null) return ok(what, "no authority is configured: times in the ledger are the database's alone")
  const question = { note: 'sallyport check\n', nowMs: clock.now() }
  const asked = await askAuthority(authority, question, systemRandomness, new AbortController().signal)
  return 'trouble' in asked
    ? wrong(
        what,
        `${authority.url}: ${asked.trouble}; checkpoints go without, want an authority of ledger.timestamps.ca`,
      )
    : ok(what, `${authority.url} answers, signed under the configured roots`)
}

function checkModule(): Promise<Finding> {
  const { library, version, runtime, isFipsProviderActive } = cryptoModule()
  const what = 'cryptographic module'
  const module = `${library} ${version} of ${runtime}`
  return Promise.resolve(
    isFipsProviderActive
      ? attention(
          what,
          `${module}, its FIPS provider is active; whether it is validated, its certificate says, not this`,
        )
      : attention(what, `${module}, FIPS provider not active: no validated module is in use`),
  )
}

async function isWritableByOthers(path: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(path)).mode & 0o022) !== 0
}

function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  if ('code' in cause && cause.code === 'EACCES' && 'path' in cause)
    return `this account may not read ${String(cause.path)}, want it readable by the account of the gate`
  return cause.message
}
