// The way to the organization's mail server: one connection for each message, encrypted unless it never leaves the machine, and
// never longer than its deadline. What goes wrong becomes a word of a fixed list: what a server says can hold addresses.

import { setTimeout } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import * as z from 'zod'
import type { MailAddress, NoticeTrouble } from '@sallyport/protocol'
import type { Mail } from './notice.ts'

export interface MailSettings {
  readonly host: string
  readonly port: number
  /** `starttls` is required, never only tried. `none` is for loopback alone; the configuration sees to it. */
  readonly tls: 'implicit' | 'starttls' | 'none'
  /** Null where the server wants no login. */
  readonly login: { readonly user: string; readonly password: string } | null
  readonly from: MailAddress
  /** PEM of the authorities that its certificate may come from; null for those of the system. */
  readonly ca: string | null
  /** How this machine names itself to the server. */
  readonly ownName: string
  readonly deadlineMs: number
}

export type MailOutcome =
  | { readonly outcome: 'sent' }
  | {
      readonly outcome: 'not-sent'
      readonly trouble: NoticeTrouble
      /** The same message will never be taken. */
      readonly isFinal: boolean
      /** Another message would fare no better now. */
      readonly isOfServer: boolean
    }

export interface Mailer {
  /** Send one message. The server has taken it once this says so; where the answer was cut off it may have all the same. */
  send(mail: Mail, signal: AbortSignal): Promise<MailOutcome>
  /** Connect, encrypt and log in as for a message, and send none. Yields what is the matter; null for nothing. */
  probe(): Promise<NoticeTrouble | null>
}

export function makeMailer(settings: MailSettings): Mailer {
  const { host, port, tls, login, from, ca, ownName, deadlineMs } = settings
  const transport = createTransport({
    host,
    port,
    name: ownName,
    secure: tls === 'implicit',
    // SPEC: RFC 8314 section 4.1; RFC 3207 section 6: whoever is in the middle can take the offer away, so it is no offer.
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca === null ? {} : { ca }) },
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password }, forceAuth: true }),
    dnsTimeout: deadlineMs,
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    maxResponseSize: 65_536,
    logger: false,
  })
  return {
    async send({ to, subject, text, messageId }, signal) {
      // ATTACKER: a server that says a little from time to time is never idle; the deadline ends it all the same.
      const ending = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
      try {
        await transport.sendMail({
          envelope: { from, to: [to] },
          from,
          to,
          subject,
          text,
          messageId,
          // SPEC: RFC 3834 section 5.1: no vacation note answers it.
          headers: { 'Auto-Submitted': 'auto-generated' },
          xMailer: false,
          disableFileAccess: true,
          disableUrlAccess: true,
          signal: ending,
        })
        return { outcome: 'sent' }
      } catch (error) {
        return { outcome: 'not-sent', ...troubleOf(error) }
      }
    },
    async probe() {
      const verified = transport.verify().then(
        () => null,
        (error: unknown) => troubleOf(error).trouble,
      )
      const over = new AbortController()
      const late = setTimeout(deadlineMs, 'timeout' as const, { signal: over.signal }).catch(() => null)
      return await Promise.race([verified, late]).finally(() => over.abort())
    },
  }
}

const mailError = z.object({
  code: z.string().catch(''),
  command: z.string().catch(''),
  responseCode: z.number().catch(0),
  originalCode: z.string().catch(''),
})

const nothingTold = { code: '', command: '', responseCode: 0, originalCode: '' }

function troubleOf(error: unknown): Omit<Extract<MailOutcome, { outcome: 'not-sent' }>, 'outcome'> {
  const told = mailError.safeParse(error)
  const { code, command, responseCode, originalCode } = told.success ? told.data : nothingTold
  const ofServer = (trouble: NoticeTrouble) => ({ trouble, isFinal: false, isOfServer: true })
  const isRefused = responseCode >= 500 && responseCode !== 503
  if (code === 'EABORT' || code === 'ETIMEDOUT') return ofServer('timeout')
  if (code === 'EAUTH' || code === 'ENOAUTH') return ofServer('login')
  if (code === 'ETLS' || /CERT|SSL|TLS|ISSUER|SIGNATURE/.test(originalCode)) return ofServer('tls')
  if (code === 'EDNS' || code === 'ESOCKET')
    return ofServer(originalCode === 'ECONNRESET' || originalCode === 'EPIPE' ? 'cut' : 'unreachable')
  if (code === 'ECONNECTION') return ofServer('cut')
  if (command === 'MAIL FROM') return ofServer(isRefused ? 'refused-sender' : 'deferred')
  if (command === 'RCPT TO')
    return { trouble: isRefused ? 'refused-recipient' : 'deferred', isFinal: isRefused, isOfServer: false }
  if (command === 'DATA' || code === 'EMESSAGE')
    return { trouble: isRefused ? 'refused-message' : 'deferred', isFinal: isRefused, isOfServer: false }
  return ofServer('protocol')
}
