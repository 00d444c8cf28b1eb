import { toJson, type JsonValue } from '@bufbuild/protobuf'
import { ValueSchema, type Value } from '@bufbuild/protobuf/wkt'
import { describe, expect, test } from 'vitest'
import { namesOf, writeAnswer, type KeyResult } from './answer.ts'

const fqn = 'https://sample.sallyport.invalid/obl/proviso/value/acknowledge'
const worded = [
  { id: 'acknowledge', fqn, text: 'For co-development only.', source: 'proviso-1' },
  { id: 'acknowledge', fqn, text: 'Not outside the partner.', source: 'proviso-4' },
]

describe('writeAnswer()', () => {
  test('says each obligation in its own words, and its name once', () => {
    const written = metadataOf({ obligations: namesOf(worded), worded, told: null })
    expect(written['X-Sallyport-Obligations']).toEqual(worded)
    expect(written['X-Required-Obligations']).toEqual([fqn])
  })

  test('carries the receipt of the decision as it is, to whoever is told of the decision', () => {
    const batch = { size: 2, index: 1, proof: ['c'], root: 'r' }
    const receipt = { origin: 'o', entryId: 'e', at: 't', leafHash: 'l', batch, signature: 's', keyId: 7 }
    const told = { decisionId: 'e', reasons: [], receipt: receipt as never }
    expect(metadataOf({ obligations: [], worded: [], told })['X-Sallyport-Receipt']).toEqual(receipt)
  })

  test('says nothing in words to whoever is told nothing', () => {
    expect(metadataOf({ obligations: [], worded: [], told: null })).toEqual({ 'X-Required-Obligations': [] })
  })
})

function metadataOf(said: Pick<KeyResult, 'obligations' | 'worded' | 'told'>): Record<string, JsonValue> {
  const result: KeyResult = { keyAccessObjectId: 'kao-0', outcome: { refused: 'forbidden' }, ...said }
  const { responses } = writeAnswer(2, '', [{ policyId: 'policy', results: [result] }])
  const metadata: Record<string, Value> = responses[0]?.results[0]?.metadata ?? {}
  return Object.fromEntries(Object.entries(metadata).map(([name, one]) => [name, toJson(ValueSchema, one)]))
}
