import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makePlaces } from './places.ts'

const { placeOf, addressOf } = makePlaces({
  places: [
    { name: 'lab', cidr: ['10.1.7.0/24'], country: 'US' },
    { name: 'plant', cidr: ['10.1.0.0/16', '2001:db8:1::/48'], country: 'US' },
    { name: 'bonn', cidr: ['192.0.2.0/24'], country: 'DE' },
  ],
  trustedProxies: ['10.9.0.0/16', '2001:db8:9::/48'],
})
const nowhere = { name: null, country: null }

describe('placeOf()', () => {
  test('placeOf() names the first configured network that holds the address', () => {
    expect(placeOf('10.1.7.9', undefined)).toEqual({ name: 'lab', country: 'US' })
    expect(placeOf('10.1.8.9', undefined)).toEqual({ name: 'plant', country: 'US' })
    expect(placeOf('2001:db8:1::5', undefined).name).toBe('plant')
    expect(placeOf('192.0.2.200', undefined)).toEqual({ name: 'bonn', country: 'DE' })
  })

  test('placeOf() reads IPv4 inside IPv6, zones and ports', () => {
    for (const address of ['::ffff:10.1.8.9', '::FFFF:10.1.8.9', '::ffff:a01:809']) {
      expect(placeOf(address, undefined).name).toBe('plant')
    }
    expect(placeOf('2001:db8:1::5%eth0', undefined).name).toBe('plant')
    expect(placeOf('10.9.0.1', '10.1.8.9:4711').name).toBe('plant')
    expect(placeOf('10.9.0.1', '[2001:db8:1::5]:4711').name).toBe('plant')
  })

  test('placeOf() knows no place for other addresses, none and nonsense', () => {
    for (const address of ['203.0.113.1', '::1', '', 'localhost', '10.1.8', '10.1.8.9.9']) {
      expect(placeOf(address, undefined)).toEqual(nowhere)
    }
  })

  test('placeOf() concludes nothing from a connection that has ended', () => {
    expect(() => placeOf(undefined, '10.1.8.9')).toThrow('the connection has ended')
  })

  test('placeOf() believes X-Forwarded-For only from trusted proxies, from right to left', () => {
    expect(placeOf('203.0.113.1', '10.1.8.9')).toEqual(nowhere)
    expect(placeOf('10.9.0.1', '10.1.8.9').name).toBe('plant')
    expect(placeOf('::ffff:10.9.0.1', '10.1.8.9, 10.9.0.2').name).toBe('plant')
    expect(placeOf('10.9.0.1', '10.1.8.9, 203.0.113.1')).toEqual(nowhere)
    expect(placeOf('10.9.0.1', '10.1.8.9, nonsense')).toEqual(nowhere)
    expect(placeOf('10.9.0.1', '10.1.8.9, ')).toEqual(nowhere)
    expect(addressOf('10.9.0.1', '10.9.0.3, 10.9.0.2')).toBe('10.9.0.3')
    expect(addressOf('10.9.0.1', 'unknown')).toBeNull()
  })

  test('placeOf() never lets a caller behind a proxy choose a place', () => {
    fc.assert(
      fc.property(fc.string(), (forged) => {
        expect(placeOf('10.9.0.1', `${forged},203.0.113.1`)).toEqual(nowhere)
      }),
    )
  })
})

test('makePlaces() refuses what is not a range', () => {
  for (const cidr of [
    '10.1.0.0',
    '10.1.0.0/33',
    '10.1.0.0/',
    '10.1/16',
    '::/129',
    '10.1.0.0/-1',
    '10.0.0.0/8/8',
    'fe80::%1/64',
    '',
  ]) {
    const places = [{ name: 'x', cidr: [cidr], country: null }]
    expect(() => makePlaces({ places, trustedProxies: [] })).toThrow('cannot read network')
    expect(() => makePlaces({ places: [], trustedProxies: [cidr] })).toThrow('cannot read network')
  }
})
