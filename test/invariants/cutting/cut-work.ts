// Works in a process of their own that is killed at one of its steps, and what to expect of whoever refuses afterwards.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect } from 'vitest'
import { Problem } from '@sallyport/protocol'
import type { CutSettings, Said, Work } from './cut-process.ts'
import type { Stop } from './stop-here.ts'

export const runs = Math.ceil(Number(process.env['SALLYPORT_SEQUENCES'] ?? 48) / 24)
export const seed = process.env['SALLYPORT_SEQUENCES'] === undefined ? { seed: 122_5 } : {}
export const timeout = 120_000 + runs * 30_000

const program = fileURLToPath(new URL('cut-process.ts', import.meta.url))

interface Ended {
  readonly wasKilled: boolean
  readonly said: readonly Said[]
}

/** Do a work in a process of its own, to its end or to the kill. */
export async function doWork(work: Work, stop: Stop | null): Promise<Ended> {
  const settings: CutSettings = { work, stop }
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')])
  const said = printed.split('\n').filter((line) => line !== '')
  return { wasKilled: child.signalCode === 'SIGKILL', said: said.map((line) => JSON.parse(line) as Said) }
}

/** Where in a work to stop: seldom in its migrations, which are one transaction. */
export interface Length {
  readonly ground: number
  readonly all: number
}

export function lengthOf({ said }: Ended): Length {
  const counted = said.flatMap((one) => ('steps' in one ? [one.steps] : []))
  if (said.some((one) => 'refused' in one)) throw new Error(`the work was refused: ${JSON.stringify(said)}`)
  return { ground: counted[0] ?? 0, all: counted.at(-1) ?? 0 }
}

export const place = fc.record({
  share: fc.noBias(fc.nat(999)).map((one) => one / 1000),
  isEarly: fc.nat(7).map((one) => one === 0),
  moment: fc.constantFrom('before' as const, 'torn' as const, 'after' as const),
})
export type Place = typeof place extends fc.Arbitrary<infer P> ? P : never

export function stopIn({ ground, all }: Length, { share, isEarly, moment }: Place): Stop {
  const step = isEarly ? Math.floor(share * ground) : ground + Math.floor(share * (all - ground))
  return { step, moment }
}

/** Refused, and told what to do. */
export async function mustSayWhatToDo(trying: Promise<unknown>): Promise<string> {
  const error = await trying.then(
    () => null,
    (cause: unknown) => cause,
  )
  if (!(error instanceof Problem)) throw error ?? new Error('it was not refused')
  expect(error.code).not.toBe('internal')
  expect(error.message).toMatch(/^cannot .*, want /)
  return error.message
}
