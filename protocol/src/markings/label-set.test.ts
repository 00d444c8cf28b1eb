import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBanner, writeBanner } from './banner.ts'
import { countryFault } from '../countries.ts'
import {
  bannerOfSet,
  closedBy,
  controlsDropped,
  isNoForeign,
  labelSetFaults,
  labelSetOf,
  labelsOfBanner,
  labelsOfSet,
  labelValueFault,
  needsReleaseList,
} from './label-set.ts'
import { isWithin, letOut, parseReleaseValue, releaseValue } from './release-list.ts'
import { anyBanner, anyRelease, anyStatement, someText } from './testing.ts'
import { statementValue } from './distribution.ts'
import { countriesOfCode, isReleaseCode } from './trigraphs.ts'

const said = (names: readonly string[]) =>
  names.map((name) => ({ dimension: name.split('/')[0] ?? '', value: name.slice(name.indexOf('/') + 1) }))
const set = (...names: string[]) => labelSetOf(said(names))

describe('labelSetOf()', () => {
  test('holds a banner without loss, both ways', () => {
    fc.assert(
      fc.property(anyBanner, (banner) => {
        const labels = labelsOfBanner(banner)
        expect(bannerOfSet(set(...labels))).toEqual(banner)
        expect(labelsOfBanner(readBanner(writeBanner(banner))?.banner ?? banner)).toEqual(labels)
        for (const one of said(labels)) expect(labelValueFault(one)).toBeNull()
      }),
    )
  })

  test('gives back every label, what it cannot read among them', () => {
    const label = fc.oneof(
      fc.constantFrom(
        'jurisdiction/itar',
        'jurisdiction/ear',
        'program/falcon',
        'item/iv-h-1',
        'cui/sp-cti',
        'cui/expt',
        'dissem/noforn',
        'dissem/fedcon',
      ),
      fc.constantFrom('dissem/orcon', 'relto/aus', 'cui/SP-CTI', 'distribution/q', 'colour/red', 'relto/usa-gbr-aus'),
      anyRelease.map((one) => `relto/${releaseValue(one)}`),
      anyStatement.map((one) => `distribution/${statementValue(one)}`),
    )
    fc.assert(
      fc.property(fc.uniqueArray(label), (labels) => {
        expect(labelsOfSet(set(...labels))).toEqual(labels.toSorted())
      }),
    )
  })

  test('needs no label for CUI of any category where a category stands, and has no banner for what is no CUI', () => {
    expect(labelsOfSet(set('cui/basic', 'cui/sp-cti'))).toEqual(['cui/sp-cti'])
    expect(bannerOfSet(set('cui/basic'))).toEqual({ categories: [], controls: [], release: null })
    expect(bannerOfSet(set('jurisdiction/itar', 'dissem/noforn'))).toBeNull()
    expect(bannerOfSet(set('cui/basic', 'relto/usa-aus', 'relto/usa-gbr'))).toBeNull()
  })

  test('reads nothing hostile as a marking', () => {
    fc.assert(
      fc.property(fc.constantFrom('dissem', 'relto', 'cui', 'distribution'), someText, (dimension, value) => {
        const known = labelValueFault({ dimension, value }) === null
        expect(labelSetOf([{ dimension, value }]).unread.length === 0 || !known).toBe(true)
      }),
    )
  })
})

describe('labelSetFaults()', () => {
  test.each([
    [['jurisdiction/itar', 'distribution/a'], /public release/],
    [['cui/expt', 'distribution/a'], /public release/],
    [['cui/basic', 'dissem/noforn', 'relto/usa-aus'], /exclude/],
    [['cui/basic', 'dissem/fed-only'], /needs a distribution list/],
    [['cui/basic', 'distribution/e'], /needs a distribution list/],
    [['cui/sp-cti'], /CTI goes with/],
    [['cui/sp-nnpi'], /NNPI is NOFORN/],
  ])('names what is wrong with %j', (labels, fault) => {
    expect(labelSetFaults(set(...labels)).join()).toMatch(fault)
  })

  test('finds nothing wrong with labels that belong together', () => {
    expect(
      labelSetFaults(
        set('jurisdiction/itar', 'program/dl-icd', 'cui/sp-cti', 'cui/sp-expt', 'distribution/b.exp', 'dissem/noforn'),
      ),
    ).toEqual([])
    expect(labelSetFaults(set('distribution/a'))).toEqual([])
  })
})

