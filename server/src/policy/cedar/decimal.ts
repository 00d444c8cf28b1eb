// Cedar's decimal: up to four digits after the point, in 64 bits.

import { ExtensionValue } from './values.ts'
import { long } from './long.ts'

const digits = 4
// ATTACKER: leading zeros are allowed and cost nothing; more than fifteen digits after them never fit.
const form = /^(-?)0*([0-9]{1,15})\.([0-9]{1,4})$/

export class Decimal extends ExtensionValue {
  /** Ten thousand times the value. */
  readonly scaled: bigint

  constructor(scaled: bigint) {
    super()
    this.scaled = scaled
  }

  override equals(other: ExtensionValue): boolean {
    return other instanceof Decimal && other.scaled === this.scaled
  }

  override toString(): string {
    const size = this.scaled < 0n ? -this.scaled : this.scaled
    const whole = `${this.scaled < 0n ? '-' : ''}${size / 10_000n}`
    return `decimal("${whole}.${String(size % 10_000n).padStart(digits, '0')}")`
  }
}

/** Read a decimal; null when the text is not one or does not fit. */
export function parseDecimal(text: string): Decimal | null {
  const [, sign, whole, fraction] = form.exec(text) ?? []
  if (whole === undefined || fraction === undefined) return null
  const size = BigInt(whole) * 10_000n + BigInt(fraction.padEnd(digits, '0'))
  const scaled = sign === '-' ? -size : size
  return long(scaled) === null ? null : new Decimal(scaled)
}
