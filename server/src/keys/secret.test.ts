import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { keepSecret, useSecret, wipeSecret } from './secret.ts'

test('keepSecret() shows nothing of its bytes, however it is printed', () => {
  const secret = keepSecret(Uint8Array.of(0xca, 0xfe, 0xba, 0xbe))
  for (const text of [JSON.stringify(secret), inspect(secret, { showHidden: true, depth: 9 })]) {
    expect(text).not.toMatch(/ca|202|fe|254/i)
  }
  expect(useSecret(secret, (bytes) => [...bytes])).toEqual([0xca, 0xfe, 0xba, 0xbe])
})

test('wipeSecret() overwrites the bytes, and the secret cannot be used again', () => {
  const bytes = Uint8Array.of(1, 2, 3)
  const secret = keepSecret(bytes)
  wipeSecret(secret)
  expect(bytes).toEqual(new Uint8Array(3))
  expect(() => useSecret(secret, () => 0)).toThrow('it was wiped')
})
