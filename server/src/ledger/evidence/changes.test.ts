import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryLedger, testDraft, type TemporaryLedger } from '../testing.ts'

let at: TemporaryLedger
beforeAll(async () => {
  at = await temporaryLedger()
})
afterAll(() => at.stop())

test('changes() are all entries but decisions, whatever else stands in them', async () => {
  const kinds = ['decision.permit', 'decision.deny', 'decision.filter']
  const about = { kind: 'decision.permit', id: '"kind":"decision.deny","salt":"' }
  // What might be taken for the kind: right before the place where it stands, and where it is the longest.
  const changes = [
    testDraft(1, { about, body: { z: { kind: 'decision.deny' } } }),
    testDraft(2, { kind: 'decisions.done', body: { kind: 'decision.permit' } }),
  ]
  const decisions = kinds.map((kind) => testDraft(0, { kind, body: { kind: 'person.added' } }))
  for (const draft of [...decisions, ...changes, ...decisions]) await at.ledger.append(draft)
  while ((await at.ledger.sequenceOnce()) > 0);
  const { size } = await at.ledger.evidence.head()
  const read = await at.ledger.evidence.bytesAt(Array.from({ length: size }, (_, n) => n))
  const wanted = read.flatMap(({ index, bytes }) =>
    (JSON.parse(Buffer.from(bytes).toString()) as { kind: string }).kind.startsWith('decision.') ? [] : [index],
  )
  expect(wanted.length).toBeGreaterThanOrEqual(changes.length)
  expect(await at.ledger.evidence.changes({ first: 0, end: size })).toEqual(wanted)
  expect(await at.ledger.evidence.changes({ first: size - 1, end: size })).toEqual([])
})
