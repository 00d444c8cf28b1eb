// Who opens: every U.S. person of the program alike, and the foreign person whom an agreement covers.

import * as z from 'zod'
import { bytes } from '../cli/printer.ts'
import { answered, refused } from './cast.ts'
import type { Protected } from './chapter-protect.ts'
import { openAs, send } from './opening.ts'
import type { Stage } from './run-tour.ts'
import { Otherwise } from './story.ts'

const agreement = 'TA-0042-26'
const usPersons = [
  ['lin', 'Lin, green-card holder with the passport of a proscribed country, opens the report'],
  ['tomas', 'Tomás, admitted as a refugee, opens the report'],
] as const

const explanation = z.object({
  effect: z.string(),
  authorization: z.object({ number: z.string(), citation: z.string() }).nullable(),
})

export async function openAsUsPersons({ story, cast }: Stage, { sealedReport, report }: Protected): Promise<void> {
  story.begin('A U.S. person is a U.S. person')
  for (const [person, title] of usPersons) {
    await story.tell({
      title,
      expected: 'permitted, as for any other U.S. person of the program, with no condition',
      async act() {
        const { contentBytes, obligations } = await openAs(
          cast,
          person,
          await send(cast, person, sealedReport),
          report.original,
        )
        if (obligations.length > 0) throw new Otherwise(`opened, but under a condition: ${obligations.join(' ')}`)
        return `opened, ${bytes(contentBytes)}, equal byte for byte`
      },
    })
  }
}

/** Yields the id of the decision that permitted, or null. */
export async function openAsCovered(
  { story, cast }: Stage,
  { sealedReport, report }: Protected,
): Promise<string | null> {
  story.begin('A foreign person, under an agreement')
  let proviso = ''
  await story.tell({
    title: 'James, British, of the British partner, opens the report, and has acknowledged nothing',
    expected: 'he is told the proviso of the agreement, and nothing is released before he acknowledges it',
    async act() {
      const ran = await cast.run('james', 'file', 'open', await send(cast, 'james', sealedReport), '-o', 'unread.pdf')
      refused(ran)
      proviso = /You are bound by: (.+)/.exec(ran.told)?.[1] ?? ''
      if (proviso === '') throw new Otherwise('refused, but he was not told the proviso')
      return `refused for now. "${proviso}"`
    },
  })
  let permit: string | null = null
  await story.tell({
    title: 'James acknowledges it and opens the report',
    expected: `permitted under ${agreement}, bound by that proviso`,
    async act() {
      const name = await send(cast, 'james', sealedReport)
      const { decisionId, obligations } = await openAs(cast, 'james', name, report.original, '--acknowledge')
      if (!obligations.includes(proviso)) throw new Otherwise(`opened, bound by other words: ${obligations.join(' ')}`)
      const { authorization } = answered(await cast.run('paula', 'decision', 'explain', decisionId), explanation)
      if (authorization?.number !== agreement) throw new Otherwise(`opened under ${authorization?.number ?? 'nothing'}`)
      permit = decisionId
      return `opened under ${authorization.number} (${authorization.citation}), equal byte for byte`
    },
  })
  return permit
}
