import { describe, expect, test } from 'vitest'
import { classificationTerms, itemOf, lineText, parseEccn, parseUsml, usmlCategories } from './classification.ts'

describe('parseUsml()', () => {
  test.each([
    ['IV(h)(1)', { category: 'IV', letter: 'h', item: 'iv-h-1' }],
    ['XXI(b)', { category: 'XXI', letter: 'b', item: 'xxi-b' }],
    ['XII(c)(2)(iii)', { category: 'XII', letter: 'c', item: 'xii-c-2-iii' }],
    ['VIII(h)(20)(xiv)(B)', { category: 'VIII', letter: 'h', item: 'viii-h-20-xiv-b' }],
  ])('reads %s', (text, paragraph) => {
    expect(parseUsml(text)).toEqual(paragraph)
  })

  test.each([
    'IIII(a)',
    'XXII(a)',
    'IXX(a)',
    'VIIII(a)',
    'iv(h)(1)',
    'IV',
    'IV(h)(01)',
    'IV(h)(0)',
    'IV(h)(100)',
    'IV(h)(1)(iiii)',
    'IV(h)(1)(xc)',
    'IV(h)(1)(i)(a)',
    'IV(H)(1)',
    'IV(h)(1)*',
    ' IV(h)(1)',
    'IV(h)(1)\n',
    'IV (h)(1)',
    // Letters that look alike, and digits of other scripts.
    'ІV(h)(1)',
    'Ⅳ(h)(1)',
    'IV(h)(١)',
    'IV(һ)(1)',
    'IV（h）(1)',
  ])('refuses %j', (text) => {
    expect(parseUsml(text)).toBe(null)
  })

  test('knows exactly the categories I to XXI', () => {
    expect(usmlCategories).toHaveLength(21)
    const numerals = ['I', 'V', 'X'].flatMap((a) =>
      ['', 'I', 'V', 'X'].flatMap((b) => ['', 'I', 'V', 'X'].map((c) => a + b + c)),
    )
    for (const one of numerals)
      expect([one, parseUsml(`${one}(a)`) !== null]).toEqual([one, usmlCategories.includes(one)])
  })
})

describe('parseEccn()', () => {
  test.each([
    ['EAR99', { isListed: false, series: null, item: 'ear99' }],
    ['9E610.a', { isListed: true, series: '600', item: '9e610-a' }],
    ['0A606.x', { isListed: true, series: '600', item: '0a606-x' }],
    ['9A515.a.1', { isListed: true, series: '9x515', item: '9a515-a-1' }],
    ['3A001.b.2.a', { isListed: true, series: null, item: '3a001-b-2-a' }],
    ['5A002', { isListed: true, series: null, item: '5a002' }],
  ])('reads %s', (text, eccn) => {
    expect(parseEccn(text)).toEqual(eccn)
  })

  test.each([
    'EAR 99',
    'ear99',
    '9F610',
    '9e610',
    '9E61',
    '9E6100',
    '9E610.',
    '9E610.ab',
    '9E610.a.0',
    '９E610',
    'XE610',
    '9E610.A',
  ])('refuses %j', (text) => {
    expect(parseEccn(text)).toBe(null)
  })
})

test('a line is named for labels, and read with its flags and series', () => {
  const line = { usml: 'IV(h)(1)', sme: true, mtcr: true, classified: false }
  expect([itemOf(line), lineText(line)]).toEqual(['iv-h-1', 'USML IV(h)(1) (SME, MTCR)'])
  expect([itemOf({ eccn: '9E610.a' }), lineText({ eccn: '9E610.a' })]).toEqual(['9e610-a', 'ECCN 9E610.a (600 series)'])
  expect(lineText({ eccn: 'EAR99' })).toBe('EAR99')
})

test.each(['fal-0042', 'FAL 0042', 'FAL‑0042', 'ＦAL-0042', 'FАL-0042', '-1', ''])(
  'no record is numbered %j',
  (number) => {
    expect(classificationTerms.shape.number.safeParse(number).success).toBe(false)
  },
)
