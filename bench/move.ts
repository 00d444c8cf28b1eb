// How long it takes to move ten thousand files to a new key, as `sallyport key move` does: decided, sealed again and recorded, a batch
// at a time. Beside it, in turn, one UPDATE of as many rows with as many bytes.

import { systemRandomness } from '../server/src/base/index.ts'
import { fillHalves, moveAllFiles, rotateFileKey } from '../server/src/key-changes/testing.ts'
import { sampleEnclave, type SampleEnclave } from '../server/src/main/testing.ts'
import { quantile, type BenchRow } from './row.ts'

const files = 10_000
const rounds = 5
const limitMs = 20_000

/** Measure on a sample enclave of its own, less than a minute. */
export async function benchMove(): Promise<BenchRow[]> {
  const sample = await sampleEnclave()
  try {
    await fillHalves(sample, files)
    await sample.database.query('CREATE TABLE bench_reference AS SELECT file_id, sealed FROM file_key')
    await sample.database.query('CREATE UNIQUE INDEX ON bench_reference (file_id)')
    const [moves, references]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      await rotateFileKey(sample)
      moves.push(await timed(() => moveAll(sample)))
      references.push(await timed(() => updateAll(sample)))
    }
    const [move, reference] = [quantile(moves, 0.5), quantile(references, 0.5)]
    const slowest = Math.max(...moves)
    return [
      {
        what: `${files} files moved to a new key, slowest of ${rounds}`,
        value: slowest,
        unit: 'ms',
        reference: `${limitMs / 1000} s`,
        ratio: slowest / limitMs,
        target: 1,
        isCeiling: true,
      },
      {
        what: `${files} files moved to a new key, median`,
        value: move,
        unit: 'ms',
        reference: `one UPDATE of as many rows, ${Math.round(reference)} ms`,
        ratio: reference / move,
        target: 0.01,
      },
    ]
  } finally {
    await sample.stop()
  }
}

async function moveAll(sample: SampleEnclave): Promise<void> {
  const sum = await moveAllFiles(sample)
  if (sum !== files) throw new Error(`${sum} files were moved, want ${files}`)
}

async function updateAll({ database }: SampleEnclave): Promise<void> {
  await database.query('UPDATE bench_reference SET sealed = $1', [Buffer.from(systemRandomness(190))])
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
