// What the ledger says of backups: made, read again, tried, and what is due of them as time goes by.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requestFor, sampleEnclave, type SampleEnclave } from '../main/testing.ts'
import type { Permit } from '../policy/index.ts'
import { listBackups, recordVerified, verifyBackup, type BackupMade } from './index.ts'
import { addFile, backUp, takePermit, testSecret } from './testing.ts'

const dayMs = 86_400_000
let sample: SampleEnclave
let folder: string
let made: BackupMade

beforeAll(async () => {
  sample = await sampleEnclave()
  folder = await mkdtemp(join(tmpdir(), 'sallyport-backups-'))
  await addFile(sample, 2000)
}, 60_000)

afterAll(async () => {
  await sample.stop()
  await rm(folder, { recursive: true })
})

async function permitFor(subject: string): Promise<Permit<'backup.list'>> {
  const decision = await sample.decide(requestFor(subject, 'backup.list', { kind: 'enclave' }))
  return decision.effect === 'permit' ? decision.permit : expect.fail(`${subject} may not`)
}

/** As it is so many days from now. */
async function listed(days = 0, subject = 'omar') {
  const now = () => sample.ground.clock.now() + days * dayMs
  const parts = {
    ledger: sample.enclave.ledger,
    clock: { ...sample.ground.clock, now },
    everyDays: 7,
    drillEveryDays: 90,
  }
  await sample.enclave.ledger.sequenceOnce()
  return await listBackups(parts, await permitFor(subject))
}

async function drill(digest: string): Promise<void> {
  const body = {
    digest,
    takenAt: '2026-01-01T00:00:00.000Z',
    ledgerSize: 1,
    behind: 2,
    seconds: 3,
    canary: 'c',
    opener: 'o',
  }
  const about = { kind: 'enclave', id: 'enclave' }
  await sample.enclave.ledger.append({ kind: 'backup.drill.passed', actor: sample.id('omar'), about, body })
}

describe('listBackups()', () => {
  test('of none says that the first and a drill are due', async () => {
    expect(await listed()).toEqual({ backups: [], restoredAtMs: null, due: ['first-backup', 'first-drill'] })
  })

  test('says where one is, in whose name, what it holds, and that nobody read it again', async () => {
    made = await backUp(sample, join(folder, 'monday'), { objects: 'index' })
    const { backups, due } = await listed(0, 'paula')
    expect(backups).toEqual([
      {
        entryId: made.entryId,
        atMs: expect.any(Number),
        by: sample.id('omar'),
        path: join(folder, 'monday'),
        digest: made.digest,
        bytes: made.bytes,
        ledgerSize: made.manifest.ledger.size,
        objects: { stored: 1, included: 0 },
        verifiedAtMs: null,
        drill: null,
      },
    ])
    expect(due).toEqual(['verify', 'first-drill'])
  })

  test('knows it when one was read again, of this enclave and whole', async () => {
    const verdict = await verifyBackup(made.path, testSecret)
    const permit = await takePermit(sample)
    const entryId = await recordVerified(permit, sample.enclave, verdict)
    expect(await sample.enclave.ledger.entry(entryId)).toMatchObject({
      kind: 'backup.verified',
      actor: sample.id('omar'),
      body: { digest: made.digest, ledgerSize: made.manifest.ledger.size, door: 'host' },
    })
    const { backups, due } = await listed()
    expect(backups[0]?.verifiedAtMs).toEqual(expect.any(Number))
    expect(due).toEqual(['first-drill'])
    await expect(recordVerified(permit, sample.enclave, verdict)).rejects.toThrow('spent')
  })

  test('takes no verdict with a fault, and none of a backup that other keys signed', async () => {
    const verdict = await verifyBackup(made.path, testSecret)
    const manifest = verdict.manifest ?? expect.fail('nothing was read')
    const fault = { ...verdict, fault: { code: 'wrong-secret', text: 'wrong', where: null } } as const
    await expect(recordVerified(await takePermit(sample), sample.enclave, fault)).rejects.toThrow('not whole')
    const { keys: own } = manifest.ledger
    // One key of another enclave is enough, whichever.
    for (const keys of [
      { ...own, p256: own.ed25519 },
      { ...own, ed25519: own.p256 },
    ]) {
      const other = { ...verdict, manifest: { ...manifest, ledger: { ...manifest.ledger, keys } } }
      await expect(recordVerified(await takePermit(sample), sample.enclave, other)).rejects.toThrow(
        'of another enclave',
      )
    }
  })

  test('counts a drill as a reading, and says what is due as days go by', async () => {
    const next = await backUp(sample, join(folder, 'tuesday'), { objects: 'all' })
    expect((await listed()).due).toEqual(['verify', 'first-drill'])
    await drill(next.digest)
    const { backups, due } = await listed()
    expect(backups.map(({ digest }) => digest)).toEqual([next.digest, made.digest])
    expect(backups[0]).toMatchObject({ objects: { stored: 1, included: 1 }, drill: { behind: 2, seconds: 3 } })
    expect(backups[0]?.verifiedAtMs).toBe(backups[0]?.drill?.atMs)
    expect(backups[1]?.drill).toBe(null)
    expect(due).toEqual([])
    expect((await listed(8)).due).toEqual(['backup'])
    expect((await listed(91)).due).toEqual(['backup', 'drill'])
  })

  test('says that another is due once keys came or went', async () => {
    const about = { kind: 'enclave', id: 'enclave' }
    await sample.enclave.ledger.append({ kind: 'key.rotated', actor: null, about, body: {} })
    expect((await listed()).due).toEqual(['keys'])
  })

  test('is for officers, administrators and auditors, by a permit that was issued', async () => {
    const engineer = await sample.decide(requestFor('ada', 'backup.list', { kind: 'enclave' }))
    expect(engineer.effect).toBe('deny')
    const forged = { action: 'backup.list', resourceId: 'enclave' } as Permit<'backup.list'>
    const parts = { ledger: sample.enclave.ledger, clock: sample.ground.clock, everyDays: 7, drillEveryDays: 90 }
    await expect(listBackups(parts, forged)).rejects.toThrow('never issued')
  })
})
