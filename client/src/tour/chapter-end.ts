// Ended is ended: somebody opens the report again and again while an officer ends their status.

import * as z from 'zod'
import { answered, refused } from './cast.ts'
import type { Protected } from './chapter-protect.ts'
import { openAs, send } from './opening.ts'
import type { Stage } from './run-tour.ts'
import { duration, Otherwise } from './story.ts'

const people = z.object({ people: z.array(z.object({ id: z.string(), name: z.string(), status: z.string() })) })
const ended = z.object({ person: z.object({ status: z.string() }) })
const guestName = /^Short-term engineer (\d+)$/
const mostAttempts = 500

export async function endStatus({ story, cast, options }: Stage, files: Protected): Promise<void> {
  const { clock } = options.environment
  story.begin('Ended is ended')
  let guest: { id: string; name: string; subject: string } | null = null
  const isFound = await story.tell({
    title: 'An engineer who is here for some weeks opens the report',
    expected: 'permitted',
    async act() {
      const { people: all } = answered(await cast.run('grace', 'person', 'list'), people)
      const guests = all.filter(({ name }) => guestName.test(name)).sort((a, b) => numberOf(a.name) - numberOf(b.name))
      const left = guests.filter(({ status }) => status === 'us-person')
      const [first] = left
      if (first === undefined) throw new Otherwise(usedUp(guests.length))
      guest = { ...first, subject: `guest-${numberOf(first.name)}` }
      const name = await send(cast, guest.subject, files.sealedReport)
      await openAs(cast, guest.subject, name, files.report.original)
      return `${first.name} opened it, equal byte for byte (${left.length} of ${guests.length} are left for tours)`
    },
  })
  if (!isFound || guest === null) return
  const { id, name, subject }: { id: string; name: string; subject: string } = guest
  await story.tell({
    title: `Grace ends the status of ${name}, who opens the report again and again meanwhile`,
    expected: 'whatever begins after the acknowledgement is refused',
    async act() {
      const attempts: Attempt[] = []
      let acknowledgedMs: number | null = null
      const over = new AbortController()
      const opening = (async () => {
        while (!over.signal.aborted && attempts.length < mostAttempts) {
          const isAfter = acknowledgedMs !== null
          const ran = await cast.run(subject, 'file', 'open', 'test-report.pdf.tdf', '-o', 'again.pdf', '--force')
          if (ran.exit !== 0) refused(ran)
          attempts.push({ isAfter, isPermitted: ran.exit === 0, endedMs: clock.now() })
          if (isAfter) return
        }
      })()
      try {
        while (attempts.length < 3) await Promise.race([clock.sleep(20), opening])
        const end = ['person', 'end', id, '--left', '--reason', 'Left at the end of the contract (tour).', '--yes']
        const { person } = answered(await cast.run('grace', ...end), ended)
        acknowledgedMs = clock.now()
        await opening
        if (person.status !== 'ended') throw new Otherwise(`the status is ${person.status}`)
        return outcomeOf(attempts, acknowledgedMs)
      } finally {
        over.abort()
        await opening.catch(() => undefined)
      }
    },
  })
}

interface Attempt {
  /** Begun after the officer was told that the status has ended. */
  readonly isAfter: boolean
  readonly isPermitted: boolean
  readonly endedMs: number
}

function outcomeOf(attempts: readonly Attempt[], acknowledgedMs: number): string {
  const after = attempts.find(({ isAfter }) => isAfter)
  if (after === undefined) throw new Otherwise('nothing was tried after the acknowledgement')
  if (after.isPermitted) throw new Otherwise('an opening after the acknowledgement was permitted')
  const permitted = attempts.filter(({ isPermitted }) => isPermitted).length
  const took = duration(after.endedMs - acknowledgedMs)
  return `opened ${permitted} times before; the first one after the acknowledgement was refused, ${took} after it`
}

function numberOf(name: string): number {
  return Number(guestName.exec(name)?.[1] ?? 0)
}

function usedUp(all: number): string {
  if (all === 0)
    return 'this sample was founded without short-term engineers; found a new one: stop it, remove its data folder, start it'
  return `all ${all} short-term engineers were ended by earlier tours; for a new sample, stop it, remove its data folder (data/sample) and start it again`
}
