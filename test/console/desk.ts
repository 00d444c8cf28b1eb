// The sample enclave served, a browser, and people at the console: what a file of tests at the console has in common.

import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { people as peopleShape } from '@sallyport/protocol/api'
import { servedSample } from '../../server/src/http/testing.ts'
import { closeBrowser, settled, startBrowser, visit, type Visit, type VisitOptions } from './signed-in.ts'

type Served = Awaited<ReturnType<typeof servedSample>>

export interface Desk {
  readonly served: Served
  readonly browser: Browser
  /** A person of the sample, or nobody, who has opened the console there. It is closed after the test, which fails if a page complained. */
  readonly visit: (person: string | null, path: string, look?: Omit<VisitOptions, 'path'>) => Promise<Visit>
  /** The page of such a visit. */
  readonly as: (person: string | null, path: string, look?: Omit<VisitOptions, 'path'>) => Promise<Page>
  /** The record of whoever has this name. */
  readonly personOf: (name: string) => Promise<ReturnType<(typeof peopleShape)['parse']>['people'][number]>
  readonly idOf: (name: string) => Promise<string>
}

/** Serve the sample from a port on, with whatever a file of tests needs in it, until its tests are done. */
export function consoleServed(firstPort: number, prepare: (served: Served) => Promise<unknown> = async () => {}): Desk {
  let served: Served | undefined
  let browser: Browser | undefined
  const open: Visit[] = []
  beforeAll(async () => {
    ;[served, browser] = await Promise.all([servedSample(firstPort), startBrowser()])
    await prepare(served)
  }, 180_000)
  afterEach(async () => {
    for (const { context, complaints } of open.splice(0)) {
      await context.close()
      // What the gate said no to is told by the browser as well.
      const [first] = complaints.filter((text) => !/Failed to load resource/.test(text))
      if (first !== undefined) throw new Error(`the page complains: ${first}`)
    }
  })
  afterAll(async () => {
    await closeBrowser(browser)
    await served?.stop()
  })

  const desk: Desk = {
    get served() {
      return there(served)
    },
    get browser() {
      return there(browser)
    },
    visit: async (person, path, look = { viewport: { width: 1280, height: 900 } }) => {
      const one = await visit(desk.browser, desk.served, person, { path, ...look })
      open.push(one)
      await settled(one.page)
      return one
    },
    as: async (person, path, look) => (await desk.visit(person, path, look)).page,
    personOf: async (name) => {
      const { people } = await desk.served.client.done(peopleShape, 'grace', 'GET', '/people')
      const found = people.find((one) => one.name === name)
      if (found === undefined) throw new Error(`the sample has no ${name}`)
      return found
    },
    idOf: async (name) => (await desk.personOf(name)).id,
  }
  return desk
}

function there<T>(started: T | undefined): T {
  if (started === undefined) throw new Error('nothing is served yet')
  return started
}
