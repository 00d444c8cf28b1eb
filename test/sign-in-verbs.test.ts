// Sessions, passkeys and links for passkeys from the command line, against a real gate.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMachine, type Machine } from '../client/src/testing/command.ts'
import { servedSample, type Address } from '../server/src/http/testing.ts'
import { openPage } from '../server/src/http/testing/browser-page.ts'

let address: Address
let stop: () => Promise<void>
const machines = new Map<string, Machine>()
beforeAll(async () => {
  ;({ address, stop } = await servedSample(9948))
  for (const name of ['omar', 'grace', 'henry', 'ada']) {
    const machine = createMachine()
    const login = await machine.run(['login', '--gate', address.url, '--ca', address.caFile, '--as', name])
    if (login.exit !== 0) throw new Error(login.err)
    machines.set(name, machine)
  }
}, 120_000)
afterAll(() => stop())

async function run(name: string, ...argv: string[]) {
  const machine = machines.get(name)
  if (machine === undefined) throw new Error(`${name} has no machine`)
  return await machine.run(argv)
}

test('sessions are listed and ended: one’s own, and anybody’s by whoever may', async () => {
  const [mine, other] = [await openPage(address), await openPage(address)]
  await mine.signIn('ada')
  await other.signIn('ada')
  const listed = JSON.parse((await run('ada', 'session', 'list', '--json')).out) as { sessions: { id: string }[] }
  const ids = listed.sessions.map(({ id }) => id)
  expect(ids).toHaveLength(2)
  expect((await run('ada', 'session', 'list')).out).toContain('this-machine')
  expect((await run('ada', 'session', 'end', ids[0] ?? '')).exit).toBe(0)
  expect((await run('ada', 'session', 'list', '--person', 'henry')).exit).toBe(3)
  expect((await run('omar', 'session', 'end', ids[1] ?? '', '--person', 'whitfield')).exit).toBe(0)
  for (const page of [mine, other]) expect((await page.call('GET', '/api/v1/me')).status).toBe(401)
})

test('what somebody verified signs in with besides is asked for, and is theirs once two others approved it', async () => {
  expect((await run('ada', 'person', 'bind', 'whitfield', '--subject', 'stranger', '--ask', 'a card')).exit).toBe(3)
  expect((await run('omar', 'person', 'bind', 'whitfield', '--subject', 'stranger')).err).toContain('us-person')
  const asked = await run('omar', 'person', 'bind', 'whitfield', '--subject', 'stranger', '--ask', 'has a card')
  expect(asked.exit, asked.err).toBe(0)
  const [, approvalId = ''] = /approval approve (\S+)/.exec(asked.out) ?? []
  const shown = await run('grace', 'approval', 'show', approvalId)
  expect(shown.out).toContain('stranger')
  const page = await openPage(address)
  await page.signIn('stranger')
  const me = async () => JSON.stringify((await page.call('GET', '/api/v1/me')).value)
  for (const by of ['grace', 'henry']) {
    expect(await me()).toContain('"person":null')
    expect((await run(by, 'approval', 'approve', approvalId, '--yes')).exit).toBe(0)
  }
  expect(await me()).toContain('Ada Whitfield')
})

test('a link is asked for, approved by two others and shown to the last; its code to whoever asked', async () => {
  const asked = await run('omar', 'person', 'enroll', 'whitfield', '--reason', 'first day')
  expect(asked.exit, asked.err).toBe(0)
  const [, approvalId = ''] = /approval approve (\S+)/.exec(asked.out) ?? []
  expect(asked.out).toMatch(/shown once: ([0-9A-Z]{5}-){5}[0-9A-Z]/)
  const first = await run('grace', 'approval', 'approve', approvalId, '--yes')
  expect(first.out).not.toContain('/enroll#')
  const second = await run('henry', 'approval', 'approve', approvalId, '--yes')
  expect(second.out).toContain(`${address.url}/enroll#`)
  expect((await run('ada', 'passkey', 'list')).exit).toBe(0)
  expect((await run('grace', 'passkey', 'list', '--person', 'whitfield')).exit).toBe(0)
  expect((await run('ada', 'passkey', 'remove', 'AbC123')).err).toContain('none of that id')
})
