// Markings of all kinds, for tests.

import fc from 'fast-check'
import { bannerFaults, type Banner } from './banner.ts'
import { orderedCategories } from './categories.ts'
import { controls } from './controls.ts'
import type { DistributionStatement } from './distribution.ts'
import { orderedCodes, type ReleaseList } from './release-list.ts'

const codes = fc.subarray(['AUS', 'CAN', 'DEU', 'FVEY', 'GBR', 'JPN', 'NATO', 'NZL']).map(orderedCodes)

export const anyRelease: fc.Arbitrary<ReleaseList> = fc
  .record({ release: fc.option(codes), display: fc.option(codes) })
  .filter(({ release, display }) => release !== null || display !== null)

const category = fc.record({
  abbr: fc.constantFrom('CTI', 'EXPT', 'NNPI', 'OPSEC', 'PRIVILEGE', 'PRVCY'),
  isSpecified: fc.boolean(),
})

/** Only those that can be written. */
export const anyBanner: fc.Arbitrary<Banner> = fc
  .record({
    categories: fc.array(category, { maxLength: 4 }).map(orderedCategories),
    controls: fc.subarray([...controls]),
    release: fc.option(anyRelease),
  })
  .filter((banner) => bannerFaults(banner).length === 0)

const words = fc.stringMatching(/^[A-Z][a-zé.'&/-]{0,12}( [A-Za-z0-9]{1,10}){0,3}$/)

/** Only those that can be written. */
export const anyStatement: fc.Arbitrary<DistributionStatement> = fc
  .record({
    letter: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
    reasons: fc
      .uniqueArray(
        fc.constantFrom(
          'AOU',
          'CRT',
          'EXP',
          'FGI',
          'VUL',
          'Controlled Technical Information',
          'Patents and Inventions',
        ),
        { maxLength: 3 },
      )
      .map((all) => all.toSorted()),
    date: fc.option(
      fc
        .date({ min: new Date('1990-01-01'), max: new Date('2090-12-31'), noInvalidDate: true })
        .map((at) => at.toISOString().slice(0, 10)),
    ),
    office: fc.option(words),
    hasWarning: fc.boolean(),
  })
  .map((one) => (one.letter === 'A' ? { ...one, reasons: [], hasWarning: false } : one))

/** Text as somebody hostile writes it. */
export const someText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(
        'CUI',
        '//',
        '/',
        'REL TO',
        ' USA',
        ',',
        '(',
        ')',
        ';',
        'DISTRIBUTION STATEMENT ',
        'D',
        '.',
        '\n',
        '‮',
        '𝐂𝐔𝐈',
        '%',
        'a',
        ' ',
      ),
      { maxLength: 200 },
    )
    .map((all) => all.join('')),
  fc.constantFrom(' ', '/', ',', 'A', '(', 'DIST ', '.').map((one) => one.repeat(20_000)),
)
