// What `check` looks at of signing in with a browser: the organization's providers as the gate's own client meets them, and whose
// client certificates are taken, held against which lists.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { Clock, Config } from '../base/index.ts'
import {
  callbackPath,
  makeRevocationLists,
  probeBrowserIssuer,
  type CertificateAuthority,
  type RevocationLists,
} from '../identity/index.ts'
import { certificateRules } from './certificate-door.ts'
import { attention, ok, wrong, type Finding } from './finding.ts'
import { browserIssuer } from './sign-in.ts'

export async function checkBrowserIssuers(config: Config, clock: Clock): Promise<readonly Finding[]> {
  const found = config.issuers.map(async (issuer): Promise<readonly Finding[]> => {
    if (issuer.browser === undefined) return []
    const what = `sign-in with a browser at ${issuer.browser.name}`
    const { clientSecretFile } = issuer.browser
    if (clientSecretFile !== undefined && (await isReadByEverybody(clientSecretFile)))
      return [wrong(what, `everybody can read ${clientSecretFile}, want mode 600 or 640`)]
    const [rules] = browserIssuer(issuer)
    if (rules === undefined) return []
    const { fault, saysPkce } = await probeBrowserIssuer(rules, { clock, allowLoopbackHttp: config.testMode })
    if (fault !== null) return [wrong(what, `${fault}; nobody signs in there with a browser`)]
    const pkce = saysPkce ? 'takes PKCE' : 'does not say whether it takes PKCE'
    return [
      ok(what, `reached, ${pkce}; it has to know ${config.publicUrl}${callbackPath(rules.id)} as redirect address`),
    ]
  })
  return (await Promise.all(found)).flat()
}

const dayMs = 86_400_000

export async function checkCertificates({ clientCertificates }: Config, clock: Clock): Promise<readonly Finding[]> {
  const what = 'client certificates'
  if (clientCertificates === undefined) return [ok(what, 'none are asked for')]
  const { authorities, longestListAgeMs: longestAgeMs } = certificateRules(clientCertificates)
  const { tls } = clientCertificates.listen
  const own = tls === undefined ? [] : await checkListener(what, tls, new URL(clientCertificates.publicUrl).hostname)
  const found = authorities.map(async (authority) => {
    const lists = makeRevocationLists({ files: authority.revocationLists, longestAgeMs, clock })
    return await checkAuthority(authority, lists, clock)
  })
  return [...own, ...(await Promise.all(found)).flat()]
}

async function checkListener(
  what: string,
  { cert, key }: { readonly cert: string; readonly key: string },
  host: string,
): Promise<readonly Finding[]> {
  const certificate = new X509Certificate(await readFile(cert, 'utf8'))
  if (!certificate.checkPrivateKey(createPrivateKey(await readFile(key, 'utf8'))))
    return [wrong(what, 'the key of the listener is of another certificate, want its own')]
  if (await isReadByEverybody(key)) return [wrong(what, `everybody can read ${key}, want mode 600 or 640`)]
  const isFor = certificate.checkHost(host) ?? certificate.checkIP(host)
  return isFor === undefined ? [wrong(what, `the listener's certificate is not for ${host}`)] : []
}

async function checkAuthority(
  { id, anchors, intermediates }: CertificateAuthority,
  lists: RevocationLists,
  clock: Clock,
): Promise<readonly Finding[]> {
  const what = `client certificates of ${id}`
  const unreadable = (await lists.unreadable()).map((text) => wrong(what, `${text}, want a whole revocation list`))
  const of = [...anchors, ...intermediates].map(async (issuer): Promise<Finding> => {
    const name = issuer.subject.replaceAll('\n', ', ')
    if (issuer.validToDate.getTime() <= clock.now()) return wrong(what, `${name} has expired, want a current one`)
    const standing = await lists.standing(issuer)
    if (!standing.isHeld) return wrong(what, `${name}: ${standing.trouble}; nobody signs in by what it issued`)
    const made = new Date(standing.madeMs).toISOString()
    const text = `${name}: its list of ${made}`
    if (standing.untilMs === null) return ok(what, text)
    const until = `${text} is good until ${new Date(standing.untilMs).toISOString()}`
    return standing.untilMs - clock.now() < dayMs / 4
      ? attention(what, `${until}; fetch the next one`)
      : ok(what, until)
  })
  return [...unreadable, ...(await Promise.all(of))]
}

async function isReadByEverybody(path: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(path)).mode & 0o007) !== 0
}
