// Decisions that wait at the same moment share one look and one append. Whatever one caller puts into a request, only that
// caller is refused for it.

import type { Id, JsonObject } from '@sallyport/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { falconLabels, requestFor, sampleEnclave, type SampleEnclave } from '../../server/src/main/testing.ts'

let sample: SampleEnclave

beforeAll(async () => {
  sample = await sampleEnclave()
})
afterAll(() => sample.stop())

function opening(subject: string, changes: { labels?: readonly string[]; evidence?: JsonObject; id?: string } = {}) {
  const id = (changes.id ?? crypto.randomUUID()) as Id<'file'>
  const presented = { labels: changes.labels ?? falconLabels, dissem: [] }
  return requestFor(subject, 'file.open', { kind: 'file', id, presented }, { evidence: changes.evidence ?? {} })
}

const entryCount = async () =>
  (
    await sample.database.query(
      'SELECT (SELECT count(*) FROM ledger_pending) + (SELECT count(*) FROM ledger_entries) AS n',
    )
  )[0]?.['n'] as number

const poisons: Readonly<Record<string, Parameters<typeof opening>[1]>> = {
  'a lone surrogate in the evidence': { evidence: { keys: [{ binding: '\ud800' }] } },
  'evidence beyond the size of an entry': { evidence: { keys: ['\u0001'.repeat(20_000)] } },
  'a number without a canonical form': { evidence: { iat: Number.POSITIVE_INFINITY } },
  'evidence nested deeper than the stack': { evidence: nested(200_000) },
}

function nested(depth: number): JsonObject {
  let value: JsonObject = {}
  for (let i = 0; i < depth; i++) value = { a: value }
  return value
}

describe('decide()', () => {
  test.each(Object.entries(poisons))(
    'decide() refuses %s alone, and decides what shares its batch',
    async (_, poison) => {
      const before = await entryCount()
      const good = Array.from({ length: 30 }, () => sample.decide(opening('ada')))
      const bad = Array.from({ length: 10 }, () => sample.decide(opening('ada', poison)))
      const denied = Array.from({ length: 20 }, () => sample.decide(opening('ben')))
      const settled = await Promise.allSettled([...good, ...bad, ...denied])
      const outcomes = settled.map((one) =>
        one.status === 'fulfilled' ? one.value.effect : (one.reason as { code: string }).code,
      )
      expect(outcomes).toEqual([
        ...good.map(() => 'permit'),
        ...bad.map(() => 'invalid-request'),
        ...denied.map(() => 'deny'),
      ])
      expect((await entryCount()) - before).toBe(50)
    },
  )

  const odd: Readonly<Record<string, Parameters<typeof opening>[1]>> = {
    '500 labels of the greatest length': {
      labels: Array.from({ length: 500 }, (_, i) => `https://n.test/attr/program/value/${`${i}`.padEnd(250, 'x')}`),
    },
    'labels with NUL and lone surrogates': { labels: ['\0', '\ud800', 'https://x/attr/\0/value/\udfff'] },
    'an id that is no uuid of any file': { id: 'ffffffff-ffff-4fff-bfff-ffffffffffff' },
  }
  test.each(Object.entries(odd))(
    'decide() refuses %s by decision, and the others as they deserve',
    async (name, one) => {
      const labels = name.includes('id') ? { labels: [] } : {}
      const settled = await Promise.all([
        sample.decide(opening('ada', { ...one, ...labels })),
        ...Array.from({ length: 20 }, () => sample.decide(opening('ada'))),
      ])
      expect(settled.map((decision) => decision.effect)).toEqual([
        'deny',
        ...Array.from({ length: 20 }, () => 'permit'),
      ])
    },
  )
})
