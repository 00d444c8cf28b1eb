// An authorization makes the difference: registered by one officer, effective once two others approved it, over at once
// when one ends it.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuthorizationTerms } from '@sallyport/protocol'
import * as z from 'zod'
import { answered, refused, type Cast } from './cast.ts'
import type { Protected } from './chapter-protect.ts'
import { openAs, refusedAs, send, wordsOf } from './opening.ts'
import type { Stage } from './run-tour.ts'
import { Otherwise } from './story.ts'

const people = z.object({ people: z.array(z.object({ id: z.string(), name: z.string() })) })
const changed = z.object({
  authorization: z.object({
    id: z.string(),
    state: z.string(),
    approvals: z.object({ have: z.number(), need: z.number() }),
  }),
})
const shown = z.object({ terms: z.looseObject({ provisos: z.array(z.unknown()) }) })
const waiting = z.object({ approvalId: z.string() })
const told = z.object({ effect: z.object({ effect: z.string() }) })
const amended = z.object({ approvalId: z.string().nullable() })
const asked = z.object({ provisos: z.array(z.object({ text: z.string() })) })
const acknowledged = z.object({ acknowledged: z.array(z.string()).min(1) })
const words = 'I send none of it on, and ask an export control officer first.'
const day = 86_400_000

export async function openUnderAuthorization(stage: Stage, { sealedReport, report }: Protected): Promise<void> {
  const { story, cast, options, mark } = stage
  const name = await send(cast, 'eleanor', sealedReport)
  const uncovered = async (): Promise<string> => {
    const refusal = await refusedAs(cast, 'eleanor', name, { codes: ['no-coverage'] })
    return `Eleanor is refused. "${wordsOf(refusal)}"`
  }
  story.begin('An authorization makes the difference')
  let id = ''
  const number = `DSP5-${mark.toUpperCase()}`
  const isRegistered = await story.tell({
    title: `Grace, officer, registers the license ${number}, which names Eleanor`,
    expected: 'registered and not effective; Eleanor is still refused',
    async act() {
      const terms = termsOf(number, await idOf(cast, 'Eleanor Hughes'), options.environment.clock.now())
      await writeFile(join(await cast.folderOf('grace'), 'license.json'), JSON.stringify(terms, null, 2))
      id = await change(cast, 'registered', 'grace', 'register', 'license.json')
      return `registered; ${await uncovered()}`
    },
  })
  if (!isRegistered) return
  await story.tell({
    title: 'Grace approves what she registered herself',
    expected: 'refused: nobody approves their own request',
    async act() {
      const ran = await cast.run('grace', 'authorization', 'approve', id, ...(await looked(cast, id)))
      const { reasons, detail } = refused(ran)
      return `refused. "${reasons[0]?.text ?? detail ?? ''}"`
    },
  })
  await story.tell({
    title: 'Henry, officer, approves it',
    expected: 'one approval of two; Eleanor is still refused',
    async act() {
      await change(cast, 'registered', 'henry', 'approve', id, ...(await looked(cast, id)))
      return `not effective; ${await uncovered()}`
    },
  })
  await story.tell({
    title: 'Wanda, officer, approves it too',
    expected: 'effective; Eleanor opens the report',
    async act() {
      await change(cast, 'effective', 'wanda', 'approve', id, ...(await looked(cast, id)))
      await openAs(cast, 'eleanor', name, report.original)
      return 'effective; Eleanor opened it, equal byte for byte'
    },
  })
  await story.tell({
    title: 'Grace adds a proviso: whoever opens it acknowledges these words first',
    expected: 'it takes away, so that it holds at once; Eleanor is refused until she acknowledges',
    async act() {
      const { terms } = answered(await cast.run('grace', 'authorization', 'show', id), shown)
      const proviso = { kind: 'condition', id: 'proviso-2', text: words, acknowledged: true }
      const stricter = { ...terms, provisos: [...terms.provisos, proviso] }
      await writeFile(join(await cast.folderOf('grace'), 'license.json'), JSON.stringify(stricter, null, 2))
      const ran = await cast.run(
        'grace',
        'authorization',
        'amend',
        id,
        'license.json',
        '--reason',
        'Proviso 2 of the license.',
      )
      const { approvalId } = answered(ran, amended)
      if (approvalId !== null) throw new Otherwise('it waits for approval')
      return `in effect; ${await uncovered()}`
    },
  })
  await story.tell({
    title: 'Eleanor reads it and acknowledges it',
    expected: 'on record, in exactly these words; she opens the report',
    async act() {
      const { provisos } = answered(await cast.run('eleanor', 'file', 'provisos', report.id), asked)
      answered(await cast.run('eleanor', 'file', 'provisos', report.id, '--acknowledge', '--yes'), acknowledged)
      await openAs(cast, 'eleanor', name, report.original)
      return `acknowledged "${provisos[0]?.text ?? ''}"; she opened it, equal byte for byte`
    },
  })
  await story.tell({
    title: 'Grace ends it',
    expected: "Eleanor's next opening is refused",
    async act() {
      await change(cast, 'ended', 'grace', 'end', id, '--reason', 'The tour is done with it.', '--yes')
      return `ended; ${await uncovered()}`
    },
  })
}

/** What an approval names once somebody looked at what it would do. */
async function looked(cast: Cast, id: string): Promise<readonly string[]> {
  const { approvalId } = answered(await cast.run('henry', 'authorization', 'show', id), waiting)
  const { effect } = answered(await cast.run('henry', 'approval', 'show', approvalId), told)
  return ['--yes', '--effect', effect.effect]
}

/** Change the register and check the state that it ends in. Yields the authorization's id. */
async function change(cast: Cast, state: string, person: string, ...argv: readonly string[]): Promise<string> {
  const { authorization } = answered(await cast.run(person, 'authorization', ...argv), changed)
  if (authorization.state !== state) throw new Otherwise(`the license is ${authorization.state}, not ${state}`)
  return authorization.id
}

async function idOf(cast: Cast, wanted: string): Promise<string> {
  const found = answered(await cast.run('grace', 'person', 'list'), people).people.find(({ name }) => name === wanted)
  if (found === undefined) throw new Otherwise(`${wanted} is not on the roster`)
  return found.id
}

function termsOf(number: string, personId: string, nowMs: number): AuthorizationTerms {
  const duty = 'The applicant keeps a record of every release.'
  return {
    number,
    kind: 'DSP-5',
    citation: '22 CFR 125.2',
    title: 'Falcon nozzle, foreign person employee (tour)',
    parties: [],
    persons: [personId],
    countries: ['GB'],
    items: ['iv-h-1'],
    programs: ['falcon'],
    purposes: ['co-development'],
    provisos: [{ kind: 'duty', id: 'proviso-1', text: duty, owner: 'Grace Okafor' }],
    determinations: [],
    validFrom: new Date(nowMs - day).toISOString(),
    validUntil: new Date(nowMs + 365 * day).toISOString(),
  }
}
