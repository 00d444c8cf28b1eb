import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Id } from '@sallyport/protocol'
import { systemRandomness } from '../base/index.ts'
import { testFieldKeys } from './testing.ts'
import { makePersonVault, type FieldKeys } from './vault.ts'

const fieldKeys = testFieldKeys(systemRandomness)
const vault = makePersonVault({ fieldKeys, random: systemRandomness })
const ana = randomUUID() as Id<'person'>
const lin = randomUUID() as Id<'person'>
const anaKey = vault.makePersonKey(ana)
const linKey = vault.makePersonKey(lin)
const ties = { citizenships: ['IR', 'DE'], formerCitizenships: ['TR'], permanentResidencies: ['CA'] }

describe('makePersonVault()', () => {
  test('opens what it sealed, any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (text) => {
        expect(vault.open(vault.seal(text, 'entry', anaKey, ana), 'entry', anaKey, ana)).toBe(text)
      }),
      { numRuns: 200 },
    )
  })

  test('opens nothing under another person, key or field', () => {
    const sealed = vault.sealTies(ties, anaKey, ana)
    expect(vault.openTies(sealed, anaKey, ana)).toEqual(ties)
    expect(() => vault.openTies(sealed, linKey, lin)).toThrow(expect.objectContaining({ code: 'unavailable' }))
    expect(() => vault.openTies(sealed, anaKey, lin)).toThrow(expect.objectContaining({ code: 'unavailable' }))
    expect(() => vault.open(sealed, 'entry', anaKey, ana)).toThrow(expect.objectContaining({ code: 'unavailable' }))
  })

  test('opens nothing that lost or changed a bit anywhere', () => {
    const sealed = vault.sealTies(ties, anaKey, ana)
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.with(at, (sealed[at] ?? 0) ^ 1)
      expect(() => vault.openTies(changed, anaKey, ana)).toThrow(expect.objectContaining({ code: 'unavailable' }))
      expect(() => vault.openTies(sealed.subarray(0, at), anaKey, ana)).toThrow(
        expect.objectContaining({ code: 'unavailable' }),
      )
    }
  })

  test('gives away by size neither how many countries there are nor whether there are any', () => {
    const none = { citizenships: [], formerCitizenships: [], permanentResidencies: [] }
    expect(vault.sealTies(ties, anaKey, ana)).toHaveLength(vault.sealTies(none, anaKey, ana).length)
    expect(vault.sealTies(ties, anaKey, ana)).not.toEqual(vault.sealTies(ties, anaKey, ana))
  })

  test('refuses ties that are sealed text of another shape', () => {
    for (const text of ['', 'no json', '{"citizenships":["IR"]}']) {
      const sealed = vault.seal(text, 'ties', anaKey, ana)
      expect(() => vault.openTies(sealed, anaKey, ana)).toThrow(expect.objectContaining({ code: 'unavailable' }))
    }
  })

  test('keeps only so many keys, and unwraps anew what was wrapped anew', () => {
    let unwrapped = 0
    const counting: FieldKeys = {
      ...fieldKeys,
      unwrapPersonKey: (wrapped, id) => {
        unwrapped++
        return fieldKeys.unwrapPersonKey(wrapped, id)
      },
    }
    const small = makePersonVault({ fieldKeys: counting, random: systemRandomness, keysHeld: 1 })
    const sealed = small.seal('a', 'entry', anaKey, ana)
    for (let again = 0; again < 5; again++) small.open(sealed, 'entry', anaKey, ana)
    expect(unwrapped).toBe(1)
    small.seal('b', 'entry', linKey, lin)
    small.open(sealed, 'entry', anaKey, ana)
    expect(unwrapped).toBe(3)
    const anew = fieldKeys.wrapPersonKey(fieldKeys.unwrapPersonKey(anaKey, ana), ana)
    expect(small.open(sealed, 'entry', anew, ana)).toBe('a')
    expect(unwrapped).toBe(4)
  })
})
