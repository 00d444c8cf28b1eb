// The sample enclave served, a browser, and people at the console: what a file of tests at the console has in common.

import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { people as peopleShape } from '@sallyport/protocol/api'
import { servedSample } from '../../server/src/http/testing.ts'
import { closeBrowser, settled, startBrowser, visit, watchedPage, type Visit, type VisitOptions } from './signed-in.ts'

type Served = Awaited<ReturnType<typeof servedSample>>

type Look = Omit<VisitOptions, 'path'>

export interface Desk {
  readonly served: Served
  readonly browser: Browser
  /** A person of the sample, or nobody, who opens the console there in a browser of their own, which is closed after the test. */
  readonly visit: (person: string | null, path: string, look?: Look) => Promise<Visit>
  /** A page of a person who signs in once for all tests of the file: it is closed after the test, which fails if it complained. */
  readonly as: (person: string, path: string, look?: Look) => Promise<Page>
  /** Such a page, or one of nobody, before it goes anywhere, and what it complains about. */
  readonly pageOf: (person: string | null) => Promise<Awaited<ReturnType<typeof watchedPage>>>
  /** The record of whoever has this name. */
  readonly personOf: (name: string) => Promise<ReturnType<(typeof peopleShape)['parse']>['people'][number]>
  readonly idOf: (name: string) => Promise<string>
}

const usual: Look = { viewport: { width: 1280, height: 900 } }

/** Serve the sample from a port on, with whatever a file of tests needs in it, until its tests are done. */
export function consoleServed(firstPort: number, prepare: (served: Served) => Promise<unknown> = async () => {}): Desk {
  let served: Served | undefined
  let browser: Browser | undefined
  /** What is open in the test that runs. */
  const open: { readonly close: () => Promise<void>; readonly complaints: readonly string[] }[] = []
  const signedIn = new Map<string | null, Promise<BrowserContext>>()
  beforeAll(async () => {
    ;[served, browser] = await Promise.all([servedSample(firstPort), startBrowser()])
    await prepare(served)
  }, 180_000)
  afterEach(async () => {
    for (const { close, complaints } of open.splice(0)) {
      await close()
      // What the gate said no to is told by the browser as well.
      const [first] = complaints.filter((text) => !/Failed to load resource/.test(text))
      if (first !== undefined) throw new Error(`the page complains: ${first}`)
    }
  })
  afterAll(async () => {
    await closeBrowser(browser)
    await served?.stop()
  })

  const contextOf = (person: string | null): Promise<BrowserContext> => {
    const found = signedIn.get(person) ?? signedInContext(desk, person)
    signedIn.set(person, found)
    return found
  }
  const desk: Desk = {
    get served() {
      return there(served)
    },
    get browser() {
      return there(browser)
    },
    visit: async (person, path, look = usual) => {
      const one = await visit(desk.browser, desk.served, person, { path, ...look })
      open.push({ close: () => one.context.close(), complaints: one.complaints })
      await settled(one.page)
      const endSessions = async () => {
        // With the one that was kept.
        signedIn.delete(person)
        await one.endSessions()
      }
      return { ...one, endSessions }
    },
    as: async (person, path, { viewport, colorScheme } = usual) => {
      const { page } = await desk.pageOf(person)
      if (viewport) await page.setViewportSize(viewport)
      if (colorScheme) await page.emulateMedia({ colorScheme })
      await page.goto(path)
      await settled(page)
      return page
    },
    pageOf: async (person) => {
      const watched = await watchedPage(await contextOf(person))
      open.push({ close: () => watched.page.close(), complaints: watched.complaints })
      return watched
    },
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

async function signedInContext({ browser, served }: Desk, person: string | null): Promise<BrowserContext> {
  const { context, page } = await visit(browser, served, person, { path: '/sign-in' })
  await page.close()
  return context
}

function there<T>(started: T | undefined): T {
  if (started === undefined) throw new Error('nothing is served yet')
  return started
}
