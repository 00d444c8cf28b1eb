import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromUtf8 } from '../bytes.ts'
import type { Id } from '../ids.ts'
import { encodeEntry, entryFrame, saltLength } from './entry.ts'

const salt = 'AAAAAAAAAAAAAAAAAAAA-_'
const text = fc.string({ unit: 'grapheme' })
const facts = fc.record({
  id: fc.uuid().map((id) => id as Id<'entry'>),
  atMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  kind: text,
  actor: fc.option(fc.uuid().map((id) => id as Id<'person'>)),
  about: fc.option(fc.record({ kind: text, id: text })),
})
const body = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant(null), fc.array(text)))

describe('entryFrame()', () => {
  test('is all that encodeEntry() writes besides body and salt', () => {
    fc.assert(
      fc.property(facts, body, (entry, body) => {
        const written = fromUtf8(encodeEntry({ ...entry, body, salt }))
        const { beforeBody, afterBody, afterSalt } = entryFrame(entry)
        const after = `${afterBody}${salt}${afterSalt}`
        expect(salt).toHaveLength(saltLength)
        expect(written.startsWith(beforeBody)).toBe(true)
        expect(written.endsWith(after)).toBe(true)
        const between = `{${written.slice(beforeBody.length, -after.length)}}`
        expect(JSON.parse(between)).toEqual({ ...body })
      }),
    )
  })

  test('differs wherever entries differ in anything else', () => {
    fc.assert(
      fc.property(facts, facts, fc.constantFrom('id', 'atMs', 'kind', 'actor', 'about'), (one, other, name) => {
        const changed = { ...one, [name]: other[name] }
        const isSame = JSON.stringify(one[name]) === JSON.stringify(other[name])
        expect(JSON.stringify(entryFrame(changed)) === JSON.stringify(entryFrame(one))).toBe(isSame)
      }),
    )
  })
})
