// What a packet's timestamps come to, and whose word that is.

import type { PacketTimestamps } from '@sallyport/protocol/packet'
import { nameCertificate } from '../packet/index.ts'
import type { Out } from './printer.ts'

/** Lines of times on a screen; --json has all. */
const shownTimes = 5

export interface TimestampsValue {
  /** `given`: they lead to the roots that the caller named. `none`: to those that the packet names of itself. */
  readonly trust: 'given' | 'none'
  readonly authorities: readonly { readonly name: string; readonly sha256: string }[]
  /** The first `entries` of the ledger were there `at` a time. */
  readonly times: readonly { readonly entries: number; readonly at: string }[]
}

export function timestampsValue(timestamps: PacketTimestamps | null, isGiven: boolean): TimestampsValue | null {
  if (timestamps === null) return null
  const times = timestamps.of.map(({ size, atMs }) => ({ entries: size, at: new Date(atMs).toISOString() }))
  return { trust: isGiven ? 'given' : 'none', authorities: timestamps.roots.map(nameCertificate), times }
}

export function showTimestamps(
  out: Out,
  value: TimestampsValue | null,
  asked: { size: number; isWanted: boolean },
): void {
  if (value === null) {
    const text = 'The packet has no timestamps of an authority: its times are those of the gate.'
    return out.line(text, ...(asked.isWanted ? (['yellow'] as const) : []))
  }
  const { times, authorities, trust } = value
  for (const { entries, at } of times.slice(0, shownTimes)) {
    out.line(`Timestamp: entries up to position ${entries - 1} were there at ${at}.`)
  }
  if (times.length > shownTimes) out.line(`  and ${times.length - shownTimes} timestamps more, which --json lists.`)
  const last = times.at(-1)
  if (last !== undefined && last.entries < asked.size)
    out.line(`Entries from position ${last.entries} on have no timestamp.`)
  if (trust === 'given') {
    return out.line(
      'The timestamps are of the authority whose root you gave; trust in their times is trust in it.',
      'green',
    )
  }
  out.line(
    'Whoever relies on these times trusts the authority with this root certificate, which the packet names itself:',
    'yellow',
  )
  for (const { name, sha256 } of authorities) {
    out.line(`  ${name}`)
    out.line(`  SHA-256 ${sha256}`)
  }
  out.line('Compare it with what that authority publishes, or give its root: --timestamp-ca <file>.', 'yellow')
}
