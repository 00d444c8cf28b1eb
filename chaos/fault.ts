// A fault: how it is done to an enclave once, and what came of it.

import { callGate } from '../test/running-gate.ts'
import type { GateClient } from '../test/gate.ts'
import type { Journal } from './journal.ts'
import type { Random } from './random.ts'
import { waitFor, type Site } from './site.ts'

/** What a fault is done to, and by which chances. */
export interface Patient {
  readonly site: Site
  readonly random: Random
  readonly journal: Journal
}

export interface Happened {
  /** A few words, the same for the same course of things: they are counted. */
  readonly what: string
  /** From the fault, or from its end where it lasts, until the gate gave a key again; null where it did not in time. */
  readonly recoveredMs: number | null
  /** What was wrong besides. */
  readonly faults?: readonly string[]
}

export interface Fault {
  readonly name: string
  /** One line for the table. */
  readonly title: string
  /** How often for each 200 rounds. */
  readonly share: number
  readonly once: (patient: Patient) => Promise<Happened>
}

/** Faults that are done to one enclave, in turn, under one load and one journal. */
export interface Ward {
  readonly name: string
  readonly faults: readonly Fault[]
  /** Why it cannot be done on this machine, as this user; null where it can. */
  readonly missing: () => string | null
  readonly open: (port: number) => Promise<Ground>
}

/** An enclave with the way that the load takes to it. */
export interface Ground {
  readonly site: Site
  readonly client: GateClient
  readonly close: () => Promise<void>
}

/** A gate that does not answer by then has not come back by itself. */
export const recoveryMs = 90_000

/** Wait until the gate gives a key and each of its processes says that it is ready; `begun` is when it was hurt. */
export async function recovered(site: Site, begun = performance.now()): Promise<number | null> {
  const file = await site.client.fileToOpen()
  const isBack = async (): Promise<boolean> => {
    const token = await site.token('ada')
    const probes = Array.from({ length: 4 }, () =>
      callGate(site, { path: '/readyz', signal: AbortSignal.timeout(5000) }),
    )
    const ready = await Promise.all(probes)
    return ready.every(({ status }) => status === 200) && 'key' in (await site.client.open(token, file))
  }
  return (await waitFor(isBack, recoveryMs)) === null ? null : performance.now() - begun
}
