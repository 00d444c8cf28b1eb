// I4: whatever cannot be read, evaluated or recorded is refused, each with its reason, and no key leaves.

import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, openMetrics, silentLogger, systemClock, systemRandomness } from '../../server/src/base/index.ts'
import { createKeystore, enclaveKeys } from '../../server/src/keys/index.ts'
import { openEnclave, openGround } from '../../server/src/main/index.ts'
import { openOrFoundSample, sampleConfig, sampleNames, sampleSecret } from '../../server/src/main/sample.ts'
import {
  falconLabels,
  requestFor,
  sampleEnclave,
  sampleIssuer,
  type SampleEnclave,
} from '../../server/src/main/testing.ts'
import type { DecisionPoint } from '../../server/src/policy/index.ts'
import { forceInForce } from '../policy/force.ts'

function opening(subject = 'ada') {
  const id = newId<'file'>(systemClock, systemRandomness)
  return requestFor(subject, 'file.open', { kind: 'file', id, presented: { labels: falconLabels, dissem: [] } })
}

async function expectPermit(decisions: DecisionPoint): Promise<void> {
  expect((await decisions.decide(opening())).effect).toBe('permit')
}

describe('decide() (I4)', () => {
  let sample: SampleEnclave
  beforeAll(async () => {
    sample = await sampleEnclave()
  })
  afterAll(() => sample.stop())

  test('denies everything while no policy set is in force, and says so', async () => {
    await sample.database.query('UPDATE policy_set SET in_force = false')
    const decision = await sample.decide(opening())
    expect(decision).toMatchObject({ effect: 'deny', reasons: [{ code: 'no-policy' }] })
    const entry = await sample.enclave.ledger.entry(decision.decisionId)
    expect(entry).toMatchObject({ kind: 'decision.deny', body: { policy: { digest: null }, reasons: ['no-policy'] } })
    await sample.database.query('UPDATE policy_set SET in_force = true')
    await expectPermit(sample.enclave.decisions)
  })

  test('refuses when the text of the policy set in force is not the one that its digest names', async () => {
    await sample.database.query("UPDATE policy_set SET policy_text = policy_text || ' '")
    const { decisions } = await openEnclave({ ...sample.ground, metrics: openMetrics() })
    await expect(decisions.decide(opening())).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('not the one that its digest names'),
    })
    await sample.database.query('UPDATE policy_set SET policy_text = rtrim(policy_text, $1)', [' '])
    await expectPermit(decisions)
  })

  test('denies when a policy cannot be evaluated, be it a forbid beside a permit for everybody', async () => {
    const restore = await forceInForce(
      sample.database,
      `
@id("everybody")
permit (principal, action, resource);
@id("erring")
forbid (principal, action, resource) when { principal.nothing };
`,
    )
    expect(await sample.decide(opening())).toMatchObject({ effect: 'deny', reasons: [{ code: 'policy-error' }] })
    await restore()
    await expectPermit(sample.enclave.decisions)
  })

  test('refuses without the keystore, and under the keystore of another enclave', async () => {
    const { seal } = sample.ground
    const path = join(sample.folder, 'other-keystore.json')
    const missing = openEnclave({ ...sample.ground, seal: { ...seal, path } })
    await expect(missing).rejects.toMatchObject({ code: 'unavailable' })
    await createKeystore({ ...seal, path }, enclaveKeys({ rsa: false }), systemClock)
    const foreign = openEnclave({ ...sample.ground, seal: { ...seal, path } })
    await expect(foreign).rejects.toMatchObject({ code: 'unavailable', details: { disagreement: 'head-signature' } })
  })

  test('refuses under a keystore that lacks the key of a door', async () => {
    const path = join(sample.folder, 'lacking-keystore.json')
    const seal = { ...sample.ground.seal, path }
    const lacking = enclaveKeys({ rsa: false }).filter((key) => key.door !== 'ledger')
    await createKeystore(seal, lacking, systemClock)
    await expect(openEnclave({ ...sample.ground, seal })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no current'),
    })
  })

  // Last, for it does not mend itself: somebody must look.
  test('refuses once the ledger found its head altered, and records nothing more', async () => {
    const { database, enclave } = sample
    await expectPermit(enclave.decisions)
    await database.query("UPDATE ledger_head SET root = sha256('altered')")
    await expect(enclave.ledger.sequenceOnce()).rejects.toMatchObject({ code: 'unavailable' })
    const pending = await database.query('SELECT count(*) AS n FROM ledger_pending')
    await expect(enclave.decisions.decide(opening())).rejects.toMatchObject({
      code: 'unavailable',
      details: { disagreement: 'head-row' },
    })
    expect(await database.query('SELECT count(*) AS n FROM ledger_pending')).toEqual(pending)
  })
})

describe('decide() over a database that goes away (I4)', () => {
  test('refuses while it is gone, and decides again without hands once it is back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-outage-'))
    // PostgreSQL's own account must reach it where the tests run as root.
    await chmod(folder, 0o711)
    const config = sampleConfig({ data: folder, port: 9650, env: {} })
    const ground = await openGround(config, sampleNames, sampleSecret, silentLogger)
    try {
      const { enclave } = await openOrFoundSample(ground, sampleIssuer)
      await expectPermit(enclave.decisions)
      await killDatabase(ground.database)
      const outcomes: string[] = []
      const until = performance.now() + 40_000
      const isBack = () => outcomes.includes('unavailable') && outcomes.at(-1) === 'permit'
      while (!isBack() && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        outcomes.push(
          await enclave.decisions.decide(opening()).then(
            (decision) => decision.effect,
            (problem: { code?: string }) => String(problem.code),
          ),
        )
      }
      expect(new Set(outcomes)).toEqual(new Set(['permit', 'unavailable']))
      expect(outcomes.at(-1)).toBe('permit')
    } finally {
      await ground.close()
      await rm(folder, { recursive: true, force: true })
    }
  }, 90_000)
})

/** As a power cut would, but for the disk: the server's own process ends at once, and with it all of its children. */
async function killDatabase(sql: {
  query: (text: string) => Promise<readonly Record<string, unknown>[]>
}): Promise<void> {
  const [row] = await sql.query("SELECT current_setting('data_directory') AS folder")
  const [pid] = (await readFile(join(String(row?.['folder']), 'postmaster.pid'), 'utf8')).split('\n')
  process.kill(Number(pid), 'SIGKILL')
}
