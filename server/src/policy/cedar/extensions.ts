// Cedar's extension functions, by name: what they take and what they do.

import { parseDatetime, parseDuration, Datetime, Duration, dayMs, dayOf, timeOfDay, wholeUnits } from './datetime.ts'
import { Decimal, parseDecimal } from './decimal.ts'
import { IpAddress, parseIp } from './ip.ts'
import { add, subtract } from './long.ts'
import { EvaluationError, typeName, type CedarValue, type Outcome } from './values.ts'

export interface ExtensionFunction {
  readonly arity: 1 | 2
  readonly call: (first: CedarValue, second: CedarValue) => Outcome
}

function constructorOf(name: string, parse: (text: string) => CedarValue | null): ExtensionFunction {
  return {
    arity: 1,
    call: (text) => {
      if (typeof text !== 'string') return wrongType('string', text)
      return parse(text) ?? new EvaluationError(`cannot read ${name}: ${JSON.stringify(text)} is not one`)
    },
  }
}

function on<A>(kind: Kind<A>, work: (value: A) => Outcome): ExtensionFunction {
  return { arity: 1, call: (value) => (value instanceof kind ? work(value) : wrongType(kind.name, value)) }
}

function onTwo<A, B>(first: Kind<A>, second: Kind<B>, work: (left: A, right: B) => Outcome): ExtensionFunction {
  return {
    arity: 2,
    call: (left, right) => {
      if (!(left instanceof first)) return wrongType(first.name, left)
      return right instanceof second ? work(left, right) : wrongType(second.name, right)
    },
  }
}

type Kind<A> = new (...parts: never[]) => A

const overflow = new EvaluationError('cannot compute a datetime or duration: it overflows')

/** Every extension function by name. */
export const extensionFunctions: ReadonlyMap<string, ExtensionFunction> = new Map(
  Object.entries({
    decimal: constructorOf('decimal', parseDecimal),
    lessThan: onTwo(Decimal, Decimal, (a, b) => a.scaled < b.scaled),
    lessThanOrEqual: onTwo(Decimal, Decimal, (a, b) => a.scaled <= b.scaled),
    greaterThan: onTwo(Decimal, Decimal, (a, b) => a.scaled > b.scaled),
    greaterThanOrEqual: onTwo(Decimal, Decimal, (a, b) => a.scaled >= b.scaled),

    ip: constructorOf('ipaddr', parseIp),
    isIpv4: on(IpAddress, (ip) => ip.version === 4),
    isIpv6: on(IpAddress, (ip) => ip.version === 6),
    isLoopback: on(IpAddress, (ip) => ip.isLoopback()),
    isMulticast: on(IpAddress, (ip) => ip.isMulticast()),
    isInRange: onTwo(IpAddress, IpAddress, (ip, range) => ip.isInRange(range)),

    datetime: constructorOf('datetime', parseDatetime),
    duration: constructorOf('duration', parseDuration),
    offset: onTwo(Datetime, Duration, (from, by) => {
      const ms = add(from.ms, by.ms)
      return ms === null ? overflow : new Datetime(ms)
    }),
    durationSince: onTwo(Datetime, Datetime, (to, from) => {
      const ms = subtract(to.ms, from.ms)
      return ms === null ? overflow : new Duration(ms)
    }),
    toDate: on(Datetime, (datetime) => dayOf(datetime) ?? overflow),
    toTime: on(Datetime, timeOfDay),
    toMilliseconds: on(Duration, (duration) => duration.ms),
    toSeconds: on(Duration, (duration) => wholeUnits(duration, 1000)),
    toMinutes: on(Duration, (duration) => wholeUnits(duration, 60_000)),
    toHours: on(Duration, (duration) => wholeUnits(duration, 3_600_000)),
    toDays: on(Duration, (duration) => wholeUnits(duration, dayMs)),
  }),
)

/** The error of a value that is not of the type wanted. */
export function wrongType(wanted: string, got: CedarValue): EvaluationError {
  return new EvaluationError(`cannot use ${typeName(got)}: want ${wanted.toLowerCase()}`)
}
