// What axe finds on a page as it is shown right now, a dialog that is open too.

import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds, of the rules of WCAG 2.2 AA and its best practice. It comes in by the debugger, past the page's policy. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  const debug = await page.context().newCDPSession(page)
  const run = async (expression: string) =>
    (await debug.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })).result
      .value as unknown
  // What comes in by a movement has its colours when that is over.
  const moving = `document.getAnimations().filter(({ playState, effect }) =>
    playState === 'running' && effect?.getComputedTiming().endTime !== Infinity)`
  await run(`Promise.allSettled(${moving}.map(({ finished }) => finished)).then(() => null)`)
  await run(axe.source)
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const told = 'violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))'
  // Fluent ends a region that keeps the focus with elements that pass it on at once: nobody is ever at one.
  const where = `{ exclude: [['[data-tabster-dummy]']] }`
  return (await run(
    `axe.run(${where}, { runOnly: ${JSON.stringify(tags)} }).then(({ violations }) => ${told})`,
  )) as readonly string[]
}
