// Who does not open, and what each is told.

import type { Protected } from './chapter-protect.ts'
import { refused } from './cast.ts'
import { refusedAs, send, wordsOf, type Expected } from './opening.ts'
import type { Stage } from './run-tour.ts'
import { Otherwise } from './story.ts'

interface Case extends Expected {
  readonly person: string
  readonly title: string
  readonly expected: string
}

const ofFalcon: readonly Case[] = [
  {
    person: 'ben',
    title: 'Ben, U.S. citizen who works on another program',
    expected: 'refused: need to know',
    codes: ['need-to-know'],
  },
  {
    person: 'eleanor',
    title: 'Eleanor, British, our own employee: being ours does not cover her',
    expected: 'refused: no authorization names her',
    codes: ['no-coverage'],
    words: /names this person/,
  },
  {
    person: 'marc',
    title: 'Marc, of the partner like James, but British and Canadian',
    expected: 'refused: the agreement does not cover every country that counts for him',
    codes: ['no-coverage'],
    words: /does not name every country/,
  },
  {
    person: 'irina',
    title: 'Irina, of the partner, British, once a citizen of a proscribed country',
    expected: 'refused: a former citizenship counts, and 22 CFR 126.1 blocks it',
    codes: ['no-coverage'],
    words: /126\.1/,
  },
  {
    person: 'noah',
    title: 'Noah, hired this week',
    expected: 'refused: nobody has verified his status yet',
    codes: ['status-unverified'],
  },
  {
    person: 'sofia',
    title: 'Sofia, whose status was ended',
    expected: 'refused: her status has ended',
    codes: ['status-ended'],
  },
  {
    person: 'victor',
    title: 'Victor, who left the company and kept his copy',
    expected: 'refused: his status has ended',
    codes: ['status-ended'],
  },
]

const ofHeron: readonly Case[] = [
  {
    person: 'james',
    title: 'James, covered for falcon, with the NOFORN report of heron',
    expected: 'refused: NOFORN, authorization or not; and neither covered nor assigned there',
    codes: ['no-coverage', 'no-foreign', 'need-to-know'],
  },
  {
    person: 'eleanor',
    title: 'Eleanor, with the same',
    expected: 'refused: NOFORN, and for the same other reasons',
    codes: ['no-coverage', 'no-foreign', 'need-to-know'],
  },
]

/** Yields the id of the decision that refused Ben, or null. */
export async function refuse(
  { story, cast }: Stage,
  { sealedReport, sealedHeronReport }: Protected,
): Promise<string | null> {
  story.begin('Refusals, each with its reason')
  let refusalOfBen: string | null = null
  const tellCases = async (cases: readonly Case[], sealed: string): Promise<void> => {
    for (const { person, title, expected, ...why } of cases) {
      await story.tell({
        title,
        expected,
        async act() {
          const refusal = await refusedAs(cast, person, await send(cast, person, sealed), why)
          if (person === 'ben') refusalOfBen = refusal.decisionId
          return `refused. "${wordsOf(refusal)}"`
        },
      })
    }
  }
  await tellCases(ofFalcon, sealedReport)
  await tellCases(ofHeron, sealedHeronReport)
  await story.tell({
    title: 'A stranger, who can sign in but is on no roster, with both reports',
    expected: 'one and the same refusal, which tells nothing: no reason, no decision, no name',
    async act() {
      const answers: string[] = []
      for (const sealed of [sealedReport, sealedHeronReport]) {
        const name = await send(cast, 'stranger', sealed)
        const refusal = refused(await cast.run('stranger', 'file', 'open', name, '-o', 'opened'))
        answers.push(JSON.stringify(refusal))
      }
      const nothing = JSON.stringify({ decisionId: null, reasons: [], detail: null })
      if (answers.some((one) => one !== nothing)) throw new Otherwise(`refused, and told: ${answers.join(' ')}`)
      return 'refused twice alike, without a reason'
    },
  })
  return refusalOfBen
}
