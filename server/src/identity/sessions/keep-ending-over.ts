// Puts the end of sessions whose time is over on record while a gate serves.

import { repeat, type Logger, type Repeating } from '../../base/index.ts'
import { endOver } from './end-sessions.ts'
import type { SessionDependencies } from './session.ts'

/** Begin, and go on every `intervalMs`. */
export function startEndingOver(
  deps: SessionDependencies,
  { intervalMs, log }: { readonly intervalMs: number; readonly log: Logger },
): Repeating {
  const failed = (error: unknown): void => log.warn({ error }, 'cannot record sessions whose time is over')
  return repeat(() => endOver(deps), { intervalMs, failed })
}
