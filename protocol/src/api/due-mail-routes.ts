// Routes of mail about what of authorizations is due.

import { dueMailResent, dueMails } from './notices.ts'
import type { Route } from './route.ts'

export const dueMailRoutes = {
  dueMails: {
    method: 'GET',
    path: '/api/v1/notices/due',
    summary: 'Mail about what of authorizations is due: to whom, on which day, and what became of it',
    access: 'approval.list',
    answer: dueMails,
  },
  resendDueMail: {
    method: 'POST',
    path: '/api/v1/notices/due/{mailId}/resend',
    summary: 'Have such a mail that failed sent again',
    access: 'notice.resend',
    answer: dueMailResent,
    problems: ['conflict'],
  },
} as const satisfies Record<string, Route>
