import { jurisdictions, type ClassificationTerms } from '@sallyport/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareControl, onlyRaises } from './compare-control.ts'
import { record } from './testing.ts'

const line = (usml: string, flags: Partial<{ sme: boolean; mtcr: boolean; classified: boolean }> = {}) => ({
  usml,
  sme: false,
  mtcr: false,
  classified: false,
  ...flags,
})
const itar = (...lines: ClassificationTerms['lines']): ClassificationTerms => record({ jurisdiction: 'itar', lines })
const ear = (...eccns: string[]): ClassificationTerms =>
  record({ jurisdiction: 'ear', lines: eccns.map((eccn) => ({ eccn })) })
const neither = record({ jurisdiction: 'neither', lines: [] })
const doubt = { question: 'is the seal listed?' }
const unknown = record({ jurisdiction: 'unknown', lines: [], doubt })

describe('onlyRaises()', () => {
  test.each([
    ['from neither to EAR99', neither, ear('EAR99')],
    ['from EAR99 to an ECCN', ear('EAR99'), ear('9E610.a')],
    ['from the EAR to the ITAR', ear('9E610.a', '9A610.x'), itar(line('IV(h)(1)'))],
    ['a paragraph more', itar(line('IV(h)(1)')), itar(line('IV(h)(1)'), line('XI(d)'))],
    ['SME', itar(line('IV(h)(1)')), itar(line('IV(h)(1)', { sme: true }))],
    ['MTCR', itar(line('IV(h)(1)')), itar(line('IV(h)(1)', { mtcr: true }))],
    ['in doubt', ear('9E610.a'), { ...ear('9E610.a'), doubt }],
    ['nothing known', itar(line('IV(h)(1)')), unknown],
  ])('%s', (_, before, after) => {
    expect(onlyRaises(compareControl(before, after))).toBe(true)
    expect(onlyRaises(compareControl(after, before))).toBe(false)
  })

  test.each([
    ['the same', itar(line('IV(h)(1)')), itar(line('IV(h)(1)'))],
    ['another paragraph', itar(line('IV(h)(1)')), itar(line('IV(h)(2)'))],
    ['another ECCN', ear('9E610.a'), ear('9E515.a')],
    ['SME gone with a paragraph more', itar(line('IV(h)(1)', { sme: true })), itar(line('IV(h)(1)'), line('XI(d)'))],
    ['the EAR in doubt to the ITAR', { ...ear('9E610.a'), doubt }, itar(line('IV(h)(1)'))],
    ['more parts', itar(line('IV(h)(1)')), { ...itar(line('IV(h)(1)'), line('XI(d)')), parts: ['P-1', 'P-2'] }],
    ['another program', itar(line('IV(h)(1)')), { ...itar(line('IV(h)(1)'), line('XI(d)')), program: 'heron' }],
    ['another title', itar(line('IV(h)(1)')), { ...itar(line('IV(h)(1)'), line('XI(d)')), title: 'Another' }],
  ])('is not so of %s', (_, before, after) => {
    expect(onlyRaises(compareControl(before, after))).toBe(false)
  })

  test('is never so both ways, and whatever only raises says nothing lower', () => {
    const some = fc.record({
      jurisdiction: fc.constantFrom(...jurisdictions),
      usml: fc.subarray(['IV(h)(1)', 'XI(d)', 'XIX(g)']),
      eccn: fc.subarray(['9E610.a', '3A001', 'EAR99']),
      flags: fc.record({ sme: fc.boolean(), mtcr: fc.boolean(), classified: fc.boolean() }),
      isInDoubt: fc.boolean(),
    })
    const made = some.map(({ jurisdiction, usml, eccn, flags, isInDoubt }): ClassificationTerms => ({
      ...record({ jurisdiction, lines: [] }),
      lines:
        jurisdiction === 'itar'
          ? usml.map((one) => line(one, flags))
          : jurisdiction === 'ear'
            ? eccn.map((one) => ({ eccn: one }))
            : [],
      ...(isInDoubt ? { doubt } : {}),
    }))
    fc.assert(
      fc.property(made, made, (a, b) => {
        const [there, back] = [compareControl(a, b), compareControl(b, a)]
        expect(onlyRaises(there) && onlyRaises(back)).toBe(false)
        if (onlyRaises(there)) expect(back.lowered.length).toBeGreaterThan(0)
      }),
    )
  })
})
