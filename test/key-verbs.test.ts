// Keys as two people exchange them from the command line: a new one, the files moved to it, the end of the old one.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as api from '@sallyport/protocol/api'
import { createMachine, type Machine } from '../client/src/testing/command.ts'
import { makeSite, serveHere, type Address, type Site } from './gate.ts'

let site: Site
let address: Address & { close: () => Promise<void> }
const machines: Record<'ada' | 'omar' | 'grace', Machine> = {
  ada: createMachine(),
  omar: createMachine(),
  grace: createMachine(),
}

beforeAll(async () => {
  site = await makeSite()
  address = await serveHere(site, 9895)
  for (const [name, machine] of Object.entries(machines)) {
    const ran = await machine.run(['login', '--gate', address.url, '--ca', address.caFile, '--as', name])
    if (ran.exit !== 0) throw new Error(ran.err)
  }
}, 60_000)
afterAll(async () => {
  await address.close()
  await site.stop()
})

const keysOfFiles = async () => {
  const { out } = await machines.omar.run(['key', 'list', '--json'])
  return api.keys.parse(JSON.parse(out)).keys.filter(({ door }) => door === 'file')
}
async function approved(ran: { readonly exit: number; readonly out: string; readonly err: string }): Promise<void> {
  if (ran.exit !== 0) throw new Error(ran.err)
  const { approvalId } = api.keyProposed.parse(JSON.parse(ran.out))
  const given = await machines.grace.run(['approval', 'approve', approvalId, '--yes'])
  expect(given).toMatchObject({ exit: 0 })
}

test('key rotate, move and destroy do with two people what they say, and a file opens all the while', async () => {
  const { ada, omar } = machines
  const plain = join(ada.workingFolder, 'plan.txt')
  await writeFile(plain, 'a plan\n')
  expect(await ada.run(['file', 'protect', 'plan.txt', '--vault', 'falcon'])).toMatchObject({ exit: 0 })
  const opens = async (name: string) => {
    const ran = await ada.run(['file', 'open', 'plan.txt', '-o', name])
    if (ran.exit !== 0) throw new Error(ran.err)
  }
  const [old] = await keysOfFiles()
  expect(await ada.run(['key', 'list'])).toMatchObject({ exit: 3 })
  expect((await omar.run(['key', 'rotate', 'roster', '--reason', 'yearly'])).err).toContain('want file or kas')
  await approved(await omar.run(['key', 'rotate', 'file', '--reason', 'yearly', '--json']))
  await opens('rotated.txt')
  expect((await omar.run(['key', 'destroy', old?.kid ?? '', '--reason', 'x'])).err).toContain('files lean on it')
  const moved = await omar.run(['key', 'move'])
  expect(moved).toMatchObject({ exit: 0 })
  expect(moved.out).toMatch(/^1 files were moved to file-aes256-\w+; 0 are under another key\./)
  await opens('moved.txt')
  await approved(await omar.run(['key', 'destroy', old?.kid ?? '', '--reason', 'moved', '--json']))
  await opens('destroyed.txt')
  const left = await keysOfFiles()
  expect(left.map(({ state, files }) => [state, files])).toEqual([['current', 1]])
  expect((await omar.run(['key', 'list'])).out).toContain(left[0]?.kid)
}, 60_000)
