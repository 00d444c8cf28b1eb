// An evidence packet of 50,000 entries out of a larger ledger: how long until it is there, how much memory that takes, and how long
// until it is verified.

import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openPacket } from '../client/src/packet/index.ts'
import { makePacket, packetTurns } from '../server/src/evidence/index.ts'
import { sampleEnclave, type SampleEnclave } from '../server/src/main/testing.ts'
import { issuePermit } from '../server/src/policy/permit.ts'
import { draft } from './ledger.ts'
import { seconds, type BenchRow } from './row.ts'

const wantedSeconds = 30
const wantedBytes = 256 * 1024 ** 2
const atOnce = 4096
const fileId = '01890a5d-ac96-774b-bcce-b302099a8057'
const otherId = '01890a5d-ac96-774b-bcce-b302099a8058'

/** Measure on a sample enclave of its own, about a minute: `count` entries of a ledger with four times as many. */
export async function benchPacket(count = 50_000): Promise<BenchRow[]> {
  const sample = await sampleEnclave()
  try {
    await fill(sample, count * 4)
    const path = join(sample.folder, 'bench.zip')
    globalThis.gc?.()
    const before = process.memoryUsage().rss
    let peak = before
    const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50)
    const made = await seconds(() => make(sample, path))
    clearInterval(watching)
    const keys = sample.enclave.ledger.evidence.keys
    const verified = await seconds(async () => {
      const verdict = await openPacket(path, { timestampRoots: null, keys })
      if (verdict.verdict === 'altered') throw new Error(`cannot measure: ${verdict.faults[0].text}`)
    })
    const note = `${count} of ${count * 4} entries in ${made.toFixed(1)} s, verified in ${verified.toFixed(1)} s`
    return [
      {
        what: 'an evidence packet, proofs and report in it',
        value: made,
        unit: 's',
        reference: `${wantedSeconds} s for 50,000 entries`,
        ratio: made / wantedSeconds,
        target: 1,
        isCeiling: true,
        note,
      },
      {
        what: 'memory that making it takes',
        value: (peak - before) / 1024 ** 2,
        unit: 'MiB',
        reference: '256 MiB, however many entries',
        ratio: (peak - before) / wantedBytes,
        target: 1,
        isCeiling: true,
        note,
      },
    ]
  } finally {
    await sample.stop()
  }
}

async function fill({ database, enclave }: SampleEnclave, count: number): Promise<void> {
  for (let written = 0; written < count; written += atOnce) {
    const drafts = Array.from({ length: Math.min(atOnce, count - written) }, (_, n) => ({
      ...draft,
      about: { kind: 'file', id: (written + n) % 4 === 0 ? fileId : otherId },
      body: { ...draft.body, n: written + n },
    }))
    await database.transaction((tx) => enclave.ledger.appendIn(tx, drafts))
    while ((await enclave.ledger.sequenceOnce()) > 0);
  }
  await database.query('VACUUM ANALYZE')
}

async function make({ enclave, ground, id }: SampleEnclave, path: string): Promise<void> {
  const fields = {
    action: 'ledger.read',
    resourceId: 'enclave',
    entryId: id('grace') as never,
    actor: id('grace'),
  } as const
  const permit = issuePermit(fields, ground.clock, 0)
  const question = { kind: 'file', id: fileId, fromMs: null, toMs: null, purpose: null } as const
  const evidence = { ...enclave.evidence, turns: packetTurns(ground.clock) }
  const { stream } = await makePacket(evidence, permit, question)
  await pipeline(stream, createWriteStream(path))
}

if (import.meta.main) console.table(await benchPacket(Number(process.argv[2] ?? 50_000)))
