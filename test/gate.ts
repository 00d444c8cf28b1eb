// A sample enclave served in processes of its own, and tokens for anybody. What one process serves, and the client, are in
// server/src/http/testing.ts.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { importJWK, SignJWT, type JWK } from 'jose'
import type { Address, Site } from '../server/src/http/testing.ts'
import { openEnclave, type Enclave, type Ground } from '../server/src/main/index.ts'
import { sampleGround } from '../server/src/main/testing.ts'

export {
  gateClient,
  makeSite,
  sealedFor,
  serveHere,
  type Address,
  type FileToOpen,
  type GateClient,
  type KeyAnswer,
  type Reply,
  type Site,
} from '../server/src/http/testing.ts'

export interface GateProcess extends Address {
  readonly child: ChildProcess
  /** Kill it at once, as a power cut would. */
  readonly kill: () => Promise<void>
}

const program = fileURLToPath(new URL('serve-sample.ts', import.meta.url))

/** Serve a site in a process of its own, the public port being that of the first process. */
export async function serveElsewhere(
  site: Pick<Site, 'folder' | 'databaseUrl'>,
  ports: { readonly port: number; readonly listenPort: number },
): Promise<GateProcess> {
  const settings = { ...ports, data: site.folder, databaseUrl: site.databaseUrl }
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const isClosed = once(child, 'close')
    child.kill('SIGKILL')
    await isClosed
  }
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'close').then(() => null)
  const ready = await Promise.race([once(lines, 'line'), ended])
  if (ready === null) throw new Error('the gate ended before it was ready')
  const { url, caFile } = JSON.parse(String(ready[0])) as { url: string; caFile: string }
  return { child, kill, url, listenPort: ports.listenPort, caFile }
}

/** Open a served site's enclave in this process as well, to look at its ledger and to act as its officers. */
export async function openBeside(site: Site): Promise<{ ground: Ground; enclave: Enclave }> {
  const ground = await sampleGround(site.database, site.folder)
  return { ground, enclave: await openEnclave(ground) }
}

/** Sign a token as the sample's identity provider does, for anybody, at a time that is so far ahead of now. */
export async function tokenFor(site: Pick<Site, 'folder'>, url: string, subject: string, aheadMs = 0): Promise<string> {
  const text = readFileSync(join(site.folder, 'sample-issuer-keys.json'), 'utf8')
  const [jwk] = (JSON.parse(text) as { keys: JWK[] }).keys
  if (jwk?.kid === undefined) throw new Error('the sample has no signing key')
  const now = Math.floor((Date.now() + aheadMs) / 1000)
  return await new SignJWT({ sub: subject, client_id: 'opentdf-web', scope: 'files' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: jwk.kid })
    .setIssuer(`${url}/sample-idp`)
    .setAudience(url)
    .setIssuedAt(now)
    .setExpirationTime(now + 600)
    .sign(await importJWK(jwk, 'ES256'))
}
