// The route of the boundary at a glance.

import type { BoundaryView } from '@sallyport/protocol/api'
import { countFiles } from '../files/index.ts'
import { listKeysInUse } from '../key-changes/index.ts'
import { countByStatus } from '../roster/index.ts'
import { permitted, type Call, type Gate } from './gate.ts'

export const boundaryRoutes = {
  async boundary(gate: Gate, call: Call): Promise<BoundaryView> {
    const { permit } = await permitted(gate, call, 'key.list', { kind: 'enclave' })
    const { keys } = await listKeysInUse(gate.keys, permit)
    const [people, files, note] = await Promise.all([
      countByStatus(gate.database),
      countFiles(gate.database),
      gate.ledger.checkpoint(),
    ])
    const { certificate, certificatesAt, provider, token, database, objects, ...configured } = gate.boundary
    const { name, kind, publicUrl, version } = gate.enclave
    const inUse = keys
      .filter(({ isCurrent }) => isCurrent)
      .map(({ kid, door, algorithm }) => ({ kid, door, algorithm }))
    return {
      at: new Date(gate.evidence.clock.now()).toISOString(),
      people: {
        usPerson: people['us-person'] ?? 0,
        foreignPerson: people['foreign-person'] ?? 0,
        unverified: people['unverified'] ?? 0,
        ended: people['ended'] ?? 0,
      },
      gate: { name, kind, publicUrl, version, certificate },
      keys: {
        provider,
        token,
        inUse,
        old: keys.filter(({ isCurrent, isWaiting }) => !isCurrent && !isWaiting).length,
      },
      stores: { database, objects, ...files },
      ...configured,
      doors: [...configured.doors],
      places: [...configured.places],
      issuers: configured.issuers.map(({ issuer, purposes }) => ({ issuer, purposes: [...purposes] })),
      clientCertificates: await certificatesOf(gate, certificatesAt),
      otherGates: [...configured.otherGates],
      // SPEC: C2SP tlog-checkpoint: the size is the second line.
      ledger: { entries: Number(note.split('\n')[1]), openTo: gate.ledgerOpenTo },
    }
  },
}

async function certificatesOf({ certificates }: Gate, url: string | null): Promise<BoundaryView['clientCertificates']> {
  if (certificates === null || url === null) return null
  const authorities = await certificates.standings()
  return {
    url,
    authorities: authorities.map(({ id, issuers }) => ({
      id,
      issuers: issuers.map(({ name, untilMs, trouble }) => ({
        name,
        listUntil: untilMs === null ? null : new Date(untilMs).toISOString(),
        trouble,
      })),
    })),
  }
}
