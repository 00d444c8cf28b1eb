import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bannerFaults, readBanner, writeBanner, writePortion, type Banner } from './banner.ts'
import { anyBanner, someText } from './testing.ts'

const banner = (parts: Partial<Banner>): Banner => ({ categories: [], controls: [], release: null, ...parts })
const expt = { abbr: 'EXPT', isSpecified: true }
const cti = { abbr: 'CTI', isSpecified: true }
const prvcy = { abbr: 'PRVCY', isSpecified: false }

describe('writeBanner()', () => {
  test('puts specified categories before basic ones, and controls by letter', () => {
    const all = banner({
      categories: [prvcy, expt, cti],
      controls: ['fedcon'],
      release: { release: ['GBR', 'AUS', 'FVEY'], display: ['JPN'] },
    })
    expect(writeBanner(all)).toBe('CUI//SP-CTI/SP-EXPT/PRVCY//DISPLAY ONLY USA, JPN/FEDCON/REL TO USA, AUS, GBR, FVEY')
    expect(writePortion(banner({ categories: [cti], controls: ['noforn'] }))).toBe('(CUI//SP-CTI//NF)')
    expect(writeBanner(banner({}))).toBe('CUI')
  })

  test('writes nothing that contradicts itself, or lacks what goes with it', () => {
    const list = { release: ['AUS'], display: null }
    for (const [wrong, fault] of [
      [banner({ controls: ['noforn'], release: list }), /exclude each other/],
      [banner({ controls: ['noforn', 'relido'] }), /NOFORN and RELIDO exclude/],
      [banner({ controls: ['fed-only', 'fedcon'] }), /FED ONLY and FEDCON exclude/],
      [banner({ controls: ['fedcon', 'nocon'] }), /FEDCON and NOCON exclude/],
      [banner({ controls: ['attorney-client'] }), /PRIVILEGE/],
      [banner({ categories: [{ abbr: 'CTI', isSpecified: false }] }), /want SP-CTI/],
      [banner({ categories: [{ abbr: 'NNPI', isSpecified: true }] }), /NNPI is NOFORN/],
    ] as const) {
      expect(() => writeBanner(wrong)).toThrow(fault)
      expect(() => writePortion(wrong)).toThrow(fault)
    }
  })
})

describe('readBanner()', () => {
  test('reads back whatever is written, as banner and as portion mark', () => {
    fc.assert(
      fc.property(anyBanner, (one) => {
        for (const text of [writeBanner(one), writePortion(one)])
          expect(readBanner(text)).toEqual({ banner: one, unread: [], faults: [] })
      }),
    )
  })

  test('leads to the written form: what was read, written, reads the same without a fault', () => {
    const slips = fc.array(
      fc.constantFrom(
        ' / ',
        '//',
        '/',
        ',',
        ' ',
        'noforn',
        'NF',
        'REL TO USA, GBR',
        'REL AUS',
        'SP-CTI',
        'expt',
        'SP EXPT',
        'FED ONLY',
        'DISPLAY ONLY USA, JPN',
        'MIL',
        '–',
        'с',
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(slips, (parts) => {
        const read = readBanner(`CUI//${parts.join('')}`)
        if (read === null || bannerFaults(read.banner).length > 0) return
        expect(readBanner(writeBanner(read.banner))).toEqual({ banner: read.banner, unread: [], faults: [] })
      }),
    )
  })

  test('takes a segment of nothing but controls as that of the controls', () => {
    expect(readBanner('CUI//NOFORN')).toEqual({ banner: banner({ controls: ['noforn'] }), unread: [], faults: [] })
    expect(readBanner('CONTROLLED//SP-EXPT//FED ONLY')).toEqual({
      banner: banner({ categories: [expt], controls: ['fed-only'] }),
      unread: [],
      faults: [],
    })
    expect(readBanner('  CUI  ')).toEqual({ banner: banner({}), unread: [], faults: [] })
  })

  test.each([
    [
      'CUI//EXPT//NF',
      { categories: [{ ...expt, isSpecified: false }], controls: ['noforn'] },
      'it is not written as it should be, want CUI//EXPT//NOFORN',
    ],
    ['cui // sp-cti / sp-expt // noforn', { categories: [cti, expt], controls: ['noforn'] }, 'it is not in capitals'],
    ['CUI//SP–CTI', { categories: [cti] }, 'it has a dash for a hyphen'],
    ['СUІ//NОFORN', { controls: ['noforn'] }, 'it has letters of another alphabet'],
    ['CUI//NO\u00ADFORN', { controls: ['noforn'] }, 'it has characters that do not show, or are written otherwise'],
    ['CUI//SP-EXPT/SP-CTI', { categories: [cti, expt] }, 'it is not written as it should be, want CUI//SP-CTI/SP-EXPT'],
    [
      'CUI//NOFORN//SP-CTI',
      { categories: [cti], controls: ['noforn'] },
      'the category CTI stands behind the dissemination controls',
    ],
    [
      'CUI//REL TO GBR, AUS',
      { release: { release: ['AUS', 'GBR'], display: null } },
      'the list of REL TO does not begin with USA',
    ],
    ['CUI//CTI', { categories: [{ ...cti, isSpecified: false }] }, 'CTI is a specified category, want SP-CTI'],
    [
      'CUI//NOFORN/REL TO USA, AUS',
      { controls: ['noforn'], release: { release: ['AUS'], display: null } },
      'NOFORN and a list of countries exclude each other',
    ],
    [
      'CUI//REL TO USA, AUS/REL TO USA, GBR',
      { release: { release: [], display: null } },
      'it is not written as it should be, want CUI//REL TO USA',
    ],
  ] as const)('reads %s for what it means, and names its fault', (text, parts, fault) => {
    const read = readBanner(text)
    expect(read?.banner).toEqual(banner(parts as Partial<Banner>))
    expect(read?.unread).toEqual([])
    expect(read?.faults).toContain(fault)
  })

  test.each([
    ['CUI//SP-CTI//DIST-D', ['DIST-D'], 'a distribution statement does not stand in a banner'],
    ['CUI//MIL', ['MIL'], 'MIL is not known'],
    ['CUI//NOFRON', ['NOFRON'], 'NOFRON is not known'],
    ['CUI//REL TO USA, UK', ['UK'], 'UK is no code of a country or group'],
    [`CUI//${'SP-CTI/'.repeat(400)}`, ['...'], 'it is longer than 2000 characters'],
  ])('keeps what it cannot read of %.30s, so that nobody goes on without it', (text, unread, fault) => {
    const read = readBanner(text)
    expect(read?.unread).toEqual(unread)
    expect(read?.faults).toContain(fault)
  })

  test('knows further categories when it is told of them', () => {
    expect(readBanner('CUI//PHYS', new Set(['PHYS']))).toEqual({
      banner: banner({ categories: [{ abbr: 'PHYS', isSpecified: false }] }),
      unread: [],
      faults: [],
    })
  })

  test.each([
    'CUI means controlled unclassified information.',
    'Controlled by valve V-101',
    '',
    '(CUI policy office)',
    'SECRET//NOFORN',
    'CU',
    '//',
  ])('takes %j for no banner', (text) => {
    expect(readBanner(text)).toBeNull()
  })

  test('never throws, whatever the text', () => {
    const reads = (text: string) => () => readBanner(text)
    fc.assert(
      fc.property(someText, (text) => {
        expect(reads(text)).not.toThrow()
        expect(reads(`CUI//${text}`)).not.toThrow()
      }),
    )
  })
})
