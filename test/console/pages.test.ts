// Every page of the console as whoever has it sees it: wide and light, narrow and dark; axe finds nothing, and the page complains of
// nothing that its policy did not let it do. SALLYPORT_PICTURES=<folder> keeps what they look like.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { faultsOf } from './axe.ts'
import { consoleServed } from './desk.ts'
import { fillEnclave, type FilledEnclave } from './filled-enclave.ts'
import type { FilledRegister } from './filled-register.ts'
import { inChromium, isChromiumThere, settled } from './signed-in.ts'

let ids: FilledEnclave
let register: FilledRegister
const desk = consoleServed(9940, async (served) => {
  ids = await fillEnclave(served)
  register = ids.register
  await failToSignIn()
})
const pictures = process.env['SALLYPORT_PICTURES']

interface Look {
  readonly title: string
  readonly who: string | null
  readonly path: string | (() => string)
}

const seen: readonly Look[] = [
  { title: 'sign-in', who: null, path: '/sign-in' },
  { title: 'home of an officer', who: 'grace', path: '/' },
  { title: 'home of an administrator', who: 'omar', path: '/' },
  { title: 'home of an engineer', who: 'ada', path: '/' },
  { title: 'home of an auditor', who: 'paula', path: '/' },
  { title: 'home of an analyst', who: 'rosa', path: '/' },
  { title: 'home of nobody', who: 'stranger', path: '/' },
  { title: 'first steps', who: 'grace', path: '/first-steps' },
  { title: 'first steps of an administrator', who: 'omar', path: '/first-steps' },
  { title: 'approvals', who: 'grace', path: '/approvals' },
  { title: 'approvals, all', who: 'grace', path: '/approvals?all=true' },
  { title: 'an approval', who: 'henry', path: () => `/approvals/${ids.approval}` },
  { title: 'people', who: 'grace', path: '/people' },
  { title: 'people, to an engineer', who: 'ada', path: '/people' },
  { title: 'people of the past', who: 'paula', path: '/people?asOf=2020-01-01' },
  { title: 'a person', who: 'grace', path: () => `/people/${ids.person}` },
  { title: 'a person who ended', who: 'grace', path: () => `/people/${ids.ended}` },
  { title: 'people from a spreadsheet', who: 'grace', path: '/people/import' },
  { title: 'register', who: 'grace', path: '/authorizations' },
  { title: 'register, what expires', who: 'paula', path: '/authorizations?standing=expiring' },
  { title: 'register, nothing fits', who: 'grace', path: '/authorizations?text=nothing-of-that-name' },
  { title: 'authorizations from a spreadsheet', who: 'grace', path: '/authorizations/import' },
  { title: 'other terms', who: 'grace', path: () => `/authorizations/register?amends=${register.license}` },
  { title: 'requests of an engineer', who: 'ada', path: '/requests' },
  { title: 'requests of an officer', who: 'grace', path: '/requests' },
  { title: 'releases', who: 'grace', path: '/releases' },
  { title: 'candidates', who: 'grace', path: '/candidates?all=true' },
  { title: 'classifications', who: 'grace', path: '/classifications' },
  { title: 'legal data', who: 'paula', path: '/legal-data' },
  { title: 'registering', who: 'grace', path: '/authorizations/register' },
  { title: 'an agreement', who: 'paula', path: () => `/authorizations/${register.standing}` },
  { title: 'a license that is drawn', who: 'grace', path: () => `/authorizations/${register.license}` },
  { title: 'an authorization that waits', who: 'henry', path: () => `/authorizations/${register.waiting}` },
  { title: 'an authorization that ended', who: 'grace', path: () => `/authorizations/${register.ended}` },
  { title: 'files of an engineer', who: 'ada', path: '/files' },
  { title: 'files of an auditor', who: 'paula', path: '/files' },
  { title: 'vault of an engineer', who: 'ada', path: () => `/files/vaults/${ids.vault}` },
  { title: 'vault of an officer', who: 'grace', path: () => `/files/vaults/${ids.vault}` },
  { title: 'vault that is not there', who: 'ada', path: `/files/vaults/${crypto.randomUUID()}` },
  { title: 'file of an engineer', who: 'ada', path: () => `/files/${ids.file}` },
  { title: 'file of a foreign person', who: 'james', path: () => `/files/${ids.file}` },
  { title: 'file of an officer', who: 'grace', path: () => `/files/${ids.file}` },
  { title: 'ledger', who: 'paula', path: '/record' },
  { title: 'ledger where nothing fits', who: 'paula', path: '/record?to=2020-01-01' },
  { title: 'an entry', who: 'paula', path: () => `/record/${ids.entry}` },
  { title: 'evidence', who: 'grace', path: '/evidence' },
  { title: 'verification', who: 'paula', path: '/verification' },
  { title: 'boundary', who: 'omar', path: '/boundary' },
  { title: 'keys', who: 'omar', path: '/keys' },
  { title: 'backups', who: 'omar', path: '/backups' },
  { title: 'sign-in of a person', who: 'omar', path: () => `/people/${ids.person}/sign-in` },
  { title: 'failed sign-ins', who: 'omar', path: '/sign-ins' },
  { title: 'watch', who: 'grace', path: '/refusals' },
  { title: 'watch of an auditor', who: 'paula', path: '/refusals?all=true' },
  { title: 'decisions', who: 'paula', path: '/decisions?effect=deny' },
  { title: 'decisions, none', who: 'grace', path: '/decisions?to=2020-01-01' },
  { title: 'a refusal of a foreign person', who: 'grace', path: () => `/decisions/${ids.refusal}` },
  { title: 'a permit', who: 'paula', path: () => `/decisions/${ids.permit}` },
  { title: 'a refusal, as whoever was refused sees it', who: 'ben', path: () => `/decisions/${ids.own}` },
  { title: 'who can open what', who: 'grace', path: '/questions' },
  { title: 'who could open what, asked', who: 'paula', path: '/questions?ask=past' },
  { title: 'if a record changes, asked', who: 'grace', path: '/questions?ask=person' },
  { title: 'if policies change, asked', who: 'grace', path: '/questions?ask=policies' },
  { title: 'who can open one file', who: 'grace', path: () => `/questions/files/${ids.file}` },
  { title: 'what one person can open', who: 'paula', path: () => `/questions/people/${ids.person}?asOf=2020-01-01` },
  { title: 'policies', who: 'grace', path: '/policies' },
  { title: 'policies edited', who: 'grace', path: '/policies/edit' },
  { title: 'no such page', who: 'grace', path: '/nothing/here' },
  { title: 'me', who: 'grace', path: '/me' },
  { title: 'receipts', who: 'grace', path: '/receipts' },
  { title: 'a program that asks', who: 'ada', path: '/program?request=abc' },
  { title: 'no program that asks', who: 'ada', path: '/program' },
]

