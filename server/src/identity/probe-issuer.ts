// Looking at an issuer before anybody depends on it: is it there, is it the one that is meant, has it keys, and does its clock
// agree with ours.

import { Problem } from '@sallyport/protocol'
import * as z from 'zod'
import type { Clock } from '../base/index.ts'
import { fetchOf, findKeysAddress, type IssuerOptions, type IssuerRules } from './issuers.ts'

export interface IssuerProbe {
  /** Null when all is well, else one sentence. */
  readonly fault: string | null
  readonly keys: number
  /** Its clock ahead of ours, by its Date header; null where it sent none. To a second, at best. */
  readonly aheadMs: number | null
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

/** Ask the issuer as a verifier would. Nothing is thrown. */
export async function probeIssuer(rules: IssuerRules, options: IssuerOptions, clock: Clock): Promise<IssuerProbe> {
  try {
    const address = await findKeysAddress(rules, options)
    const beganMs = clock.now()
    const answer = await fetchOf(rules, options)(address.href, {
      method: 'GET',
      redirect: 'manual',
      headers: new Headers({ accept: 'application/json' }),
      signal: AbortSignal.timeout(5_000),
    })
    const ourMs = (beganMs + clock.now()) / 2
    if (answer.status !== 200) throw new TypeError(`its keys answered ${answer.status}`)
    const { keys } = keySet.parse(await answer.json())
    const theirMs = Date.parse(answer.headers.get('date') ?? '')
    const aheadMs = Number.isNaN(theirMs) ? null : Math.round(theirMs + 500 - ourMs)
    return { fault: keys.length === 0 ? 'it publishes no keys' : null, keys: keys.length, aheadMs }
  } catch (cause) {
    return { fault: sentenceOf(cause), keys: 0, aheadMs: null }
  }
}

function sentenceOf(cause: unknown): string {
  let deepest = cause
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause
  if (deepest instanceof z.ZodError) return 'its answer is not of the shape that OpenID Connect wants'
  if (deepest instanceof Problem) return deepest.message
  return deepest instanceof Error ? deepest.message : String(deepest)
}
