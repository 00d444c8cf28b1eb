// Comparing tables with the ledger over HTTP: who may, and what is told.

import * as api from '@sallyport/protocol/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { servedSample } from './testing.ts'

let served: Awaited<ReturnType<typeof servedSample>>
beforeAll(async () => {
  served = await servedSample(9890)
})
afterAll(() => served.stop())

const reconcile = () => served.client.done(api.reconciled, 'paula', 'GET', '/ledger/reconcile')

describe('GET /ledger/reconcile', () => {
  test('tells an auditor that every table is as the ledger says', async () => {
    const found = await reconcile()
    expect(found).toMatchObject({ unknown: [], unread: null, finding: null })
    expect(found.tables.filter(({ faults, rowsNotCovered }) => faults + rowsNotCovered > 0)).toEqual([])
    expect(found.tables.find(({ table }) => table === 'person')?.rows).toBeGreaterThan(5)
  })

  test('names what somebody changed beside it, and no value', async () => {
    const { database } = served.site
    await database.query("UPDATE identity_binding SET bound_at = bound_at - interval '1 day' WHERE subject = 'ada'")
    const { finding } = await reconcile()
    expect(finding).toMatchObject({ table: 'identity_binding', column: 'bound_at' })
    expect(finding?.key).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(finding?.text).toMatch(/^it is not as entry \d+ says$/)
  })

  test('refuses an engineer, on record', async () => {
    const { status } = await served.client.ask('ada', 'GET', '/ledger/reconcile')
    expect(status).toBe(403)
  })
})
