// Cedar's Long: signed, 64 bits, where overflow is an error. A number while it is exact, a bigint beyond; each Long has
// exactly one of the two forms, so that `===` compares.

export type Long = number | bigint

const least = -(2n ** 63n)
const greatest = 2n ** 63n - 1n

export function isLong(value: unknown): value is Long {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** The one form of an integer; null when it does not fit 64 bits. */
export function long(value: bigint): Long | null {
  if (value < least || value > greatest) return null
  const small = Number(value)
  return Number.isSafeInteger(small) ? small : value
}

/** Add; null on overflow. */
export function add(left: Long, right: Long): Long | null {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right
    if (Number.isSafeInteger(sum)) return sum
  }
  return long(BigInt(left) + BigInt(right))
}

/** Subtract; null on overflow. */
export function subtract(left: Long, right: Long): Long | null {
  if (typeof left === 'number' && typeof right === 'number') {
    const difference = left - right
    if (Number.isSafeInteger(difference)) return difference
  }
  return long(BigInt(left) - BigInt(right))
}

/** Multiply; null on overflow. */
export function multiply(left: Long, right: Long): Long | null {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right
    // Adding zero turns -0, which JavaScript has and Cedar has not, into 0.
    if (Number.isSafeInteger(product)) return product + 0
  }
  return long(BigInt(left) * BigInt(right))
}

/** Change the sign; null on overflow. */
export function negate(value: Long): Long | null {
  return subtract(0, value)
}
