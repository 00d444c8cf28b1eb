// A notice as the mail that it becomes: fixed phrases, the request's id, where to look and how. Nothing of what the request
// would change, and no name: mail leaves the boundary, and is read by whoever runs the servers on its way.

import { createHash } from 'node:crypto'
import type { Id, MailAddress, NoticeEvent } from '@sallyport/protocol'

/** Which notice: at most one of each. */
export interface NoticeKey {
  readonly requestId: Id<'approval'>
  readonly event: NoticeEvent
  readonly recipient: Id<'person'>
}

export interface Mail {
  readonly to: MailAddress
  readonly subject: string
  /** Lines of visible ASCII. */
  readonly text: string
  /** With its angle brackets. SPEC: RFC 5322 section 3.6.4. */
  readonly messageId: string
}

export interface NoticeFacts {
  /** The kind's fixed name. */
  readonly phrase: string
  readonly expiresAtMs: number
  /** Origin that clients use. */
  readonly publicUrl: string
}

/** Write the mail of a notice. */
export function mailOf(key: NoticeKey, to: MailAddress, { phrase, expiresAtMs, publicUrl }: NoticeFacts): Mail {
  const { subject, first } = words[key.event](phrase)
  const until = `${new Date(expiresAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const lines = [
    ...first,
    '',
    `Gate:     ${publicUrl}`,
    `Request:  ${key.requestId}`,
    ...(isForApprovers(key.event) ? [`Until:    ${until}`] : []),
    '',
    'See exactly what it is about with:',
    '',
    `  sallyport approval show ${key.requestId}`,
    '',
    'This message was sent by a program. It says nothing of the request, and',
    'nothing in it signs you in or approves. Whatever does is not from the gate.',
    '',
  ]
  return { to, subject, text: lines.join('\n'), messageId: messageIdOf(key, publicUrl) }
}

/** Whether an event is told to whoever may approve, rather than to whoever asked. */
export function isForApprovers(event: NoticeEvent): boolean {
  return event === 'asked' || event === 'expiring'
}

/** The same for the same notice, however often it is sent, so that a second delivery is recognized as one. */
function messageIdOf({ requestId, event, recipient }: NoticeKey, publicUrl: string): string {
  const digest = createHash('sha256').update(`${requestId} ${event} ${recipient}`).digest('hex')
  return `<notice.${digest.slice(0, 40)}@${new URL(publicUrl).hostname}>`
}

interface Words {
  readonly subject: string
  readonly first: readonly string[]
}

const ended = (phrase: string, how: string): readonly string[] => [
  `You asked for this: ${phrase.charAt(0).toLowerCase()}${phrase.slice(1)}.`,
  how,
]

const words = {
  asked: (phrase) => ({
    subject: 'Sallyport: a request waits for your approval',
    first: [`${phrase} waits for your approval.`],
  }),
  expiring: (phrase) => ({
    subject: 'Sallyport: a request that waits for you expires soon',
    first: [`${phrase} still waits for your approval, and expires soon.`],
  }),
  executed: (phrase) => ({
    subject: 'Sallyport: your request was approved and executed',
    first: ended(phrase, 'It was approved and executed.'),
  }),
  expired: (phrase) => ({
    subject: 'Sallyport: your request has expired',
    first: ended(phrase, 'It expired; nothing was changed.'),
  }),
  outdated: (phrase) => ({
    subject: 'Sallyport: your request is void',
    first: ended(phrase, 'What it was for has changed since; it is void, and nothing was done.'),
  }),
  declined: (phrase) => ({
    subject: 'Sallyport: your request was declined',
    first: ended(phrase, 'It was declined; nothing was changed. The reason is shown with it.'),
  }),
  withdrawn: (phrase) => ({
    subject: 'Sallyport: your request was withdrawn',
    first: ended(phrase, 'It was withdrawn; nothing was changed.'),
  }),
} as const satisfies Record<NoticeEvent, (phrase: string) => Words>
