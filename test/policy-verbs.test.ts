// Policies as officers edit them from the command line: a folder of Cedar with examples, tried, asked for, rolled back.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as api from '@sallyport/protocol/api'
import { createMachine, type Machine } from '../client/src/testing/command.ts'
import { makeSite, serveHere, type Address, type Site } from './gate.ts'

let site: Site
let address: Address & { close: () => Promise<void> }
const machines: Record<'grace' | 'henry' | 'wanda', Machine> = {
  grace: createMachine(),
  henry: createMachine(),
  wanda: createMachine(),
}
const folder = () => join(machines.grace.workingFolder, 'policies')

beforeAll(async () => {
  site = await makeSite()
  address = await serveHere(site, 9896)
  for (const [name, machine] of Object.entries(machines)) {
    const ran = await machine.run(['login', '--gate', address.url, '--ca', address.caFile, '--as', name])
    if (ran.exit !== 0) throw new Error(ran.err)
  }
  await mkdir(folder())
  for (const name of ['limits.cedar', 'permits.cedar']) {
    await writeFile(join(folder(), name), await readFile(new URL(`../policies/${name}`, import.meta.url)))
  }
}, 60_000)
afterAll(async () => {
  await address.close()
  await site.stop()
})

const own = `@id("no-sharing")
@reason("Nobody shares files in this enclave.")
@fix("Ask an export control officer.")
@ask("officer")
forbid (principal, action == Sallyport::Action::"file.share", resource);
`
const run = (argv: readonly string[]) => machines.grace.run(argv)
const write = (name: string, text: string) => writeFile(join(folder(), name), text)
const approved = async (ran: { readonly out: string; readonly err: string; readonly exit: number }) => {
  if (ran.exit !== 0) throw new Error(ran.err)
  const { approvalId } = api.proposed.parse(JSON.parse(ran.out))
  for (const who of ['henry', 'wanda'] as const) {
    // Who would gain or lose what, which the approval names.
    const shown = await machines[who].run(['approval', 'show', approvalId, '--json'])
    const { effect } = JSON.parse(shown.out) as { effect: { effect: string } }
    const unnamed = await machines[who].run(['approval', 'approve', approvalId, '--yes'])
    expect(unnamed).toMatchObject({ exit: 1, err: expect.stringContaining('want --effect') as string })
    const argv = ['approval', 'approve', approvalId, '--yes', '--effect', effect.effect]
    expect(await machines[who].run(argv)).toMatchObject({ exit: 0 })
  }
}
const inForce = async () =>
  api.policySets.parse(JSON.parse((await run(['policy', 'show', '--json'])).out)).inForce ?? ''

test('check says in which file, line and column something is wrong', async () => {
  await write('own.cedar', own.replace('file.share', 'file.lend'))
  const ran = await run(['policy', 'check', 'policies'])
  expect(ran.exit).toBe(1)
  expect(ran.out).toMatch(/^own\.cedar:5:\d+ no-sharing .*file\.lend/m)
  await write('own.cedar', 'forbid (principal action, resource);')
  expect((await run(['policy', 'check', 'policies'])).out).toMatch(/^own\.cedar:1:19 /m)
  expect((await run(['policy', 'propose', 'policies', '--reason', 'x'])).err).toContain('1 findings')
}, 60_000)

test('check runs the examples beside the policies, and tells the story of what is not proved', async () => {
  await write('own.cedar', own)
  await write(
    'own.examples.json',
    JSON.stringify([{ title: 'nobody shares', action: 'file.share', decision: 'deny', by: ['no-sharing'] }]),
  )
  const good = await run(['policy', 'check', 'policies'])
  expect(good).toMatchObject({ exit: 0 })
  expect(good.out).toMatch(/exhaustive evaluation: proved[^]*SMT \(Z3\): proved[^]*added no-sharing/)
  await write(
    'own.examples.json',
    JSON.stringify([{ title: 'engineers share', action: 'file.share', decision: 'permit' }]),
  )
  const wrong = await run(['policy', 'check', 'policies'])
  expect(wrong).toMatchObject({ exit: 1 })
  expect(wrong.out).toContain('your example "engineers share": answered deny by no-sharing')
  await write('own.examples.json', '[{"title": "no action"}]')
  expect((await run(['policy', 'check', 'policies'])).err).toContain('own.examples.json')
  await write('own.examples.json', '[]')
  await write(
    'own.cedar',
    own.replace(
      'forbid (principal, action == Sallyport::Action::"file.share", resource);',
      'forbid (principal, action, resource) when { context.device == "lost" };',
    ),
  )
  const broken = await run(['policy', 'check', 'policies'])
  expect(broken).toMatchObject({ exit: 1 })
  expect(broken.out.replaceAll(/\s+/g, ' ')).toMatch(
    /SMT \(Z3\): A U\.S\. person, in the role engineer.* asks, .*on an unknown device, .*"lost" it is refused by no-sharing/,
  )
}, 60_000)

test('effect names who loses what, propose puts it in force with two others, and roll-back takes it back', async () => {
  await write('own.cedar', own)
  await machines.grace.run(['file', 'list'])
  const effect = await run(['policy', 'effect', 'policies'])
  expect(effect).toMatchObject({ exit: 0 })
  expect(effect.out).toMatch(/Asked for \d+ people/)
  const before = await inForce()
  await approved(await run(['policy', 'propose', 'policies', '--reason', 'counsel asked', '--json']))
  const now = await inForce()
  expect(now).not.toBe(before)
  expect((await run(['policy', 'show', now.slice(0, 12)])).out).toContain('no-sharing')
  expect((await run(['policy', 'effect', before.slice(0, 12)])).out).toMatch(/Asked for/)
  await approved(
    await run(['policy', 'roll-back', before.slice(0, 12), '--reason', 'engineers could not share', '--json']),
  )
  expect(await inForce()).toBe(before)
  // What is pending is not found yet.
  await vi.waitFor(
    async () => {
      const { out } = await run(['policy', 'history', '--json'])
      const { versions } = api.policySetVersions.parse(JSON.parse(out))
      expect(versions.map((one) => [one.digest, one.inForce, one.reason])).toEqual([
        [before, true, 'engineers could not share'],
        [now, false, 'counsel asked'],
        [before, false, 'the founding'],
      ])
    },
    { timeout: 30_000, interval: 500 },
  )
  expect((await run(['policy', 'history'])).out).toContain('in force')
  expect((await run(['policy', 'roll-back', 'ffffffffffff', '--reason', 'x'])).err).toContain('0 digests begin so')
}, 120_000)
