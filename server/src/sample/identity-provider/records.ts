// What the sample's identity provider remembers: sessions, codes and grants, bounded. In memory, where all of it is gone when
// the process ends, or in a folder that several processes share, so that a sign-in may go on at another than it began at.

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'
import type { Clock } from '../../base/index.ts'

const mostRecords = 5_000

interface StoredRecord {
  readonly key: string
  readonly payload: AdapterPayload
  readonly untilMs: number
}

interface Shelf {
  readonly get: (key: string) => StoredRecord | undefined
  readonly put: (record: StoredRecord) => void
  readonly remove: (key: string) => void
  readonly all: () => Iterable<StoredRecord>
}

/** Make the store. When it is full, the oldest records give way in memory, and those next to expire in a folder. */
export function makeRecords(clock: Clock, folder?: string): AdapterFactory {
  const shelf = folder === undefined ? memoryShelf() : folderShelf(folder)

  const read = (key: string): StoredRecord | undefined => {
    const found = shelf.get(key)
    if (found === undefined || found.untilMs > clock.now()) return found
    shelf.remove(key)
    return undefined
  }
  const search = (kind: string, isIt: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const { key, payload, untilMs } of shelf.all()) {
      if (key.startsWith(`${kind}:`) && untilMs > clock.now() && isIt(payload)) return payload
    }
    return undefined
  }

  return (kind): Adapter => ({
    upsert: async (id, payload, expiresInSeconds) => {
      shelf.put({ key: `${kind}:${id}`, payload, untilMs: clock.now() + (expiresInSeconds ?? 86_400) * 1_000 })
    },
    find: async (id) => read(`${kind}:${id}`)?.payload,
    findByUid: async (uid) => search(kind, (payload) => payload.uid === uid),
    findByUserCode: async (userCode) => search(kind, (payload) => payload.userCode === userCode),
    consume: async (id) => {
      const found = read(`${kind}:${id}`)
      if (found === undefined) return
      shelf.put({ ...found, payload: { ...found.payload, consumed: Math.floor(clock.now() / 1_000) } })
    },
    destroy: async (id) => shelf.remove(`${kind}:${id}`),
    revokeByGrantId: async (grantId) => {
      for (const { key, payload } of shelf.all()) if (payload.grantId === grantId) shelf.remove(key)
    },
  })
}

function memoryShelf(): Shelf {
  const records = new Map<string, StoredRecord>()
  return {
    get: (key) => records.get(key),
    put: (record) => {
      records.delete(record.key)
      records.set(record.key, record)
      for (const oldest of records.keys()) {
        if (records.size <= mostRecords) break
        records.delete(oldest)
      }
    },
    remove: (key) => void records.delete(key),
    all: () => records.values(),
  }
}

/** One file for each record. A process may find a file gone that it just saw: another was faster. */
function folderShelf(folder: string): Shelf {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const pathOf = (key: string): string => join(folder, `${createHash('sha256').update(key).digest('hex')}.json`)
  const readFile = (path: string): StoredRecord | undefined => {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as StoredRecord
    } catch {
      return undefined
    }
  }
  const all = (): readonly StoredRecord[] => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    return names.map((name) => readFile(join(folder, name))).filter((record) => record !== undefined)
  }
  const remove = (key: string): void => rmSync(pathOf(key), { force: true })
  let written = 0
  return {
    get: (key) => readFile(pathOf(key)),
    put: (record) => {
      const path = pathOf(record.key)
      const draft = `${path}.${process.pid}.new`
      writeFileSync(draft, JSON.stringify(record), { mode: 0o600 })
      renameSync(draft, path)
      if (written++ % (mostRecords / 50) !== 0) return
      const latestFirst = all().toSorted((a, b) => b.untilMs - a.untilMs)
      for (const { key } of latestFirst.slice(mostRecords)) remove(key)
    },
    remove,
    all,
  }
}
