// CRC-32 of ZIP (ISO 3309, reflected), and the rule that joins the values of two neighbours without their bytes.
// A checksum against accidents only: it binds nothing against an attacker.

const polynomial = 0xedb88320

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? polynomial : 0)
  return value
})

/** Compute the CRC-32 of bytes; `seed` is the value of the bytes before them. */
export function crc32(bytes: Uint8Array, seed = 0): number {
  let value = ~seed
  for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 255] ?? 0)
  return ~value >>> 0
}

/** Compute the CRC-32 of `first` followed by `second` from their own values and the length of the second in bytes. */
export function joinCrc32(first: number, second: number, secondBytes: number): number {
  return (multiply(shiftOf(secondBytes), first) ^ second) >>> 0
}

// Files have few lengths of segment but many segments, so that the last shift is nearly always the one asked for.
let lastBytes = 0
let lastShift = 0x80000000

/** x^(8 * bytes) modulo the polynomial; in reflected order the highest bit is x^0. */
function shiftOf(bytes: number): number {
  if (bytes === lastBytes) return lastShift
  let shift = 0x80000000
  let square = 0x00800000
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) shift = multiply(shift, square)
    square = multiply(square, square)
  }
  lastBytes = bytes
  lastShift = shift
  return shift
}

function multiply(a: number, b: number): number {
  let product = 0
  let term = b
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= term
    term = (term >>> 1) ^ (term & 1 ? polynomial : 0)
  }
  return product >>> 0
}
