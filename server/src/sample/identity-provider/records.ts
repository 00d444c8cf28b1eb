// What the sample's identity provider remembers: sessions, codes and grants, in memory and bounded. All of it is gone when
// the process ends, which is right for a sample.

import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'
import type { Clock } from '../../base/index.ts'

const mostRecords = 5_000

interface StoredRecord {
  readonly payload: AdapterPayload
  readonly untilMs: number
}

/** Make the store. The oldest records give way when it is full. */
export function makeRecords(clock: Clock): AdapterFactory {
  const records = new Map<string, StoredRecord>()

  const read = (key: string): AdapterPayload | undefined => {
    const found = records.get(key)
    if (found === undefined || found.untilMs > clock.now()) return found?.payload
    records.delete(key)
    return undefined
  }
  const write = (key: string, record: StoredRecord): void => {
    records.delete(key)
    records.set(key, record)
    for (const oldest of records.keys()) {
      if (records.size <= mostRecords) break
      records.delete(oldest)
    }
  }
  const search = (kind: string, isIt: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const key of records.keys()) {
      const payload = key.startsWith(`${kind}:`) ? read(key) : undefined
      if (payload !== undefined && isIt(payload)) return payload
    }
    return undefined
  }

  return (kind): Adapter => ({
    upsert: async (id, payload, expiresInSeconds) => {
      write(`${kind}:${id}`, { payload, untilMs: clock.now() + (expiresInSeconds ?? 86_400) * 1_000 })
    },
    find: async (id) => read(`${kind}:${id}`),
    findByUid: async (uid) => search(kind, (payload) => payload.uid === uid),
    findByUserCode: async (userCode) => search(kind, (payload) => payload.userCode === userCode),
    consume: async (id) => {
      const payload = read(`${kind}:${id}`)
      if (payload !== undefined) payload.consumed = Math.floor(clock.now() / 1_000)
    },
    destroy: async (id) => {
      records.delete(`${kind}:${id}`)
    },
    revokeByGrantId: async (grantId) => {
      for (const [key, { payload }] of records) if (payload.grantId === grantId) records.delete(key)
    },
  })
}
