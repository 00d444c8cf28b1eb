// The moment at which something was first drawn, for what is told of days: it stays while it is shown.

import { useState } from 'react'

/** Milliseconds since the Unix epoch. */
export function useNow(): number {
  const [nowMs] = useState(() => new Date().getTime())
  return nowMs
}
