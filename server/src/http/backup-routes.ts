// The route of the backups: facts of each, never the backup.

import type { BackupsView } from '@sallyport/protocol/api'
import { listBackups, type Drill } from '../backup/index.ts'
import { permitted, type Call, type Gate } from './gate.ts'
import { namingThings } from './naming-things.ts'

export const backupRoutes = {
  async backups(gate: Gate, call: Call): Promise<BackupsView> {
    const { permit } = await permitted(gate, call, 'backup.list', { kind: 'enclave' })
    const { backups, restoredAtMs, due } = await listBackups(gate.backups, permit)
    const nameOf = await namingThings(
      gate,
      backups.map(({ by }) => ({ actor: by, about: null })),
    )
    return {
      backups: backups.map(({ atMs, by, verifiedAtMs, drill, ...rest }) => ({
        ...rest,
        madeAt: timeOf(atMs),
        by: nameOf({ actor: by, about: null }).by,
        verifiedAt: verifiedAtMs === null ? null : timeOf(verifiedAtMs),
        drill: drill === null ? null : drillOf(drill),
      })),
      restoredAt: restoredAtMs === null ? null : timeOf(restoredAtMs),
      everyDays: gate.backups.everyDays,
      drillEveryDays: gate.backups.drillEveryDays,
      due: [...due],
    }
  },
}

const timeOf = (atMs: number): string => new Date(atMs).toISOString()

function drillOf({ atMs, behind, seconds, canary, opener }: Drill) {
  return { at: timeOf(atMs), behind, seconds, canary, opener }
}
