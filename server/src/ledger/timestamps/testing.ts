// For tests only: an authority whose answers OpenSSL makes, behind a small HTTP server that a test can have misbehave.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
export type Signer =
  | 'good'
  | 'by-an-intermediate'
  | 'other-root'
  | 'below-a-leaf'
  | 'below-a-program'
  | 'expired'
  | 'rsa'

export interface TestAuthority {
  readonly url: string
  /** The same over TLS, under a certificate of its own root for 127.0.0.1. */
  readonly tlsUrl: string
  readonly folder: string
  readonly ca: string
  readonly caFile: string
  /** How often it was asked. */
  asked: number
  /** What answers: OpenSSL with this signer, unless a test says otherwise. */
  answer: (question: Uint8Array, response: ServerResponse) => Promise<void>
  /** OpenSSL's answer to a question. */
  reply(question: Uint8Array, signer?: Signer): Promise<Uint8Array>
  /** A good answer, but signed anew by a certificate that OpenSSL would not let sign it. */
  forge(question: Uint8Array, signer: 'no-use' | 'more-uses' | 'uncritical' | 'good'): Promise<Uint8Array>
  stop(): Promise<void>
}

export async function openssl(folder: string, ...argv: string[]): Promise<string> {
  const { stdout } = await run('openssl', argv, { cwd: folder })
  return stdout
}

/** Start one on loopback. */
export async function startTestAuthority(): Promise<TestAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-tsa-'))
  await makeKeys(folder)
  let replies = 0
  const reply = async (question: Uint8Array, signer: Signer = 'good'): Promise<Uint8Array> => {
    const name = `q${replies++}-${signer}`
    await writeFile(join(folder, `${name}.tsq`), question)
    const chains: Partial<Record<Signer, string>> = {
      'by-an-intermediate': 'middle.pem',
      'below-a-leaf': 'good.pem',
      'below-a-program': 'program.pem',
    }
    const chain = chains[signer] === undefined ? [] : ['-chain', chains[signer]]
    const made = ['-queryfile', `${name}.tsq`, '-signer', `${signer}.pem`, '-inkey', `${signer}.key`, ...chain]
    await openssl(folder, 'ts', '-reply', '-config', 'ts.cnf', ...made, '-out', `${name}.tsr`)
    return new Uint8Array(await readFile(join(folder, `${name}.tsr`)))
  }
  const forge: TestAuthority['forge'] = async (question, signer) => {
    await writeFile(join(folder, 'good.tsr'), await reply(question))
    await openssl(folder, 'ts', '-reply', '-in', 'good.tsr', '-token_out', '-out', 'token.der')
    const cms = (...argv: string[]) => openssl(folder, 'cms', ...argv, '-binary', '-inform', 'DER')
    await cms('-verify', '-noverify', '-in', 'token.der', '-out', 'content.der')
    const type = ['-econtent_type', '1.2.840.113549.1.9.16.1.4', '-nodetach', '-cades']
    const by = ['-signer', `${signer}.pem`, '-inkey', `${signer}.key`, '-outform', 'DER', '-md', 'sha256']
    await cms('-sign', '-in', 'content.der', ...type, ...by, '-out', 'forged.der')
    const token = await readFile(join(folder, 'forged.der'))
    const length = token.length + 5
    return Uint8Array.of(0x30, 0x82, length >> 8, length & 0xff, 0x30, 3, 2, 1, 0, ...token)
  }
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.once('end', () => {
      authority.asked++
      authority.answer(Buffer.concat(parts), response).catch((error: unknown) => response.destroy(error as Error))
    })
  }
  const file = (name: string) => readFile(join(folder, name))
  const tls = { key: await file('server.key'), cert: await file('server.pem') }
  const servers = [createServer(listener), createTlsServer(tls, listener)] as const
  const [port, tlsPort] = [await listening(servers[0]), await listening(servers[1])]
  const authority: TestAuthority = {
    url: `http://127.0.0.1:${port}/`,
    tlsUrl: `https://127.0.0.1:${tlsPort}/`,
    folder,
    ca: await readFile(join(folder, 'root.pem'), 'utf8'),
    caFile: join(folder, 'root.pem'),
    asked: 0,
    answer: async (question, response) => void response.end(await reply(question)),
    reply,
    forge,
    async stop() {
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
  return authority
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const configuration = `[tsa]
default_tsa = here
[here]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
`

async function makeKeys(folder: string): Promise<void> {
  await writeFile(join(folder, 'ts.cnf'), configuration)
  await writeFile(join(folder, 'serial'), '01\n')
  const ec = (curve: string) => ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${curve}`]
  const root = async (name: string): Promise<void> => {
    const constraints = ['-addext', 'basicConstraints=critical,CA:true', '-addext', 'keyUsage=critical,keyCertSign']
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '30', '-subj', `/CN=${name}`]
    await openssl(folder, 'req', '-x509', ...ec('P-384'), '-nodes', ...files, ...constraints)
  }
  const issue = async (name: string, by: string, extensions: string, how: readonly string[] = []): Promise<void> => {
    const key = name === 'rsa' ? ['-newkey', 'rsa:2048'] : ec('P-256')
    const files = ['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`]
    await openssl(folder, 'req', ...key, '-nodes', ...files)
    await writeFile(join(folder, `${name}.ext`), extensions)
    const days = how.length === 0 ? ['-days', '20'] : how
    const signing = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial', '-extfile', `${name}.ext`, ...days]
    await openssl(folder, 'x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`)
  }
  const forTimestamps = 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n'
  await root('root')
  await root('another')
  await issue('middle', 'root', 'basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=critical,keyCertSign\n')
  await issue('server', 'root', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n')
  await issue('good', 'root', forTimestamps)
  await issue('rsa', 'root', forTimestamps)
  await issue('by-an-intermediate', 'middle', forTimestamps)
  await issue('other-root', 'another', forTimestamps)
  await issue('below-a-leaf', 'good', forTimestamps)
  await issue('program', 'root', 'basicConstraints=critical,CA:false\n')
  await issue('below-a-program', 'program', forTimestamps)
  await issue('expired', 'root', forTimestamps, ['-days', '-1'])
  await issue('no-use', 'root', 'keyUsage=critical,digitalSignature\n')
  await issue('more-uses', 'root', 'extendedKeyUsage=critical,timeStamping,codeSigning\n')
  await issue('uncritical', 'root', 'extendedKeyUsage=timeStamping\n')
}
