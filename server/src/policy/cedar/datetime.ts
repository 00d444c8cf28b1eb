// Cedar's datetime (milliseconds since the Unix epoch) and duration (milliseconds), both Longs.

import { ExtensionValue } from './values.ts'
import { long, subtract, type Long } from './long.ts'

export class Datetime extends ExtensionValue {
  readonly ms: Long

  constructor(ms: Long) {
    super()
    this.ms = ms
  }

  override equals(other: ExtensionValue): boolean {
    return other instanceof Datetime && other.ms === this.ms
  }

  override toString(): string {
    return `datetime("1970-01-01").offset(duration("${this.ms}ms"))`
  }
}

export class Duration extends ExtensionValue {
  readonly ms: Long

  constructor(ms: Long) {
    super()
    this.ms = ms
  }

  override equals(other: ExtensionValue): boolean {
    return other instanceof Duration && other.ms === this.ms
  }

  override toString(): string {
    return `duration("${this.ms}ms")`
  }
}

export const dayMs = 86_400_000

/** Whole units in a duration, toward zero. */
export function wholeUnits(duration: Duration, unitMs: number): Long {
  if (typeof duration.ms === 'number') return Math.trunc(duration.ms / unitMs) + 0
  return long(duration.ms / BigInt(unitMs)) ?? 0
}

/** The time of day of a datetime. */
export function timeOfDay(datetime: Datetime): Duration {
  const day = BigInt(dayMs)
  return new Duration(Number(((BigInt(datetime.ms) % day) + day) % day))
}

/** The day of a datetime at midnight; null on overflow. */
export function dayOf(datetime: Datetime): Datetime | null {
  const ms = subtract(datetime.ms, timeOfDay(datetime).ms)
  return ms === null ? null : new Datetime(ms)
}

const units: readonly (readonly [RegExp, bigint])[] = [
  [/^([0-9]+)d/, 86_400_000n],
  [/^([0-9]+)h/, 3_600_000n],
  [/^([0-9]+)m(?!s)/, 60_000n],
  [/^([0-9]+)s/, 1000n],
  [/^([0-9]+)ms/, 1n],
]
const maxText = 400

/** Read a duration such as `-1d2h3m4s5ms`; null when the text is not one or does not fit. */
export function parseDuration(text: string): Duration | null {
  // ATTACKER: bounds the digits that BigInt reads.
  if (text.length > maxText) return null
  const isNegative = text.startsWith('-')
  let rest = isNegative ? text.slice(1) : text
  if (rest === '') return null
  let total = 0n
  for (const [form, unit] of units) {
    const found = form.exec(rest)
    if (found?.[1] === undefined) continue
    total += BigInt(found[1]) * unit
    rest = rest.slice(found[0].length)
  }
  const ms = rest === '' ? long(isNegative ? -total : total) : null
  return ms === null ? null : new Duration(ms)
}

const form =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?(?:Z|([+-])([0-9]{2})([0-9]{2})))?$/

/** Read a datetime; null when the text is not one. */
export function parseDatetime(text: string): Datetime | null {
  const found = form.exec(text)
  if (found === null) return null
  const part = (at: number) => Number(found[at] ?? 0)
  const [year, month, day, hour, minute, second, ms] = [1, 2, 3, 4, 5, 6, 7].map(part) as DateParts
  const offsetHours = part(9)
  const offsetMinutes = part(10)
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) return null
  const date = new Date(0)
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000 * (found[8] === '-' ? -1 : 1)
  return new Datetime(date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + ms - offset)
}

type DateParts = [number, number, number, number, number, number, number]
