import { fromBase64 } from '@sallyport/protocol'
import { parseEntry } from '@sallyport/protocol/ledger'
import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'

/** The bytes as they were recorded, and what they say. Read once: each reading is an entry itself. */
export const entryQuery = (entryId: string) =>
  queryOptions({
    queryKey: ['ledger', 'entry', entryId],
    queryFn: async ({ signal }) => {
      const { bytes: encoded, ...rest } = await call('ledgerEntry', { path: { entryId }, signal })
      const bytes = fromBase64(encoded)
      const entry = bytes === null ? null : parseEntry(bytes)
      if (bytes === null || entry === null) throw new Error('What came is no entry as the ledger records them.')
      return { ...rest, bytes, entry }
    },
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })
