import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../base/index.ts'
import { falconLabels, requestFor, sampleEnclave, type SampleEnclave } from '../main/testing.ts'
import { narrowAccess } from './index.ts'

let sample: SampleEnclave
beforeAll(async () => {
  sample = await sampleEnclave()
})
afterAll(() => sample.stop())

function opening(subject: string) {
  const id = newId<'file'>(sample.ground.clock, sample.ground.random)
  return requestFor(subject, 'file.open', { kind: 'file', id, presented: { labels: falconLabels, dissem: [] } })
}

describe('decide()', () => {
  test('records no time before whatever it saw was there, nor after it was answered', async () => {
    const clock = async (): Promise<number> => {
      const [row] = await sample.database.query('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS at')
      return Math.floor(Number(row?.['at']))
    }
    for (let n = 0; n < 5; n++) {
      const changedMs = await clock()
      const { entry } = await sample.decide(opening('ada'))
      expect(entry.atMs).toBeGreaterThanOrEqual(changedMs)
      expect(entry.atMs).toBeLessThanOrEqual(await clock())
    }
  })

  test('is not starved by access that changes all the time, nor is a list', async () => {
    const over = new AbortController()
    let changes = 0
    const changing = Array.from({ length: 3 }, async () => {
      while (!over.signal.aborted) {
        await sample.database.transaction((tx) => narrowAccess(tx))
        changes++
      }
    })
    try {
      const decisions = await Promise.all(Array.from({ length: 40 }, () => sample.decide(opening('ada'))))
      expect(new Set(decisions.map((one) => one.effect))).toEqual(new Set(['permit']))
      const vault = { kind: 'vault' as const, id: sample.vaultId('falcon') }
      const { permit } = await sample.enclave.decisions.filter(requestFor('ada', 'vault.list', vault), [vault])
      expect(permit?.resourceIds).toEqual([vault.id])
    } finally {
      over.abort()
      await Promise.all(changing)
    }
    expect(changes).toBeGreaterThan(10)
  })
})
