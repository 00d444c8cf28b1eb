// Requests of several kinds at the console: each in the words in which one asks, and nothing raw but what is folded away.

import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import * as z from 'zod'
import { protectedFile } from '../../server/src/http/testing/protected-file.ts'
import { consoleServed } from './desk.ts'
import { inChromium, isChromiumThere } from './signed-in.ts'

const desk = consoleServed(10_140)
const asked = z.object({ approvalId: z.uuid() })

/** What the page says in sight, fact by fact. */
const factsOf = async (page: Page): Promise<Readonly<Record<string, string>>> =>
  await page.evaluate<Record<string, string>>(
    `Object.fromEntries([...document.querySelectorAll('main dt')].filter((one) => one.closest('details') === null).map((one) => [one.textContent, one.nextElementSibling.textContent]))`,
  )

async function factsOfRequest(person: string, path: string, body: object): Promise<Readonly<Record<string, string>>> {
  const { approvalId } = await desk.served.client.done(asked, person, 'POST', path, body)
  const page = await desk.as('henry', `/approvals/${approvalId}`)
  await page.getByRole('heading', { name: 'Exactly this would change' }).waitFor()
  await page.getByRole('heading', { name: 'Member by member' }).waitFor()
  return await factsOf(page)
}

test.skipIf(!isChromiumThere)(
  `a request is told in the words in which one asks, ${inChromium}`,
  async () => {
    const file = await protectedFile(desk.served.client, 'nozzle.step')
    const deletion = await factsOfRequest('ada', `/files/${file.id}/deletion`, { reason: 'of another program' })
    expect(deletion).toMatchObject({
      Change: 'Delete it for good',
      About: 'nozzle.step',
      File: 'nozzle.step',
      'Protected by': expect.stringMatching(/^Ada Whitfield, /) as string,
      Labels: expect.stringContaining('Program Falcon') as string,
      Why: 'of another program',
      Now: 'Stored',
    })

    const key = await factsOfRequest('omar', '/keys/rotations', { door: 'file', reason: 'a year has gone by' })
    expect(key).toMatchObject({
      Change: 'Use a new key',
      'What it is for': 'The keys of files',
      Why: 'a year has gone by',
    })

    const lin = await desk.idOf('Lin Zhao')
    const link = await factsOfRequest('omar', `/people/${lin}/enrollments`, { recovery: false, reason: 'first day' })
    expect(link).toMatchObject({ Why: 'first day', 'Passkeys now': 'None' })
    const names = [deletion, key, link].flatMap((facts) => Object.keys(facts))
    expect(names.filter((name) => !/^[A-Z]/.test(name))).toEqual([])
  },
  180_000,
)