const looks = [
  { name: 'narrow', viewport: { width: 390, height: 844 }, colorScheme: 'dark', ink: 'rgb(255, 255, 255)' },
  { name: 'wide', viewport: { width: 1440, height: 900 }, colorScheme: 'light', ink: 'rgb(36, 36, 36)' },
] as const

describe.skipIf(!isChromiumThere)(`every page, ${inChromium}`, () => {
  test.each(seen)(
    '$title',
    async ({ title, who, path }) => {
      const at = typeof path === 'string' ? path : path()
      const { page, complaints } = await desk.pageOf(who)
      for (const [nth, { name, viewport, colorScheme, ink }] of looks.entries()) {
        await page.setViewportSize(viewport)
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        if (nth === 0) await page.goto(at)
        await settled(page)
        const inkOf = () => page.evaluate('getComputedStyle(document.querySelector("h1")).color')
        await expect.poll(inkOf, { timeout: 30_000 }).toBe(ink)
        if (pictures !== undefined) await picture(page, `${title}, ${name}`)
        expect(complaints).toEqual([])
        expect(await faultsOf(page)).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      }
    },
    120_000,
  )
})

/** An answer to no sign-in, as a browser brings it. */
async function failToSignIn(): Promise<void> {
  const context = await desk.browser.newContext({ ignoreHTTPSErrors: true, baseURL: desk.served.address.url })
  await (await context.newPage()).goto('/session/callback/sample?code=of-nobody&state=none')
  await context.close()
}

/** Of all that the page has: its content scrolls inside of it, so that the window grows for as long as it is taken. */
async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures ?? '', { recursive: true })
  const size = page.viewportSize() ?? looks[0].viewport
  const below = `Math.max(0, ...[...document.querySelectorAll('main')].map((one) => one.scrollHeight - one.clientHeight))`
  await page.setViewportSize({ ...size, height: size.height + Number(await page.evaluate(below)) })
  // What is styled takes a moment to be drawn.
  await page.waitForTimeout(500)
  await page.screenshot({ path: join(pictures ?? '', `${name.replaceAll(/[, ]+/g, '-')}.png`) })
  await page.setViewportSize(size)
}
