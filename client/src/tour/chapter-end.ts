// Ended is ended: somebody opens the report again and again while an officer ends their status.

import * as z from 'zod'
import { answered, refused } from './cast.ts'
import type { Protected } from './chapter-protect.ts'
import { openAs, send } from './opening.ts'
import type { Stage } from './run-tour.ts'
import { count, duration, Otherwise } from './story.ts'

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
    expected: 'from the acknowledgement on, nothing opens any more',
    async act() {
      const attempts: { startedMs: number; endedMs: number; isPermitted: boolean }[] = []
      let acknowledgedMs = Number.POSITIVE_INFINITY
      const opening = (async () => {
        while (attempts.length < mostAttempts) {
          const startedMs = clock.now()
          const ran = await cast.run(subject, 'file', 'open', 'test-report.pdf.tdf', '-o', 'again.pdf', '--force')
          if (ran.exit !== 0) refused(ran)
          attempts.push({ startedMs, endedMs: clock.now(), isPermitted: ran.exit === 0 })
          if (startedMs > acknowledgedMs) return
        }
      })()
      while (attempts.length < 3) await Promise.race([clock.sleep(20), opening])
      const end = ['person', 'end', id, '--left', '--reason', 'Left at the end of the contract (tour).', '--yes']
      const { person } = answered(await cast.run('grace', ...end), ended)
      acknowledgedMs = clock.now()
      await opening
      const late = attempts.filter(({ startedMs, isPermitted }) => startedMs >= acknowledgedMs && isPermitted)
      const first = attempts.find(({ startedMs, isPermitted }) => startedMs >= acknowledgedMs && !isPermitted)
      if (person.status !== 'ended' || late.length > 0)
        throw new Otherwise(`${count(late.length, 'opening')} came through`)
      if (first === undefined) throw new Otherwise('nothing was tried after the acknowledgement')
      const before = attempts.filter(({ isPermitted }) => isPermitted).length
      const after = duration(first.endedMs - acknowledgedMs)
      return `opened ${before} times before; first refusal ${after} after the acknowledgement, no permit since`
    },
  })
}

function numberOf(name: string): number {
  return Number(guestName.exec(name)?.[1] ?? 0)
}

function usedUp(all: number): string {
  if (all === 0)
    return 'this sample was founded without short-term engineers; found a new one: stop it, remove its data folder, start it'
  return `all ${all} short-term engineers were ended by earlier tours; for a new sample, stop it, remove its data folder (data/sample) and start it again`
}