describe('closedBy()', () => {
  test.each([
    'dissem/fed-only',
    'dissem/nocon',
    'dissem/dl-only',
    'dissem/attorney-client',
    'dissem/attorney-wp',
    'distribution/b',
    'distribution/e.exp',
    'distribution/f',
  ])('%s opens for those on every distribution list of the file, and for nobody without one', (label) => {
    expect(closedBy(set(label, 'program/falcon'), ['falcon'])).not.toBeNull()
    expect(closedBy(set(label, 'program/dl-a', 'program/dl-b'), ['dl-a'])).not.toBeNull()
    expect(closedBy(set(label, 'program/dl-a', 'program/dl-b'), ['dl-a', 'dl-b'])).toBeNull()
  })

  test('FEDCON opens within a program, statements C, D and X close nothing, and A beside an export label closes it', () => {
    expect(closedBy(set('dissem/fedcon'), [])).toBe('FEDCON')
    expect(closedBy(set('dissem/fedcon', 'program/falcon'), [])).toBeNull()
    for (const one of ['c', 'd', 'x']) expect(closedBy(set('jurisdiction/itar', `distribution/${one}`), [])).toBeNull()
    expect(closedBy(set('distribution/a'), [])).toBeNull()
    for (const one of ['jurisdiction/ear', 'cui/expt'])
      expect(closedBy(set(one, 'distribution/a', 'program/dl-a'), ['dl-a'])).toMatch(/statement A/)
  })

  test('more labels never open what fewer closed', () => {
    const label = fc.constantFrom(
      'dissem/fed-only',
      'dissem/fedcon',
      'program/dl-a',
      'distribution/b',
      'distribution/a',
      'jurisdiction/itar',
      'cui/basic',
    )
    fc.assert(
      fc.property(fc.uniqueArray(label), label, (labels, more) => {
        // A list gives: a label of one is what the others ask for. Whoever adds it sets who is on it.
        if (more.startsWith('program/')) return
        const closed = (names: readonly string[]) => closedBy(set(...names), []) !== null
        expect(closed([...labels, more]) || !closed(labels)).toBe(true)
      }),
    )
  })
})

describe('letOut()', () => {
  const list = (value: string) => parseReleaseValue(value) ?? { release: null, display: null }

  test('takes every country of somebody, and none at all lets nobody out', () => {
    expect(letOut(list('usa-aus-gbr'), ['AU'])).toBe('release')
    expect(letOut(list('usa-aus-gbr'), ['AU', 'GB'])).toBe('release')
    expect(letOut(list('usa-aus-gbr'), ['AU', 'NZ'])).toBeNull()
    expect(letOut(list('usa-aus-gbr'), [])).toBeNull()
    expect(letOut(list('usa'), ['AU'])).toBeNull()
    expect(letOut(list('usa-fvey'), ['NZ', 'CA'])).toBe('release')
    expect(letOut(list('usa-nato'), ['DE'])).toBeNull()
    expect(letOut(list('display-usa-aus'), ['AU'])).toBe('display')
    expect(letOut(list('usa-gbr.display-usa-aus'), ['AU', 'GB'])).toBe('display')
    expect(letOut(list('usa-gbr.display-usa-aus'), ['GB'])).toBe('release')
  })

  test('lets out no more under a list within another', () => {
    const countries = fc.uniqueArray(fc.constantFrom('AU', 'CA', 'DE', 'GB', 'JP', 'NZ'), {
      minLength: 1,
      maxLength: 3,
    })
    const rank = { release: 2, display: 1 } as const
    fc.assert(
      fc.property(anyRelease, anyRelease, countries, (one, other, held) => {
        if (!isWithin(one, other)) return
        const [inner, outer] = [letOut(one, held), letOut(other, held)]
        expect(inner === null ? 0 : rank[inner]).toBeLessThanOrEqual(outer === null ? 0 : rank[outer])
      }),
    )
  })

  test('knows a code of three letters for every country of today, once', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
    const pairs = letters.flatMap((a) => letters.map((b) => `${a}${b}`)).filter((code) => countryFault(code) === null)
    const triples = letters
      .flatMap((a) => letters.flatMap((b) => letters.map((c) => `${a}${b}${c}`)))
      .filter(isReleaseCode)
    expect(triples.flatMap(countriesOfCode).toSorted()).toEqual(pairs.toSorted())
  })

  test('reads back the value of whatever list, and no other form of it', () => {
    fc.assert(
      fc.property(anyRelease, (one) => {
        expect(parseReleaseValue(releaseValue(one))).toEqual(one)
      }),
    )
    for (const value of [
      '',
      'aus',
      'usa-gbr-aus',
      'usa-aus-aus',
      'USA',
      'usa-xxx',
      'usa.usa',
      'display-usa.usa',
      'usa-',
      `usa${'-aus'.repeat(50)}`,
    ]) {
      expect(parseReleaseValue(value)).toBeNull()
    }
  })
})

describe('controlsDropped()', () => {
  test('names what others do not keep, and takes a shorter list for kept', () => {
    const dropped = (before: string[], after: string[]) => controlsDropped(said(before), said(after))
    expect(dropped(['dissem/noforn', 'program/falcon'], ['program/heron'])).toEqual(['NOFORN'])
    expect(dropped(['relto/usa-aus-gbr'], ['relto/usa-aus'])).toEqual([])
    expect(dropped(['relto/usa-aus'], ['relto/usa-aus-gbr'])).toEqual(['relto/usa-aus'])
    expect(dropped(['relto/usa-aus'], ['dissem/noforn'])).toEqual([])
    expect(dropped(['dissem/orcon'], ['dissem/noforn'])).toEqual(['dissem/orcon'])
  })
})

describe('isNoForeign(), needsReleaseList()', () => {
  test('NNPI is NOFORN by itself; RELIDO waits for a list', () => {
    expect([set('dissem/noforn'), set('cui/sp-nnpi'), set('cui/sp-cti')].map(isNoForeign)).toEqual([true, true, false])
    expect([set('dissem/relido'), set('dissem/relido', 'relto/usa-aus')].map(needsReleaseList)).toEqual([true, false])
  })
})
