import { describe, expect, test } from 'vitest'
import { hasCounted } from './read-releases.ts'

const ties = { citizenships: ['GB'], formerCitizenships: ['IR'], permanentResidencies: ['CA'] }

describe('hasCounted()', () => {
  test.each([
    ['a citizenship', 'GB', true],
    ['one that was given up', 'IR', true],
    ['a permanent residency', 'CA', true],
    ['no other country', 'FR', false],
  ])('counts %s', (_, country, isCounted) => {
    expect(hasCounted({ countries: ties }, country)).toBe(isCounted)
  })

  test.each(['none', 'sealed', 'erased'] as const)('counts nothing of what is %s', (countries) => {
    expect(hasCounted({ countries }, 'GB')).toBe(false)
  })
})
