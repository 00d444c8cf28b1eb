// Mutations of real input: what an attacker starts from is mostly something valid.

import fc from 'fast-check'
import { concat } from '@sallyport/protocol'

type Mutation = (bytes: Uint8Array) => Uint8Array

const tellingBytes = [0, 1, 0x22, 0x2c, 0x3d, 0x5b, 0x7b, 0x7f, 0x80, 0xc0, 0xed, 0xff]
const tellingNumbers = ['0', '-1', '1e999', '9007199254740993', '4294967296', '65536', '0.1', 'null', '[]', '{}', '""']

const at = (fraction: number, length: number): number => Math.min(length, Math.floor(fraction * (length + 1)))
const fraction = fc.double({ min: 0, max: 1, noNaN: true })

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  // One bit.
  fc.tuple(fraction, fc.nat(7)).map(([where, bit]): Mutation => (bytes) => {
    const changed = bytes.slice()
    const i = Math.min(at(where, bytes.length), bytes.length - 1)
    if (i >= 0) changed[i] = (changed[i] ?? 0) ^ (1 << bit)
    return changed
  }),
  // One byte that means something to many parsers.
  fc.tuple(fraction, fc.constantFrom(...tellingBytes)).map(([where, byte]): Mutation => (bytes) => {
    const changed = bytes.slice()
    const i = Math.min(at(where, bytes.length), bytes.length - 1)
    if (i >= 0) changed[i] = byte
    return changed
  }),
  // Cut off, or a run taken out.
  fc.tuple(fraction, fc.nat(64)).map(([where, length]): Mutation => (bytes) => {
    const start = at(where, bytes.length)
    return concat(bytes.subarray(0, start), bytes.subarray(start + length))
  }),
  fraction.map(
    (where): Mutation =>
      (bytes) =>
        bytes.subarray(0, at(where, bytes.length)),
  ),
  // Something put in: noise, or a piece of itself.
  fc.tuple(fraction, fc.uint8Array({ maxLength: 32 })).map(([where, noise]): Mutation => (bytes) => {
    const start = at(where, bytes.length)
    return concat(bytes.subarray(0, start), noise, bytes.subarray(start))
  }),
  fc.tuple(fraction, fraction, fc.nat(128)).map(([where, from, length]): Mutation => (bytes) => {
    const start = at(where, bytes.length)
    const first = at(from, bytes.length)
    return concat(bytes.subarray(0, start), bytes.subarray(first, first + length), bytes.subarray(start))
  }),
  // A number written in the text becomes another one, or no number.
  fc.tuple(fraction, fc.constantFrom(...tellingNumbers)).map(([where, number]): Mutation => (bytes) => {
    const text = Buffer.from(bytes).toString('latin1')
    const found = [...text.matchAll(/\d+/g)]
    const one = found[Math.min(at(where, found.length), found.length - 1)]
    if (one === undefined) return bytes
    return Buffer.from(text.slice(0, one.index) + number + text.slice(one.index + one[0].length), 'latin1')
  }),
)

/** Generate one of the samples after one to six mutations, or noise. */
export function mutationsOf(...samples: readonly [Uint8Array, ...Uint8Array[]]): fc.Arbitrary<Uint8Array> {
  const mutated = fc
    .tuple(fc.constantFrom(...samples), fc.array(mutation, { minLength: 1, maxLength: 6 }))
    .map(([sample, mutations]) => mutations.reduce((bytes, mutate) => new Uint8Array(mutate(bytes)), sample))
  return fc.oneof({ weight: 15, arbitrary: mutated }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }) })
}
