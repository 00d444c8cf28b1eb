// The authority for timestamps of a configuration.

import { readFile } from 'node:fs/promises'
import { Problem } from '@sallyport/protocol'
import { certificatesOfPem } from '@sallyport/protocol/timestamp'
import type { Config } from '../base/index.ts'
import type { Authority, StampingDependencies } from '../ledger/index.ts'
import type { Enclave, Ground } from './open-enclave.ts'

/** Longest time that one question may take. */
const deadlineMs = 20_000

/** Read what the configuration names. Null where no authority is configured. Throws Problem where its roots cannot be read. */
export async function openAuthority({ ledger }: Pick<Config, 'ledger'>): Promise<Authority | null> {
  if (ledger.timestamps === undefined) return null
  const { url, ca: path } = ledger.timestamps
  const ca = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unusable(`${path} cannot be read, want a file that is there`, cause)
  })
  if (certificatesOfPem(ca).length === 0) throw unusable(`${path} holds no certificate, want the roots in PEM form`)
  return { url, ca, deadlineMs }
}

export function stampingOf(
  { database, clock, random, log, metrics, config }: Ground,
  { ledger }: Enclave,
  authority: Authority,
): StampingDependencies {
  const failing = metrics.gauge({
    name: 'sallyport_checkpoint_stamping_failing',
    help: '1 while the last question of this process to the authority for timestamps came to none.',
  })
  const everyMs = (config.ledger.timestamps?.everyHours ?? 24) * 3_600_000
  return { database, ledger, clock, random, log, authority, failing, everyMs }
}

function unusable(state: string, cause?: unknown): Problem {
  return new Problem('invalid-request', `cannot have checkpoints stamped: ${state}`, { cause })
}
