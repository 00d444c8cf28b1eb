// Sends notices for as long as a gate serves.

import { repeat, type Repeating } from '../base/index.ts'
import { sendNotices, type NoticesDependencies } from './send-notices.ts'

/**
 * Send now and then every `intervalMs`. Nothing that goes wrong ends it. Stopping breaks off what is being sent, which another
 * process or the next start sends again.
 */
export function startNotices(deps: NoticesDependencies, { intervalMs }: { readonly intervalMs: number }): Repeating {
  const failed = (error: unknown): void => deps.log.warn({ error }, 'cannot send notices now')
  return repeat((signal) => sendNotices(deps, signal), { intervalMs, failed })
}
