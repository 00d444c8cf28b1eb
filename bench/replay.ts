// Deciding recorded decisions again from their entries, beside the plainest loop that reads the same entries and parses them.

import { requestFor, sampleEnclave, type SampleEnclave } from '../server/src/main/testing.ts'
import { replayDecisions } from '../server/src/policy/index.ts'
import { issuePermit } from '../server/src/policy/permit.ts'
import { median, seconds, type BenchRow } from './row.ts'

const wanted = 50_000

/** Measure on a sample enclave of its own, about a minute. */
export async function benchReplay(count = 20_000): Promise<BenchRow[]> {
  const sample = await sampleEnclave()
  try {
    await decideMany(sample, count)
    const again: number[] = []
    const plain: number[] = []
    let decisions = 0
    for (let turn = 0; turn < 5; turn++) {
      plain.push(await seconds(() => readAndParse(sample)))
      again.push(
        await seconds(async () => {
          decisions = await replay(sample)
        }),
      )
    }
    return rowsOf(decisions, median(again), median(plain))
  } finally {
    await sample.stop()
  }
}

/** A U.S. person, a covered foreign person, and two who are refused, in turn. */
export async function decideMany(sample: SampleEnclave, count: number): Promise<void> {
  const names = ['ada', 'james', 'grace', 'nobody']
  const vault = { kind: 'vault', id: sample.vaultId('falcon') } as const
  const atOnce = 64
  for (let n = 0; n < count; n += atOnce) {
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - n) }, (_, k) =>
        sample.decide(requestFor(names[k % names.length] ?? '', 'file.protect', vault)),
      ),
    )
  }
  while ((await sample.enclave.ledger.sequenceOnce()) > 0);
  await sample.database.query('VACUUM ANALYZE')
}

async function replay({ enclave, ground, id }: SampleEnclave): Promise<number> {
  const fields = {
    action: 'ledger.read',
    resourceId: 'enclave',
    entryId: id('grace') as never,
    actor: id('grace'),
  } as const
  const permit = issuePermit(fields, ground.clock, 0)
  const { finding, decisions } = await replayDecisions(permit, enclave.records, { from: 0 })
  if (finding !== null)
    throw new Error(`cannot measure: ${finding.text}, want every decision to fall the same way again`)
  return decisions
}

export async function readAndParse({ database }: SampleEnclave): Promise<void> {
  const text = 'SELECT bytes FROM ledger_entries WHERE index >= $1 ORDER BY index LIMIT 4096'
  for (let first = 0; ;) {
    const rows = await database.query({ name: 'bench-bytes', text }, [first])
    for (const row of rows) JSON.parse(Buffer.from(row['bytes'] as Uint8Array).toString())
    if (rows.length < 4096) return
    first += rows.length
  }
}

function rowsOf(count: number, replaySeconds: number, plainSeconds: number): BenchRow[] {
  const value = count / replaySeconds
  const row = { what: 'recorded decisions decided again from their entries', value, unit: '1/s' } as const
  const note = `${count} decisions in ${replaySeconds.toFixed(2)} s`
  return [
    { ...row, reference: `${wanted} a second`, ratio: value / wanted, target: 1, note },
    {
      ...row,
      reference: 'the entries read and parsed as JSON alone',
      ratio: plainSeconds / replaySeconds,
      target: 0.25,
      note,
    },
  ]
}

if (import.meta.main) console.table(await benchReplay(Number(process.argv[2] ?? 20_000)))
