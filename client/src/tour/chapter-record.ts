// The auditor asks the record: why, who, what, and whether the ledger is whole.

import { join } from 'node:path'
import * as z from 'zod'
import { answered } from './cast.ts'
import type { Protected } from './chapter-protect.ts'
import type { Stage } from './run-tour.ts'
import { count, Otherwise, type Table } from './story.ts'

const explanation = z.object({
  effect: z.enum(['permit', 'deny']),
  at: z.string(),
  subject: z.object({ name: z.string().nullable() }),
  resource: z.object({ name: z.string().nullable() }),
  authorization: z.object({ number: z.string(), version: z.number() }).nullable(),
  policies: z.object({ determining: z.array(z.string()) }),
  reasons: z.array(z.object({ text: z.string() })),
  ledgerIndex: z.number().nullable(),
})
const judged = z.object({
  effect: z.enum(['permit', 'deny']),
  authorization: z.string().nullable(),
  reasons: z.array(z.object({ code: z.string(), text: z.string() })),
})
type Judged = z.infer<typeof judged>
const whoCan = z.object({ people: z.array(judged.extend({ name: z.string(), status: z.string() })) })
const whatCan = z.object({ files: z.array(judged.extend({ fileId: z.string(), name: z.string(), vault: z.string() })) })
const intact = z.object({ verdict: z.literal('intact'), size: z.number() })
const exported = z.object({ path: z.string(), bytes: z.number() })

const namedPermits = ['Ada Whitfield', 'James Calder', 'Lin Zhao', 'Tomás Rivera']

export interface Recorded {
  /** The exported ledger, or null when it could not be exported. */
  readonly path: string | null
  /** Index of the entry that refused Ben; null when it is not known. */
  readonly index: number | null
}

export async function askTheRecord(
  { story, cast }: Stage,
  { files, report, heronReport }: Protected,
  { permit, refusal }: { permit: string | null; refusal: string | null },
): Promise<Recorded> {
  story.begin('Everything is on record')
  let index: number | null = null
  await story.tell({
    title: "Paula, auditor, asks why Ben's opening was refused",
    expected: 'the decision from its entry: who, what, which policy, which reason',
    async act() {
      if (refusal === null) throw new Otherwise('that refusal named no decision')
      const one = answered(await cast.run('paula', 'decision', 'explain', refusal), explanation)
      index = one.ledgerIndex
      if (one.effect !== 'deny' || one.subject.name !== 'Ben Ortega')
        throw new Otherwise(`${one.effect} of somebody else`)
      return `${one.subject.name}, refused by ${one.policies.determining.join(', ')}, entry ${one.ledgerIndex}. "${one.reasons[0]?.text ?? ''}"`
    },
  })
  await story.tell({
    title: "Paula asks under what James's opening was permitted",
    expected: 'the agreement, and its version on that day',
    async act() {
      if (permit === null) throw new Otherwise('that permit named no decision')
      const one = answered(await cast.run('paula', 'decision', 'explain', permit), explanation)
      const { authorization, effect, subject } = one
      if (effect !== 'permit' || authorization === null) throw new Otherwise(`${effect} under nothing`)
      return `${subject.name}, permitted under ${authorization.number}, version ${authorization.version}, entry ${one.ledgerIndex}`
    },
  })
  await story.tell({
    title: 'Paula asks who can open the report now',
    expected: `of the people of this tour ${namedPermits.length}, and nobody else`,
    async act() {
      const { people } = answered(await cast.run('paula', 'decision', 'who-can', report.id), whoCan)
      const named = people.filter(({ name }) => !name.startsWith('Short-term engineer'))
      const others = people.length - named.length
      const able = named.filter(({ effect }) => effect === 'permit').map(({ name }) => name)
      if (able.toSorted().join() !== namedPermits.toSorted().join()) throw new Otherwise(`${able.join(', ')} can`)
      const rows = named.toSorted(byAnswer).map((one) => [one.name, one.status, ...cells(one)])
      const happened = `${able.length} of ${named.length} (and ${count(others, 'short-term engineer')}, not shown)`
      return { happened, table: { head: ['person', 'status', 'can', 'why'], rows } satisfies Table }
    },
  })
  await story.tell({
    title: 'Paula asks what James can open now',
    expected: 'every file of falcon, none of heron',
    async act() {
      const ofTour = new Set([...files, heronReport].map(({ id }) => id))
      const { files: all } = answered(await cast.run('paula', 'decision', 'what-can', 'James Calder'), whatCan)
      const found = all.filter(({ fileId }) => ofTour.has(fileId))
      const wrong = found.filter(({ vault, effect }) => (vault === 'falcon') !== (effect === 'permit'))
      if (found.length !== ofTour.size || wrong.length > 0) {
        throw new Otherwise(`${found.length} of ${ofTour.size} judged, ${wrong.length} of them otherwise`)
      }
      const rows = found.toSorted(byAnswer).map((one) => [one.name, one.vault, ...cells(one)])
      const able = found.filter(({ effect }) => effect === 'permit').length
      return { happened: `${able} of ${found.length}`, table: { head: ['file', 'vault', 'can', 'why'], rows } }
    },
  })
  return { path: await exportLedger({ story, cast }), index }
}

async function exportLedger({ story, cast }: Pick<Stage, 'story' | 'cast'>): Promise<string | null> {
  await story.tell({
    title: 'Paula verifies the whole ledger at the gate',
    expected: 'intact, under the keys that her machine pinned at first contact',
    async act() {
      const { size } = answered(await cast.run('paula', 'ledger', 'verify'), intact)
      return `intact, ${size} entries`
    },
  })
  const name = 'ledger.bin'
  const isExported = await story.tell({
    title: 'Paula exports it and verifies the file without any gate',
    expected: 'intact',
    async act() {
      const written = answered(await cast.run('paula', 'ledger', 'export', name), exported)
      const { size } = answered(await cast.run('paula', 'ledger', 'verify', '--export', name), intact)
      return `intact, ${size} entries in ${written.bytes} bytes`
    },
  })
  return isExported ? join(await cast.folderOf('paula'), name) : null
}

function cells({ effect, authorization, reasons }: Judged): readonly string[] {
  const why = effect === 'permit' ? (authorization === null ? '' : `under ${authorization}`) : (reasons[0]?.code ?? '')
  return [effect === 'permit' ? 'yes' : 'no', why]
}

function byAnswer(a: Judged & { name: string }, b: Judged & { name: string }): number {
  return Number(a.effect === 'deny') - Number(b.effect === 'deny') || a.name.localeCompare(b.name, 'en')
}
