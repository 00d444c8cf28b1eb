// The mail server of a configuration, and what is sent through it while a gate serves.

import { readFile } from 'node:fs/promises'
import { parseMailAddress, Problem } from '@sallyport/protocol'
import type { Config, Repeating } from '../base/index.ts'
import {
  makeMailer,
  startDueMails,
  startNotices,
  usualPace,
  type Mailer,
  type NoticesDependencies,
} from '../notices/index.ts'
import type { Enclave, Ground } from './open-enclave.ts'

/** Longest time that one message may take. */
const deadlineMs = 60_000

/** Read what the configuration names and make the way to its mail server. Null where none is configured. */
export async function openMailer({ mail, publicUrl }: Pick<Config, 'mail' | 'publicUrl'>): Promise<Mailer | null> {
  if (mail === undefined) return null
  const { host, port, tls, user, passwordFile, ca } = mail
  const from = parseMailAddress(mail.from)
  if (from === null) throw new Problem('invalid-request', 'cannot send mail: mail.from is no address, want one')
  const login =
    user === undefined || passwordFile === undefined ? null : { user, password: await firstLine(passwordFile) }
  const authorities = ca === undefined ? null : await textOf(ca)
  return makeMailer({ host, port, tls, login, from, ca: authorities, ownName: new URL(publicUrl).hostname, deadlineMs })
}

/** Send notices of requests and of what is due, until it is stopped. */
export function startMails(
  { database, clock, random, log, metrics, config }: Ground,
  { ledger, approvals }: Enclave,
  mailer: Mailer,
): Repeating {
  const counted = metrics.counter({
    name: 'sallyport_notices',
    help: 'Notices by event and outcome.',
    labels: ['event', 'outcome'],
  })
  const { kinds } = approvals
  const { publicUrl } = config
  const deps: NoticesDependencies = {
    database,
    ledger,
    clock,
    random,
    kinds,
    mailer,
    publicUrl,
    log,
    counted,
    pace: usualPace,
  }
  const notices = startNotices(deps, { intervalMs: 5000 })
  const due = startDueMails(deps, { intervalMs: 60_000, lookMs: 3_600_000 })
  return {
    async stop() {
      await due.stop()
      await notices.stop()
    },
  }
}

async function firstLine(path: string): Promise<string> {
  const [line = ''] = (await textOf(path)).split(/\r?\n/, 1)
  if (line === '') throw new Problem('invalid-request', `cannot send mail: ${path} is empty, want a password`)
  return line
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Problem('invalid-request', `cannot send mail: ${path} cannot be read, want a file that is there`, {
      cause,
    })
  })
}
