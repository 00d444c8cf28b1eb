import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeProcessLock } from './process-lock.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'))
  path = join(folder, 'a.lock')
})

afterEach(() => rm(folder, { recursive: true }))

async function holdElsewhere() {
  const program = `
    import { takeProcessLock } from '${import.meta.dirname}/process-lock.ts'
    await takeProcessLock(process.argv[1], 5000)
    console.log('held')
    setInterval(() => {}, 1000)`
  const args = ['--input-type=module-typescript', '--eval', program, path]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

test('takeProcessLock() is held by one at a time, also within one process', async () => {
  const order: string[] = []
  const first = await takeProcessLock(path, 1000)
  const second = takeProcessLock(path, 5000).then((lock) => {
    order.push('second holds')
    return lock
  })
  await new Promise((resolve) => setTimeout(resolve, 100))
  order.push('first releases')
  first.release()
  const held = await second
  held.release()
  expect(order).toEqual(['first releases', 'second holds'])
})

test('takeProcessLock() gives up after its time while another process holds it', async () => {
  const child = await holdElsewhere()
  await expect(takeProcessLock(path, 100)).rejects.toMatchObject({ code: 'unavailable' })
  child.kill('SIGKILL')
  await once(child, 'exit')
})

test('takeProcessLock() takes over at once from a process that was killed', async () => {
  const child = await holdElsewhere()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = await takeProcessLock(path, 100)
  await expect(takeProcessLock(path, 100)).rejects.toMatchObject({ code: 'unavailable' })
  lock.release()
})

test('takeProcessLock() fails where it cannot make its file', async () => {
  await expect(takeProcessLock(join(folder, 'missing', 'a.lock'), 100)).rejects.toThrow('unable to open')
})
