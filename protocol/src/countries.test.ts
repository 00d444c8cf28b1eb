import { describe, expect, test } from 'vitest'
import { countriesMeant, country, countryFault, countryToday } from './countries.ts'

// SPEC: ISO 3166-3. Alpha-2 codes that were withdrawn and not given to another country since.
const gone = 'AN BU CS DD DY FX HV NH NT PC PZ RH SU TP VD YD YU ZR'.split(' ')

describe('countryToday', () => {
  test('takes every country of today, and Kosovo', () => {
    const all = Array.from({ length: 26 * 26 }, (_, n) =>
      String.fromCharCode(65 + Math.floor(n / 26), 65 + (n % 26)),
    ).filter((code) => countryToday.safeParse(code).success)
    expect(all).toHaveLength(250)
    for (const code of ['GB', 'RU', 'SS', 'TL', 'ME', 'RS', 'MK', 'CD', 'MM', 'XK']) expect(all).toContain(code)
    for (const code of [...gone, 'UK', 'EU', 'UN', 'ZZ', 'XX']) expect(all).not.toContain(code)
  })

  test('takes no other spelling of one', () => {
    for (const code of ['gb', 'GBR', 'SUHH', 'G', '', 'G8', 'Soviet Union']) {
      expect(countryToday.safeParse(code).success).toBe(false)
      expect(countryFault(code)).toBeNull()
    }
  })

  test.each(gone)('refuses %s and names the countries of today to choose from', (code) => {
    const { error } = countryToday.safeParse(code)
    const [issue] = error?.issues ?? []
    for (const one of countriesMeant(code)) {
      expect(issue?.message).toMatch(new RegExp(`: .*\\b${one}\\b`))
      expect(countryToday.safeParse(one).success).toBe(true)
    }
    expect(countriesMeant(code)).not.toContain(code)
  })

  test('says which code is meant by one that is written by habit', () => {
    expect(countryToday.safeParse('UK').error?.issues[0]?.message).toContain('want GB')
  })
})

describe('countriesMeant()', () => {
  test('stands for itself where the country is there, and for all that followed where it is gone', () => {
    expect(countriesMeant('GB')).toEqual(['GB'])
    expect(countriesMeant('SU')).toEqual(expect.arrayContaining(['RU', 'BY', 'LV', 'UA']))
    expect(countriesMeant('YU')).toEqual(expect.arrayContaining(['RS', 'HR', 'SI', 'BA', 'MK', 'ME']))
    // One code of two countries: held to both.
    expect(countriesMeant('CS')).toEqual(expect.arrayContaining(['CZ', 'SK', 'RS', 'ME']))
    expect(countriesMeant('DD')).toEqual(['DE'])
  })

  test('has the form of a country alone for what is on record', () => {
    expect(country.safeParse('SU').success).toBe(true)
  })
})
