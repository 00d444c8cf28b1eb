// Cedar's extension functions for the translation. No attribute of a request is an extension value, so that their arguments are always
// known; read here anew from Cedar's documentation, so that a fault of the evaluator's own reading is not repeated.

import { integer } from './smt-script.ts'
import { always, bool, error, known, type Term, type Value } from './smt-values.ts'

const long = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n }

/** Apply an extension function to values. Throws `Untranslatable` where a text is not known. */
export function callExtension(name: string, [first, second]: readonly Value[]): Term {
  if (first === undefined) return error
  if (second === undefined) {
    const make = makers[name]
    if (make !== undefined) return first.is === 'text' ? make(known(first.text, `${name}()`)) : error
    return first.is === 'ip' ? aboutIp(name, first) : aboutTime(name, first)
  }
  if (name === 'isInRange') {
    return first.is === 'ip' && second.is === 'ip' ? bool(String(isInRange(first, second))) : error
  }
  const comparison = comparisons[name]
  if (comparison !== undefined) {
    return first.is === 'decimal' && second.is === 'decimal'
      ? bool(`(${comparison} ${first.smt} ${second.smt})`)
      : error
  }
  if (name === 'offset' && first.is === 'datetime' && second.is === 'duration')
    return moment('datetime', `(+ ${first.smt} ${second.smt})`)
  if (name === 'durationSince' && first.is === 'datetime' && second.is === 'datetime') {
    return moment('duration', `(- ${first.smt} ${second.smt})`)
  }
  return error
}

const comparisons: Readonly<Record<string, string>> = {
  lessThan: '<',
  lessThanOrEqual: '<=',
  greaterThan: '>',
  greaterThanOrEqual: '>=',
}

const makers: Readonly<Record<string, (text: string) => Term>> = {
  decimal: (text) => {
    const found = /^(-?)([0-9]+)\.([0-9]{1,4})$/.exec(text)
    if (found === null) return error
    const size = BigInt(`${found[2]}${found[3]?.padEnd(4, '0')}`)
    return number('decimal', found[1] === '-' ? -size : size)
  },
  duration: (text) => {
    const found = /^(-?)(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m(?!s))?(?:([0-9]+)s)?(?:([0-9]+)ms)?$/.exec(text)
    if (found === null || text === '' || text === '-' || text.length > 400) return error
    const sizes = [86_400_000n, 3_600_000n, 60_000n, 1000n, 1n]
    const size = sizes.reduce((sum, unit, at) => sum + BigInt(found[at + 2] ?? 0) * unit, 0n)
    return number('duration', found[1] === '-' ? -size : size)
  },
  datetime: (text) => {
    const found = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(\.\d{3})?(Z|([+-])(\d\d)(\d\d)))?$/.exec(text)
    if (found === null) return error
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
      .slice(1, 7)
      .map((one) => Number(one ?? 0))
    const [zoneHour, zoneMinute] = [Number(found[10] ?? 0), Number(found[11] ?? 0)]
    if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return error
    if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return error
    const zone = (zoneHour * 60 + zoneMinute) * (found[9] === '-' ? -1 : 1)
    const minutes = (daysBefore(year, month, day) * 24 + hour) * 60 + minute - zone
    return number('datetime', BigInt(minutes) * 60_000n + BigInt(second * 1000 + Number((found[7] ?? '.000').slice(1))))
  },
  ip: (text) => {
    const [address = '', prefix, more] = text.split('/')
    const version = address.includes(':') ? 6 : 4
    const bits = version === 6 ? groupsOf(address) : octetsOf(address)
    const width = version === 6 ? 128 : 32
    const isPrefix = prefix === undefined || (/^(0|[1-9][0-9]{0,2})$/.test(prefix) && Number(prefix) <= width)
    if (bits === null || more !== undefined || !isPrefix || text.length > 43) return error
    return always({ is: 'ip', version, address: bits, prefix: prefix === undefined ? width : Number(prefix) })
  },
}

function number(is: 'decimal' | 'duration' | 'datetime', value: bigint): Term {
  return value < long.least || value > long.greatest ? error : always({ is, smt: integer(value) })
}

function moment(is: 'datetime' | 'duration', smt: string): Term {
  const when = `(and (<= ${integer(long.least)} ${smt}) (<= ${smt} ${integer(long.greatest)}))`
  return [{ when, value: { is, smt } }]
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

function daysIn(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
}

// Days since 1970-01-01, by counting.
function daysBefore(year: number, month: number, day: number): number {
  let days = day - 1
  for (let at = 1; at < month; at++) days += daysIn(year, at)
  for (let at = 1970; at < year; at++) days += isLeap(at) ? 366 : 365
  for (let at = year; at < 1970; at++) days -= isLeap(at) ? 366 : 365
  return days
}

function aboutTime(name: string, value: Value): Term {
  const units: Readonly<Record<string, number>> = {
    toMilliseconds: 1,
    toSeconds: 1000,
    toMinutes: 60_000,
    toHours: 3_600_000,
    toDays: 86_400_000,
  }
  const unit = units[name]
  if (unit !== undefined && value.is === 'duration') {
    // SMT rounds down, Cedar toward zero.
    return always({
      is: 'long',
      smt: `(ite (< ${value.smt} 0) (- (div (- ${value.smt}) ${unit})) (div ${value.smt} ${unit}))`,
    })
  }
  if (value.is !== 'datetime') return error
  if (name === 'toTime') return always({ is: 'duration', smt: `(mod ${value.smt} 86400000)` })
  return name === 'toDate' ? moment('datetime', `(- ${value.smt} (mod ${value.smt} 86400000))`) : error
}

type Ip = Extract<Value, { is: 'ip' }>

function isInRange(one: Ip, range: Ip): boolean {
  if (one.version !== range.version || one.prefix < range.prefix) return false
  const size = 1n << BigInt((range.version === 6 ? 128 : 32) - range.prefix)
  return one.address / size === range.address / size
}

function aboutIp(name: string, ip: Ip): Term {
  const within = (four: bigint, fourPrefix: number, six: bigint, sixPrefix: number) =>
    isInRange(ip, {
      is: 'ip',
      version: ip.version,
      address: ip.version === 4 ? four : six,
      prefix: ip.version === 4 ? fourPrefix : sixPrefix,
    })
  if (name === 'isIpv4' || name === 'isIpv6') return bool(String(ip.version === (name === 'isIpv4' ? 4 : 6)))
  if (name === 'isLoopback') return bool(String(within(0x7f00_0000n, 8, 1n, 128)))
  return name === 'isMulticast' ? bool(String(within(0xe000_0000n, 4, 0xffn << 120n, 8))) : error
}

function octetsOf(text: string): bigint | null {
  const parts = text.split('.')
  if (
    parts.length !== 4 ||
    parts.some((part) => !/^\d{1,3}$/.test(part) || String(Number(part)) !== part || Number(part) > 255)
  )
    return null
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function groupsOf(text: string): bigint | null {
  const sides = text.split('::').map((side) => (side === '' ? [] : side.split(':')))
  const [head = [], tail = []] = sides
  const missing = 8 - head.length - tail.length
  if (sides.length > 2 || (sides.length === 1 ? missing !== 0 : missing < 1)) return null
  const all = [...head, ...Array.from({ length: sides.length === 1 ? 0 : missing }, () => '0'), ...tail]
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  return all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
}
