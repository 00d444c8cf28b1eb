// Random choices that a seed repeats. What the machine makes of them (who is where when a process is killed) no seed repeats.

import { createHash } from 'node:crypto'

export interface Random {
  /** A whole number from `least` to `most`, both among them. */
  between(least: number, most: number): number
  pick<T>(from: readonly [T, ...T[]]): T
}

/** SHA-256 over the seed and a counter. */
export function seeded(seed: string): Random {
  let drawn = 0
  const between = (least: number, most: number): number => {
    const digest = createHash('sha256').update(`${seed}:${drawn++}`).digest()
    return least + (digest.readUIntBE(0, 6) % (most - least + 1))
  }
  return { between, pick: (from) => from[between(0, from.length - 1)] ?? from[0] }
}
