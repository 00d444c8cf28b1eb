import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parseStatementValue,
  readStatement,
  statementValue,
  writeStatement,
  type DistributionStatement,
} from './distribution.ts'
import { anyStatement, someText } from './testing.ts'

const statement = (parts: Partial<DistributionStatement>): DistributionStatement => ({
  letter: 'D',
  reasons: [],
  date: null,
  office: null,
  hasWarning: false,
  ...parts,
})

describe('writeStatement()', () => {
  test('writes letter, audience, reasons, date, office and warning', () => {
    const text = writeStatement(
      statement({ reasons: ['EXP', 'CRT'], date: '2024-05-12', office: 'NSWC Dahlgren', hasWarning: true }),
    )
    expect(text).toMatch(
      /^DISTRIBUTION STATEMENT D\. .*contractors only; Critical Technology; Export Controlled; 12 May 2024\. Other requests shall be referred to NSWC Dahlgren\.\nWARNING - /,
    )
  })

  test.each([
    [statement({ letter: 'X' }), /retired/],
    [statement({ letter: 'A', hasWarning: true }), /contradict/],
    [statement({ letter: 'A', reasons: ['EXP'] }), /no reason/],
    [statement({ date: '2024-02-30' }), /its date/],
    [statement({ office: 'a; b' }), /controlling office/],
    [statement({ office: 'x'.repeat(81) }), /controlling office/],
    [statement({ reasons: ['exp'] }), /is no reason/],
  ])('refuses what is no statement, %#', (wrong, fault) => {
    expect(() => writeStatement(wrong)).toThrow(fault)
  })
})

describe('readStatement()', () => {
  test('reads back whatever is written', () => {
    fc.assert(
      fc.property(anyStatement, (one) => {
        expect(readStatement(writeStatement(one))?.statement).toEqual(one)
      }),
    )
  })

  test('reads it on a page, with other words around it', () => {
    fc.assert(
      fc.property(anyStatement, (one) => {
        expect(readStatement(`Rotor assembly\n\n${writeStatement(one)}`)?.statement).toEqual(one)
      }),
    )
  })

  test.each([
    [
      'DISTRIBUTION STATEMENT D. Distribution authorized to Department of Defense and U.S. DoD contractors only; Export Controlled; 12 May 2024.',
      { reasons: ['EXP'], date: '2024-05-12' },
      ['its controlling office is missing'],
    ],
    [
      'Distribution Stmt: C',
      { letter: 'C' },
      ['its date of determination is missing', 'its controlling office is missing', 'its reason is missing'],
    ],
    [
      'DIST. STATEMENT "F"',
      { letter: 'F' },
      ['its date of determination is missing', 'its controlling office is missing'],
    ],
    [
      'Distribution authorized to the\nDepartment of Defense and U.S. DoD contractors only (Critical Technology) (1 Jan 2020)',
      { reasons: ['CRT'], date: '2020-01-01' },
      ['its letter is missing, and its words are those of D', 'its controlling office is missing'],
    ],
    [
      'Distribution statement X.',
      { letter: 'X' },
      [
        'statement X is retired, want C with the reason Export Controlled',
        'its date of determination is missing',
        'its controlling office is missing',
        'its reason is missing',
      ],
    ],
  ] as const)('reads %.40s for what it says, and names what is missing', (text, parts, faults) => {
    expect(readStatement(text)).toEqual({ statement: statement(parts as Partial<DistributionStatement>), faults })
  })

  test.each([
    'Distribution statement analysis shows a normal distribution.',
    'distribution statement a word about what follows',
    'Distribution authorized by the warehouse manager to store 12.',
    '',
  ])('takes %j for none', (text) => {
    expect(readStatement(text)).toBeNull()
  })

  test('never throws, whatever the text', () => {
    const reads = (text: string) => () => readStatement(text)
    fc.assert(
      fc.property(someText, (text) => {
        expect(reads(text)).not.toThrow()
        expect(reads(`DISTRIBUTION STATEMENT D. ${text}`)).not.toThrow()
      }),
    )
  })
})

describe('parseStatementValue()', () => {
  test('reads back the value of whatever statement, the retired one as well', () => {
    fc.assert(
      fc.property(anyStatement, fc.boolean(), (one, isOld) => {
        const meant = isOld && one.letter !== 'A' ? { ...one, letter: 'X' as const } : one
        expect(parseStatementValue(statementValue(meant))).toEqual(meant)
        expect(statementValue(meant)).toMatch(/^[a-z0-9_.%-]+$/)
      }),
    )
  })

  test.each([
    '',
    'g',
    'D',
    'd.',
    'd.exp.',
    'd.exp-crt',
    'd.exp-exp',
    'd..2024-02-30',
    'd...%zz',
    'd...%C3',
    'd...%ff',
    'd....x',
    'a.exp',
    'a....w',
    'd.exp.2024-05-12.x.w.y',
    'd._%65xport%20%63ontrolled',
  ])('takes %j for no value', (value) => {
    expect(parseStatementValue(value)).toBeNull()
  })
})
