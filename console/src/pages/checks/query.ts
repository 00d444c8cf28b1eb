import { call, type AnswerOf } from '../../api/index.ts'

export interface Replayed {
  readonly to: number
  readonly size: number
  readonly decisions: number
  readonly lists: number
  readonly finding: AnswerOf<'ledgerReplay'>['finding']
}

/** Decide every recorded decision again, up to the size that the ledger had at the first answer. */
export async function replayAll(onProgress: (so: Replayed) => void): Promise<Replayed> {
  let so: Replayed = { to: 0, size: Infinity, decisions: 0, lists: 0, finding: null }
  for (;;) {
    const { to, size, decisions, lists, finding } = await call('ledgerReplay', { query: { first: so.to } })
    const isStuck = to === so.to
    so = {
      to,
      size: Math.min(so.size, size),
      decisions: so.decisions + decisions,
      lists: so.lists + lists,
      finding,
    }
    onProgress(so)
    if (finding !== null || to >= so.size || isStuck) return so
  }
}
