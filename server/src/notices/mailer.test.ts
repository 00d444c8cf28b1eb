import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureSelfSigned, systemClock, type SelfSigned } from '../base/index.ts'
import type { Mail } from './notice.ts'
import {
  startMailServer,
  startRaw,
  testAddress,
  testMailer,
  type MailServer,
  type MailServerOptions,
} from './testing.ts'

let folder: string
let own: SelfSigned
let other: SelfSigned
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-mail-'))
  const make = (name: string, hostnames: string[]) =>
    ensureSelfSigned({ directory: join(folder, name), hostnames, clock: systemClock })
  own = await make('own', [])
  other = await make('other', [])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const mail: Mail = {
  to: testAddress('ada@example.com'),
  subject: 'Sallyport: a request waits for your approval',
  text: 'One line.\n.\n.. and dots.\n',
  messageId: '<notice.0123@gate.example>',
}
const never = new AbortController().signal
const tls = () => ({ key: own.keyPem, cert: own.certPem })
const login = { user: 'gate', password: 'a long password' }

async function withServer<T>(options: MailServerOptions, work: (server: MailServer) => Promise<T>): Promise<T> {
  const server = await startMailServer(options)
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}

describe('send()', () => {
  test('hands over exactly the message, in the clear on loopback', async () => {
    await withServer({}, async ({ port, received }) => {
      expect(await testMailer({ port }).send(mail, never)).toEqual({ outcome: 'sent' })
      expect(received).toMatchObject([{ from: 'gate@gate.example', to: ['ada@example.com'], isEncrypted: false }])
      const [head = '', ...body] = received[0]?.raw.split('\r\n\r\n') ?? []
      const fields = head.split('\r\n').map((line) => line.replace(/^Date: .*/, 'Date: now'))
      expect(fields.sort()).toEqual([
        'Auto-Submitted: auto-generated',
        'Content-Transfer-Encoding: 7bit',
        'Content-Type: text/plain; charset=utf-8',
        'Date: now',
        'From: gate@gate.example',
        'MIME-Version: 1.0',
        'Message-ID: <notice.0123@gate.example>',
        'Subject: Sallyport: a request waits for your approval',
        'To: ada@example.com',
      ])
      expect(body.join('\r\n\r\n').trimEnd()).toBe('One line.\r\n.\r\n.. and dots.')
    })
  })

  test.each(['implicit', 'starttls'] as const)('encrypts by %s TLS before it logs in or names anybody', async (how) => {
    const options = { ...tls(), login, secure: how === 'implicit', offersTls: how === 'starttls' }
    await withServer(options, async ({ port, received }) => {
      const mailer = testMailer({ port, tls: how, login, ca: own.caPem })
      expect(await mailer.probe()).toBeNull()
      expect(received).toEqual([])
      expect(await mailer.send(mail, never)).toEqual({ outcome: 'sent' })
      expect(received).toMatchObject([{ to: ['ada@example.com'], isEncrypted: true, user: 'gate' }])
    })
  })

  test('refuses a server whose STARTTLS was taken away, and tells it neither password nor recipient', async () => {
    const said: string[] = []
    const stripped = await startRaw((client) => {
      client.write('220 mail.example ESMTP\r\n')
      client.on('data', (bytes: Buffer) => {
        said.push(bytes.toString())
        client.write(
          bytes.toString().startsWith('EHLO') ? '250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n' : '502 no\r\n',
        )
      })
    })
    const mailer = testMailer({ port: stripped.port, tls: 'starttls', login, ca: own.caPem })
    expect(await mailer.send(mail, never)).toEqual({
      outcome: 'not-sent',
      trouble: 'tls',
      isFinal: false,
      isOfServer: true,
    })
    expect(await mailer.probe()).toBe('tls')
    expect(said.join('')).not.toMatch(/AUTH|MAIL FROM|RCPT|ada@/)
    await stripped.stop()
  })

  test('takes nothing that was said before encryption for an answer after it', async () => {
    const said: string[] = []
    const injecting = await startRaw((client) => {
      client.write('220 mail.example ESMTP\r\n')
      client.on('data', (bytes: Buffer) => {
        said.push(bytes.toString('latin1'))
        // What is after the 220 was sent by whoever is in the middle, in the clear.
        client.write(
          bytes.toString().startsWith('EHLO')
            ? '250-mail.example\r\n250 STARTTLS\r\n'
            : '220 go ahead\r\n250-mail.example\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n',
        )
      })
    })
    const mailer = testMailer({ port: injecting.port, tls: 'starttls', login, ca: own.caPem, deadlineMs: 1500 })
    expect(await mailer.send(mail, never)).toMatchObject({ outcome: 'not-sent', isOfServer: true })
    expect(said.join('')).not.toMatch(/AUTH|MAIL FROM|RCPT|ada@/)
    await injecting.stop()
  })

  test.each([
    ['from another authority', 'localhost', () => other.caPem],
    ['from no authority of the system', 'localhost', () => null],
    // The same address by a name that is not in the certificate.
    ['for another host', '127.1', () => own.caPem],
  ])('refuses a certificate that is %s', async (_, host, ca) => {
    for (const how of ['implicit', 'starttls'] as const) {
      const options = { ...tls(), secure: how === 'implicit', offersTls: how === 'starttls' }
      await withServer(options, async ({ port, received }) => {
        const outcome = await testMailer({ port, host, tls: how, ca: ca() }).send(mail, never)
        expect(outcome).toEqual({ outcome: 'not-sent', trouble: 'tls', isFinal: false, isOfServer: true })
        expect(received).toEqual([])
      })
    }
  })

  test('never sends without the login that is configured', async () => {
    await withServer({ login }, async ({ port, received }) => {
      const wrong = testMailer({ port, login: { ...login, password: 'another' } })
      expect(await wrong.send(mail, never)).toMatchObject({ trouble: 'login', isFinal: false, isOfServer: true })
      expect(await wrong.probe()).toBe('login')
      expect(received).toEqual([])
    })
    await withServer({}, async ({ port, received }) => {
      expect(await testMailer({ port, login }).send(mail, never)).toMatchObject({ outcome: 'not-sent' })
      expect(received).toEqual([])
    })
  })

  test.each([
    [450, 'deferred', false],
    [550, 'refused-recipient', true],
    [421, 'cut', false],
  ])('tells a refusal with %d of a recipient: %s', async (code, trouble, isFinal) => {
    await withServer({ refuse: () => ({ code, text: 'not <eve@example.org>' }) }, async ({ port, received }) => {
      const outcome = await testMailer({ port }).send(mail, never)
      expect(outcome).toEqual({ outcome: 'not-sent', trouble, isFinal, isOfServer: code === 421 })
      expect(received).toEqual([])
    })
  })

  test('gives up on a server that is not there, says nothing, or says a little all the time', async () => {
    const free = await startRaw(() => {})
    await free.stop()
    expect(await testMailer({ port: free.port }).send(mail, never)).toMatchObject({ trouble: 'unreachable' })
    expect(await testMailer({ port: free.port }).probe()).toBe('unreachable')
    const silent = await startRaw(() => {})
    const quick = { port: silent.port, deadlineMs: 300 }
    expect(await testMailer(quick).send(mail, never)).toMatchObject({ trouble: 'timeout', isOfServer: true })
    expect(await testMailer(quick).probe()).toBe('timeout')
    await silent.stop()
    const dripping = await startRaw((client) => {
      client.write('220 mail.example ESMTP\r\n')
      // An answer that never ends.
      const drip = setInterval(() => client.write('250-wait\r\n'), 50)
      client.on('close', () => clearInterval(drip))
    })
    const drips = { port: dripping.port, deadlineMs: 500 }
    expect(await testMailer(drips).send(mail, never)).toMatchObject({ trouble: 'timeout' })
    expect(await testMailer(drips).probe()).toBe('timeout')
    await dripping.stop()
  })

  test('breaks off when it is told to', async () => {
    const stopping = new AbortController()
    const silent = await startRaw(() => stopping.abort())
    const sending = testMailer({ port: silent.port, deadlineMs: 60_000 }).send(mail, stopping.signal)
    expect(await sending).toMatchObject({ outcome: 'not-sent', trouble: 'timeout' })
    await silent.stop()
  })
})
