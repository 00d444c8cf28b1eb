// Sends notices for as long as a gate serves.

import { setTimeout } from 'node:timers/promises'
import { sendNotices, type NoticesDependencies } from './send-notices.ts'

export interface NoticesSender {
  /** Break off what is being sent, which another process or the next start sends again, and wait for the end. */
  stop(): Promise<void>
}

/** Send now and then every `intervalMs`. Nothing that goes wrong ends it. */
export function startNotices(
  deps: NoticesDependencies,
  { intervalMs }: { readonly intervalMs: number },
): NoticesSender {
  const stopping = new AbortController()
  const { signal } = stopping
  async function run(): Promise<void> {
    while (!signal.aborted) {
      await sendNotices(deps, signal).catch((error: unknown) => deps.log.warn({ error }, 'cannot send notices now'))
      await setTimeout(intervalMs, null, { signal }).catch(() => null)
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
