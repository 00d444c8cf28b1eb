// How long something holds: days alone where it stands on whole days of UTC, as forms ask for them, and exact moments otherwise.

import { Moment } from './moment.tsx'

const dayMs = 86_400_000

/** The last whole day (UTC) of what ends at a moment; null for one within a day. `until` is ISO 8601. */
export function lastDayOf(until: string): string | null {
  const ms = Date.parse(until)
  return ms % dayMs === 0 ? new Date(ms - dayMs).toISOString().slice(0, 10) : null
}

export function Validity({ from, until }: { readonly from: string; readonly until: string }) {
  const last = lastDayOf(until)
  if (last === null || Date.parse(from) % dayMs !== 0) {
    return (
      <>
        from <Moment at={from} /> until <Moment at={until} />
      </>
    )
  }
  return (
    <>
      from <Moment at={from.slice(0, 10)} /> to the end of <Moment at={last} />, UTC
    </>
  )
}
