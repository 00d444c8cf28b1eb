// Every table rebuilt from the entries and compared, beside the plainest loop that reads the same entries and parses them.

import { sampleEnclave, type SampleEnclave } from '../server/src/main/testing.ts'
import { issuePermit } from '../server/src/policy/permit.ts'
import { addUnverified } from '../server/src/roster/add-unverified.ts'
import { decideMany, readAndParse } from './replay.ts'
import { median, seconds, type BenchRow } from './row.ts'

/** Measure on a sample enclave of its own, about two minutes: of five entries four are decisions and one adds a person. */
export async function benchReconcile(count = 20_000): Promise<BenchRow[]> {
  const sample = await sampleEnclave()
  try {
    await addMany(sample, Math.round(count / 5))
    await decideMany(sample, Math.round((count / 5) * 4))
    const { ledger, records } = sample.enclave
    const [compared, plain]: [number[], number[]] = [[], []]
    let entries = 0
    for (let turn = 0; turn < 5; turn++) {
      plain.push(await seconds(() => readAndParse(sample)))
      compared.push(
        await seconds(async () => {
          const found = await ledger.compareTables(records.openForPerson)
          const faults = found.tables.filter((table) => table.faults > 0)
          if (faults.length > 0) throw new Error(`cannot measure: ${JSON.stringify(faults)}, want tables that agree`)
          entries = found.entries
        }),
      )
    }
    return rowsOf(entries, median(compared), median(plain))
  } finally {
    await sample.stop()
  }
}

async function addMany({ enclave, ground, id }: SampleEnclave, count: number): Promise<void> {
  const fields = {
    action: 'person.add',
    resourceId: 'enclave',
    entryId: id('grace') as never,
    actor: id('grace'),
  } as const
  const nothing = { externalId: null, mail: null, employer: null, regularEmployee: null } as const
  const atOnce = 8
  for (let n = 0; n < count; n += atOnce) {
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - n) }, (_, k) =>
        addUnverified(enclave.roster, issuePermit(fields, ground.clock, 0), {
          ...nothing,
          displayName: `Person ${n + k}`,
          kind: 'employee',
          actsForForeignEmployer: false,
          ndaSignedOn: null,
          briefedOn: null,
        }),
      ),
    )
  }
}

function rowsOf(count: number, comparedSeconds: number, plainSeconds: number): BenchRow[] {
  const value = count / comparedSeconds
  const row = { what: 'entries folded and every table compared', value, unit: '1/s' } as const
  const note = `${count} entries in ${comparedSeconds.toFixed(2)} s`
  return [
    {
      ...row,
      reference: 'the entries read and parsed as JSON alone',
      ratio: plainSeconds / comparedSeconds,
      target: 0.1,
      note,
    },
  ]
}

if (import.meta.main) console.table(await benchReconcile(Number(process.argv[2] ?? 20_000)))
