// Notices: what is told to somebody outside of the gate about a request for approval, and how far the telling has come.

/** `asked` and `expiring` go to whoever may approve; how a request ended goes to whoever made it. */
export const noticeEvents = ['asked', 'expiring', 'executed', 'expired', 'outdated', 'withdrawn', 'declined'] as const
export type NoticeEvent = (typeof noticeEvents)[number]

/** `failed` was given up; `dropped` was not sent because there was no reason to any more. */
export const noticeStates = ['waiting', 'sent', 'failed', 'dropped'] as const
export type NoticeState = (typeof noticeStates)[number]

/** Why a notice was not sent, or not yet. */
export const noticeTroubles = [
  // The mail server as a whole.
  'unreachable',
  'timeout',
  'tls',
  'login',
  'cut',
  'protocol',
  'refused-sender',
  // This one notice.
  'deferred',
  'refused-recipient',
  'refused-message',
  'outcome-unknown',
  // Why it was dropped.
  'request-closed',
  'not-eligible',
  'no-address',
] as const
export type NoticeTrouble = (typeof noticeTroubles)[number]
