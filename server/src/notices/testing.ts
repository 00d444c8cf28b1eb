// For tests only: a real mail server on loopback, and whatever stands between it and a client.

import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { parseMailAddress, type MailAddress } from '@sallyport/protocol'
import { makeMailer, type MailSettings } from './mailer.ts'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** As it came, header and body. */
  readonly raw: string
  readonly isEncrypted: boolean
  readonly user: string | null
}

export interface MailServer {
  readonly port: number
  readonly received: readonly ReceivedMail[]
  /** Recipients that were named, also those that were refused. */
  readonly asked: readonly string[]
  stop(): Promise<void>
}

export interface MailServerOptions extends Pick<SMTPServerOptions, 'key' | 'cert' | 'secure'> {
  /** Which one to take again; else whichever is free. */
  readonly port?: number
  /** The only login that is taken; without it none is wanted. */
  readonly login?: { readonly user: string; readonly password: string }
  readonly offersTls?: boolean
  /** What to answer to a recipient; null takes it. */
  readonly refuse?: (address: string) => { readonly code: number; readonly text: string } | null
}

export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { port = 0, login, offersTls = false, refuse = () => null, ...tls } = options
  const received: ReceivedMail[] = []
  const asked: string[] = []
  const server = new SMTPServer({
    ...tls,
    disabledCommands: [...(offersTls ? [] : ['STARTTLS']), ...(login === undefined ? ['AUTH'] : [])],
    authOptional: login === undefined,
    allowInsecureAuth: true,
    closeTimeout: 100,
    disableReverseLookup: true,
    onAuth({ username, password }, _, answer) {
      if (username === login?.user && password === login?.password) answer(null, { user: username })
      else answer(new Error('no such account'))
    },
    onRcptTo({ address }, _, answer) {
      asked.push(address)
      const refusal = refuse(address)
      if (refusal === null) answer()
      else answer(Object.assign(new Error(refusal.text), { responseCode: refusal.code }))
    },
    onData(stream, { envelope, secure, user }, answer) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        const to = envelope.rcptTo.map(({ address }) => address)
        const raw = Buffer.concat(chunks).toString('latin1')
        received.push({ from, to, raw, isEncrypted: secure, user: typeof user === 'string' ? user : null })
        answer()
      })
    },
  })
  // A client that goes away in the middle is what some tests are about.
  server.on('error', () => {})
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    asked,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

export interface Between {
  readonly port: number
  stop(): Promise<void>
}

/** Stand between a client and a server; `watch` sees what the server says and cuts both off where it says true. */
export async function startBetween(serverPort: number, watch: (said: string) => boolean): Promise<Between> {
  return await startRaw((client) => {
    const server = connect(serverPort, '127.0.0.1')
    const cut = (): void => {
      client.destroy()
      server.destroy()
    }
    server.on('error', cut).on('close', cut)
    client.on('close', cut)
    client.on('data', (bytes: Buffer) => server.write(bytes))
    server.on('data', (bytes: Buffer) => {
      if (watch(bytes.toString('latin1'))) cut()
      else client.write(bytes)
    })
  })
}

/** Take connections and do with them what the test says. */
export async function startRaw(take: (client: Socket) => void): Promise<Between> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => client.destroy()).on('close', () => sockets.delete(client))
    take(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        for (const one of sockets) one.destroy()
        server.close(() => resolve())
      }),
  }
}

export function testAddress(text: string): MailAddress {
  const address = parseMailAddress(text)
  if (address === null) throw new Error(`${text} is no address`)
  return address
}

/** A way to a server of this machine in the clear, unless told otherwise. */
export function testMailer(settings: Partial<MailSettings> & Pick<MailSettings, 'port'>) {
  return makeMailer({
    host: 'localhost',
    tls: 'none',
    login: null,
    from: testAddress('gate@gate.example'),
    ca: null,
    ownName: 'gate.example',
    deadlineMs: 10_000,
    ...settings,
  })
}
