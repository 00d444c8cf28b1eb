// Notices: mail to whoever may approve a request, and to whoever made one when it has ended. They are derived from the requests
// as they stand, one for each request, event and recipient, and sent by whichever process takes them first; an approval never
// waits for any of it. Mail leaves the boundary, so a notice says a fixed phrase, the request's id and where to look, and
// nothing of the request. Sending is at least once, and a second delivery has the Message-ID of the first. Each sending and
// each giving up is on record.

import type { ModuleMigrations } from '../base/index.ts'

export const noticesMigrations: ModuleMigrations = {
  module: 'notices',
  folder: new URL('migrations/', import.meta.url),
}

export { makeMailer, type Mailer, type MailOutcome, type MailSettings } from './mailer.ts'
export { listNotices, type ListedNotice } from './list-notices.ts'
export { sendNotices, usualPace, type NoticePace, type NoticesDependencies } from './send-notices.ts'
export { startNotices } from './start-notices.ts'
export { noticesTables } from './tables.ts'
export { listDueMails, resendDueMail } from './due/resend.ts'
export { startDueMails } from './due/send-due-mails.ts'
