import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { approvalsMigrations } from '../approvals/index.ts'
import { openTestGate, type TestGate } from '../roster/testing.ts'
import { authorizationsMigrations, legalData, loadLegalData, shippedLegalData, type LegalData } from './index.ts'

let gate: TestGate
let shipped: LegalData
beforeAll(async () => {
  gate = await openTestGate([approvalsMigrations, authorizationsMigrations])
  shipped = legalData.parse(JSON.parse(await readFile(shippedLegalData, 'utf8')))
})
afterAll(() => gate.stop())
beforeEach(async () => {
  await gate.database.query('DELETE FROM legal_data')
})

const load = (data: unknown) => gate.database.transaction((tx) => loadLegalData(tx, gate, data))
const countriesOn = async (at: string) =>
  (await gate.database.query('SELECT country FROM proscribed_country_on($1)', [at])).map((row) =>
    String(row['country']),
  )

describe('the data that ships', () => {
  test('lists by date, to the minute in Washington', async () => {
    await load(shipped)
    const proscribed = async (country: string, at: string) => (await countriesOn(at)).includes(country)
    expect(await proscribed('CN', '1999-01-01T00:00:00Z')).toBe(true)
    expect(await proscribed('RU', '2021-03-18T03:59:59Z')).toBe(false)
    expect(await proscribed('RU', '2021-03-18T04:00:00Z')).toBe(true)
    expect(await proscribed('NI', '2024-03-14T12:00:00Z')).toBe(false)
    expect(await proscribed('NI', '2024-03-15T12:00:00Z')).toBe(true)
    expect(await proscribed('KH', '2021-12-08T12:00:00Z')).toBe(false)
    expect(await proscribed('KH', '2025-03-01T12:00:00Z')).toBe(true)
    expect(await proscribed('KH', '2025-11-07T04:59:59Z')).toBe(true)
    expect(await proscribed('KH', '2025-11-07T05:00:00Z')).toBe(false)
    expect(await proscribed('GB', '2026-06-01T12:00:00Z')).toBe(false)
    expect(await countriesOn('2026-06-01T12:00:00Z')).toHaveLength(23)
  })

  test('holds Cyprus back from the day on which the known suspension has run out, and says why', async () => {
    await load(shipped)
    expect(await countriesOn('2022-09-30T12:00:00Z')).toContain('CY')
    expect(await countriesOn('2026-10-01T03:59:59Z')).not.toContain('CY')
    expect(await countriesOn('2026-10-01T04:00:00Z')).toContain('CY')
    const unsure = shipped.proscribedCountries.filter((row) => row.sureness === 'no')
    expect(unsure.map((row) => row.country)).toEqual(['CY'])
    expect(unsure[0]?.note).toMatch(/not known/)
  })

  test('has eight countries in the table of outright denial', async () => {
    const outright = shipped.proscribedCountries.filter((row) => row.list === 'd1').map((row) => row.country)
    expect(outright.sort()).toEqual(['BY', 'CN', 'CU', 'IR', 'KP', 'MM', 'SY', 'VE'])
  })
})

describe('loadLegalData()', () => {
  const one = (asOf: string, countries: readonly string[]): LegalData => ({
    asOf,
    citation: '22 CFR 126.1',
    proscribedCountries: countries.map((country) => ({
      country,
      name: country,
      list: 'd2',
      paragraph: '22 CFR 126.1(z)',
      validFrom: null,
      validUntil: null,
      source: 'test',
      sureness: 'yes',
    })),
  })
  const now = '2026-06-01T12:00:00Z'

  test('replaces the data as a whole, names its digest in an entry and moves the access epoch', async () => {
    await load(one('2026-01-01', ['AA', 'BB']))
    const epoch = await gate.epoch()
    const [entry] = await load(one('2026-02-01', ['BB', 'CC']))
    expect((await countriesOn(now)).sort()).toEqual(['BB', 'CC'])
    expect(await gate.epoch()).toBe(epoch + 1)
    const [row] = await gate.database.query('SELECT digest FROM legal_data WHERE in_force')
    const [recorded] = await gate.entriesAbout('legal-data', String(row?.['digest']))
    expect(recorded).toMatchObject({ id: entry?.id, kind: 'legal-data.loaded', body: { asOf: '2026-02-01', rows: 2 } })
  })

  test('does nothing for data that is in force already', async () => {
    await load(one('2026-01-01', ['AA']))
    const epoch = await gate.epoch()
    expect(await load(one('2026-01-01', ['AA']))).toEqual([])
    expect(await gate.epoch()).toBe(epoch)
  })

  test('refuses older data, data of another shape and two rows at once for a country', async () => {
    await load(one('2026-02-01', ['AA']))
    await expect(load(one('2026-01-31', ['BB']))).rejects.toMatchObject({ code: 'conflict' })
    await expect(load({})).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(load(one('2026-03-01', []))).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(load(one('2026-03-01', ['AA', 'AA']))).rejects.toMatchObject({ code: 'invalid-request' })
    expect(await countriesOn(now)).toEqual(['AA'])
  })
})
