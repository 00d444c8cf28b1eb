// Where everything of a picture of a decision stands, at any width.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { broken, layOut, type Box, type PartId, type Pictured } from '../../console/src/pages/decision/layout.ts'

const measure = (text: string, isTitle: boolean): number => text.length * (isTitle ? 8 : 7)
const words = fc.string({ maxLength: 120 })
const partIds: readonly PartId[] = ['person', 'thing', 'place', 'device', 'program', 'authorization']
const speaks = fc.constantFrom('for', 'against')

const pictures: fc.Arbitrary<Pictured> = fc.record({
  told: words,
  parts: fc
    .subarray([...partIds], { minLength: 1 })
    .chain((ids) =>
      fc.tuple(
        ...ids.map((id) =>
          fc.record({ id: fc.constant(id), what: words, title: words, lines: fc.array(words, { maxLength: 5 }) }),
        ),
      ),
    ),
  rules: fc.uniqueArray(fc.record({ id: words, title: words, text: words, speaks, reads: fc.subarray([...partIds]) }), {
    maxLength: 6,
    selector: ({ id }) => id,
  }),
  guard: fc.option(fc.record({ title: words, text: words, speaks: fc.constantFrom('for', 'against', 'not') })),
  outcome: fc.record({ title: words, text: words, speaks }),
})

const isApart = (a: Box, b: Box): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y

describe('layOut() at any width', () => {
  test('puts every box within the picture, apart from the others, and every line within its box', () => {
    fc.assert(
      fc.property(pictures, fc.integer({ min: 260, max: 1600 }), (pictured, width) => {
        const laid = layOut(pictured, width, measure)
        for (const [n, box] of laid.boxes.entries()) {
          expect(box.x).toBeGreaterThanOrEqual(0)
          expect(box.x + box.width).toBeLessThanOrEqual(width)
          expect(box.y).toBeGreaterThanOrEqual(0)
          expect(box.y + box.height).toBeLessThanOrEqual(laid.height)
          expect(laid.boxes.slice(n + 1).every((other) => isApart(box, other))).toBe(true)
          for (const { text, x, y, is } of box.lines) {
            expect(x + measure(text, is === 'title')).toBeLessThanOrEqual(box.x + box.width)
            expect(y).toBeLessThan(box.y + box.height)
          }
        }
      }),
    )
  })

  test('joins each rule with the parts that it reads, and every box is there once', () => {
    const part = (id: PartId) => ({ id, what: id, title: id, lines: [] })
    const rule = { id: 'need', title: 'need', text: 'no', speaks: 'against', reads: ['person', 'thing'] } as const
    const pictured: Pictured = {
      told: '',
      parts: [part('person'), part('thing'), part('place')],
      rules: [rule],
      guard: { title: 'guard', text: '', speaks: 'not' },
      outcome: { title: 'Refused', text: '', speaks: 'against' },
    }
    for (const width of [300, 1200]) {
      const { boxes, edges } = layOut(pictured, width, measure)
      expect(boxes.map(({ key }) => key)).toEqual(['person', 'thing', 'place', 'rule need', 'guard', 'outcome'])
      expect(boxes.map(({ is }) => is)).toEqual(['plain', 'plain', 'aside', 'against', 'not', 'against'])
      // From who and what to the rule, and from the rule past the guard to the outcome.
      expect(edges.map(({ key }) => key.replace(/ .*/, ''))).toEqual([
        'person',
        'thing',
        width > 680 ? 'need' : 'rules',
      ])
    }
  })
})

test('broken() loses nothing but spaces, and breaks what is longer than a line', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 8, max: 300 }), (text, room) => {
      const lines = broken(text, room, (one) => Array.from(one).length * 7)
      expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
      for (const line of lines) expect(Array.from(line).length === 1 || Array.from(line).length * 7 <= room).toBe(true)
    }),
  )
})
