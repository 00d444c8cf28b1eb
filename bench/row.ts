// One figure of a benchmark, always beside the reference it was measured against in the same minutes on the same machine.

export interface BenchRow {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** What `value` is compared with. */
  readonly reference: string
  /** value / reference; for speeds the median over interleaved pairs. */
  readonly ratio: number
  /** The ratio to reach: at least for speeds, at most where `isCeiling`. */
  readonly target: number
  /** Less is better: memory and times. */
  readonly isCeiling?: true
  readonly note?: string
}

/** Whether a figure reached what it must. */
export function isReached({ ratio, target, isCeiling }: BenchRow): boolean {
  return isCeiling === true ? ratio <= target : ratio >= target
}

/** The middle of an odd number of values; of an even number, the upper of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The value that this share of the values does not exceed: 0.95 for p95. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** How many seconds some work takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1000
}
