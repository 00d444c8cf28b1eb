// sallyport ledger replay

import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { Problem } from '@sallyport/protocol'
import { addVerb, type Desk } from './verb.ts'

interface ReplayOptions extends GeneralOptions {
  readonly from?: string
}

export function addLedgerReplay(ledger: Command, desk: Desk): void {
  addVerb<ReplayOptions>(ledger, desk, {
    usage: 'replay',
    summary: 'Decide every recorded decision again from its entry, and name the first that falls otherwise',
    example: 'sallyport ledger replay\nsallyport ledger replay --from 120000',
    options: [['--from <index>', 'begin with this entry instead of the first']],
    run: replay,
  })
}

async function replay(context: Context, _: readonly string[], { from = '0' }: ReplayOptions): Promise<Exit> {
  if (!/^\d{1,15}$/.test(from)) {
    throw new Problem('invalid-request', `cannot replay: --from is ${from}, want the index of an entry`)
  }
  const connection = await context.connect()
  const counted = { decisions: 0, lists: 0 }
  // The gate looks at so many entries in one call; what it records meanwhile, these calls themselves, is for the next replay.
  let end = Infinity
  const last = await context.print.progress(
    'Deciding again',
    async (progress) => {
      for (let next = Number(from); ;) {
        const answer = await call(connection, 'ledgerReplay', { query: { first: String(next) } })
        if (answer.outcome === 'refused') return answer
        const { to, size, decisions, lists, finding } = answer.value
        end = Math.min(end, size)
        counted.decisions += decisions
        counted.lists += lists
        progress(to, Math.max(end, to))
        if (finding !== null || to >= end || to === next) return { outcome: 'looked', finding, to } as const
        next = to
      }
    },
    (count) => `${count}`,
  )
  if (last.outcome === 'refused') return context.refused(last, 'replay the ledger')
  const { finding, to } = last
  const stretch = { from: Number(from), to, ...counted }
  context.print.result({ ...stretch, finding }, (out) => {
    if (finding !== null) {
      out.line(`FALLS OTHERWISE: entry ${finding.index}: ${finding.text}.`, 'red')
      out.line('`sallyport ledger verify` tells whether the entry is as it was recorded.')
      return
    }
    out.line(`${counted.decisions} decisions of entries ${from} to ${to - 1} fall as they were recorded.`, 'green')
    if (counted.lists > 0) {
      out.line(`${counted.lists} lists among them keep the hash of what was shown alone, and were not decided again.`)
    }
  })
  return finding === null ? 0 : 1
}
