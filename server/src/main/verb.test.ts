import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'

/** Hears that it is to stop, and ends in order once it is let. */
const program = `
import { stopSignal } from '${new URL('verb.ts', import.meta.url).href}'
const isLet = new Promise((resolve) => process.stdin.resume().once('end', resolve))
const stopped = stopSignal()
console.log('ready')
await stopped
console.log('stopping')
await isLet
`

test.each([
  { first: 'SIGTERM', after: ['SIGTERM', 'SIGTERM', 'SIGHUP'], ends: [0, null] },
  { first: 'SIGINT', after: ['SIGTERM'], ends: [0, null] },
  { first: 'SIGINT', after: ['SIGINT'], ends: [null, 'SIGINT'] },
] as const)('stopSignal() is heard at $first, then $after, and ends with $ends', async ({ first, after, ends }) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe('ready')
  child.kill(first)
  expect((await lines.next()).value).toBe('stopping')
  for (const signal of after) child.kill(signal)
  // Signals come before what is read.
  child.stdin.end()
  expect(await ended).toEqual(ends)
})
